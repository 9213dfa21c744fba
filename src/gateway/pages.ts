import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Page } from './route.ts'

/** The dashboard's files, all read at the start: an upgrade may replace them under the gateway. */
export type Pages = ReadonlyMap<Page, Buffer>

const TYPES: Readonly<Record<Page, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'main.js': 'text/javascript; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
}

/** Nothing from elsewhere, nothing inline, and no text can become markup. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

/** Without those that are not there. */
export function readPages(folder: string): Pages {
  const pages = new Map<Page, Buffer>()
  // The keys of a record of every page.
  for (const page of Object.keys(TYPES) as Page[]) {
    try {
      pages.set(page, readFileSync(join(folder, page)))
    } catch {
      // Said when somebody asks for it.
    }
  }
  return pages
}

export function sendPage(response: ServerResponse, pages: Pages, page: Page): void {
  const bytes = pages.get(page) ?? Buffer.from('llmsel: its dashboard is not installed\n')
  response.writeHead(pages.has(page) ? 200 : 404, {
    'content-type': pages.has(page) ? TYPES[page] : 'text/plain',
    'content-length': bytes.length,
    'content-security-policy': POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  })
  response.end(bytes)
}
