import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSync } from 'esbuild'
import { ROOT } from './launcher.ts'

const paths = new Map<string, string>()

/** The worker of the sources as they are, built as the package's: a thread takes no TypeScript. */
export function bundled(source: string): string {
  const path = paths.get(source) ?? built(source)
  paths.set(source, path)
  return path
}

function built(source: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, source)],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    external: ['libsql', 'pg-native'],
  })
  const code = outputFiles[0]?.contents ?? new Uint8Array()
  // Where it finds its packages.
  const folder = join(ROOT, 'node_modules/.cache/llmsel-test')
  const hash = createHash('sha256').update(code).digest('hex').slice(0, 16)
  const path = join(folder, `${hash}.cjs`)
  mkdirSync(folder, { recursive: true })
  // Whole at once: another file of tests may make it in this moment, or run it.
  const draft = `${path}.${process.pid}`
  writeFileSync(draft, code)
  renameSync(draft, path)
  return path
}

export const ledgerScript = () => bundled('src/adapters/ledger/worker.ts')
