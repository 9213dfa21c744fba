// `npm run bench:json`: reading a body exactly, which keeps whole numbers of any length, beside
// JSON.parse: short values by the million, where a single long number once made all of them slow.
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled, root, runScript } from '../scripts/prepare.mjs'
import { median } from './timing.mjs'

const TIMES = 9
const LONG = '9007199254740993'
const BODIES = [
  ['a million strings', `[${'"",'.repeat(1_000_000)}1]`, null],
  ['a million strings, a long number', `[${'"",'.repeat(1_000_000)}${LONG}]`, 6],
  ['a million objects, a long number', `[${'{"a":1},'.repeat(1_000_000)}${LONG}]`, 6],
]

async function exactParser(folder) {
  const { build } = await import('esbuild')
  const outfile = join(folder, 'exact-json.cjs')
  const source = join(root, 'src/domain/wire/exact-json.ts')
  await build({ entryPoints: [source], outfile, bundle: true, format: 'cjs', platform: 'node' })
  return createRequire(import.meta.url)(outfile).parseExact
}

function msOf(parse, text) {
  const start = performance.now()
  parse(text)
  return performance.now() - start
}

await runScript(async () => {
  await ensureInstalled()
  const folder = mkdtempSync(join(tmpdir(), 'llmsel-bench-'))
  try {
    const parseExact = await exactParser(folder)
    const lines = BODIES.map(([name, text, target]) => {
      // In turn, so that a slower machine is slower for both.
      const pairs = Array.from({ length: TIMES }, () => [
        msOf(JSON.parse, text),
        msOf(parseExact, text),
      ])
      const ratio = median(pairs.map(([plain, exact]) => exact / plain))
      const ok = target === null || ratio <= target
      const limit = target === null ? '' : `  target ${target}  ${ok ? 'ok' : 'miss'}`
      console.log(`${name.padEnd(34)} ${ratio.toFixed(2)} x JSON.parse${limit}`)
      return ok
    })
    return lines.every(Boolean) ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
})
