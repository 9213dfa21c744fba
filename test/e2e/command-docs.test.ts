import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from '../support/launcher.ts'

let made: string

beforeAll(() => {
  made = mkdtempSync(join(tmpdir(), 'llmsel-docs-'))
  const script = join(ROOT, 'scripts/command-docs.mjs')
  const { status, stderr } = spawnSync(process.execPath, [script, made], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
})

afterAll(() => rmSync(made, { recursive: true }))

const MAN_PAGE = join(ROOT, 'man/llmsel.1')

function pagesIn(root: string): Record<string, string> {
  const folder = join(root, 'docs/commands')
  const pages = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')])
  return Object.fromEntries([
    ...pages,
    ['llmsel.1', readFileSync(join(root, 'man/llmsel.1'), 'utf8')],
  ])
}

test('what is committed is what the command table says; npm run docs:commands writes it', () => {
  expect(Object.keys(pagesIn(made)).length).toBeGreaterThan(12)
  expect(pagesIn(ROOT)).toEqual(pagesIn(made))
})

const FORMATTERS = [
  ['mandoc', ['-Tlint', '-Wstyle']],
  ['groff', ['-man', '-Tutf8', '-ww', '-z']],
] as const

/** What a formatter has against a page; null: it is not installed. */
function complaints(formatter: string, flags: readonly string[], page: string): string | null {
  const { error, stdout, stderr } = spawnSync(formatter, [...flags, page], { encoding: 'utf8' })
  return error === undefined ? stdout + stderr : null
}

test.each(FORMATTERS)('%s finds nothing in the man page', (formatter, flags) => {
  expect([null, '']).toContain(complaints(formatter, flags, MAN_PAGE))
  const broken = join(made, 'broken.1')
  writeFileSync(broken, `${readFileSync(MAN_PAGE, 'utf8')}.nosuchmacro "x\n`)
  expect(complaints(formatter, flags, broken)).not.toBe('')
})
