import { spawn } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Env } from '../ports.ts'

/**
 * Shows a URL in the person's browser, by a file that only they can read: every user can read the
 * arguments of a process, and this URL holds a secret. False: there is no display, or no program for it.
 */
export async function openBrowser(
  url: string,
  {
    env,
    folder,
    platform,
  }: { readonly env: Env; readonly folder: string; readonly platform: string },
): Promise<boolean> {
  const program = platform === 'darwin' ? 'open' : 'xdg-open'
  const display = [env['DISPLAY'], env['WAYLAND_DISPLAY']].some((name) => (name ?? '') !== '')
  if (platform !== 'darwin' && !display) return false
  const path = join(folder, 'open.html')
  writeFileSync(`${path}.new`, redirectTo(url), { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return await new Promise((resolve) => {
    const child = spawn(program, [path], { detached: true, stdio: 'ignore' })
    child.once('error', () => resolve(false))
    child.once('spawn', () => {
      child.unref()
      resolve(true)
    })
  })
}

/** The URL is llmsel's own: a port and a code of letters and digits. */
function redirectTo(url: string): string {
  return [
    '<!doctype html><meta charset="utf-8"><title>llmsel</title>',
    '<meta name="referrer" content="no-referrer">',
    `<meta http-equiv="refresh" content="0;url=${url}">`,
    `<a href="${url}">the dashboard</a>\n`,
  ].join('\n')
}
