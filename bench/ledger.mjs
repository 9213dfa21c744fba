// A ledger for the benches, written by llmsel's own store into a folder that is removed afterwards: work
// in 40 sessions, twelve at a time, on five models; one request in fifty failed over to another.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root, ScriptError } from '../scripts/prepare.mjs'

const WRITER = `
import { openStore } from './src/adapters/ledger/store.ts'

const [path, rows, since, until] = process.argv.slice(2).map((word, i) => i === 0 ? word : Number(word))
const MODELS = ['claude-sonnet-5-5', 'claude-haiku-5-5', 'gpt-6-sol', 'llama3.2', 'claude-opus-5-5']
const store = await openStore({ path })
let some = []
for (let n = 0; n < rows; n++) {
  const startedAtMs = Math.floor(since + ((until - since) * n) / rows)
  const session = (Math.floor(n / 10_000) + n % 12) % 40
  const moved = n % 50 === 0
  const model = MODELS[moved ? 3 : session % 5]
  const usage = { input: n % 900, cacheRead: n % 150_000, cacheWrite5m: n % 3000, cacheWrite1h: 0,
    output: (n % 2000) + 1, webSearches: 0, webFetches: 0 }
  some.push({ id: 'a' + n, requestId: 'r' + n, source: 'gateway', session: 'session-' + session,
    profile: ['premium', 'budget', 'free'][session % 3], project: '/home/me/project-' + (session % 5),
    kind: 'api', provider: model === 'llama3.2' ? 'ollama' : model.startsWith('gpt') ? 'openai' : 'claude',
    model, modelAsked: moved ? 'haiku' : model, hop: moved ? 1 : 0, movedBy: moved ? 'failover' : null,
    dialect: 'anthropic-messages', streaming: true, startedAtMs, endedAtMs: startedAtMs + 4000,
    firstTokenMs: 700, outcome: 'answered', mark: 'final', usage, picoUsd: BigInt((n % 70_000) * 1_000_000),
    answerId: 'msg_' + n })
  if (some.length < 2000 && n < rows - 1) continue
  await store.put(some, 'bench')
  some = []
}
await store.close()
`

/** So many requests, evenly over so many days until now; gives the path of the ledger. */
export async function writeLedger({ folder, env }, { rows, days }) {
  const { build } = await import('esbuild')
  const outfile = join(root, 'node_modules', '.cache', 'llmsel-bench', 'write-ledger.mjs')
  const stdin = { contents: WRITER, resolveDir: root, loader: 'ts' }
  const external = ['libsql', 'pg']
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', external, outfile })
  const path = join(env.XDG_STATE_HOME, 'llmsel', 'ledger.db')
  const [until, day] = [Date.now(), 86_400_000]
  const argv = [outfile, path, rows, until - days * day, until].map(String)
  const { status, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new ScriptError(`the ledger could not be written\n${stderr}`)
  return path
}
