// `npm run bench:costs`: reports from a ledger of a million requests, as the built program gives them.
//
// The ledger is written by llmsel's own store into a folder that is removed afterwards: 90 days of
// work in 40 sessions, twelve at a time, on five models; one request in fifty failed over to another.
import { spawnSync } from 'node:child_process'
import { rmSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from '../scripts/build.mjs'
import { ensureInstalled, root, runScript, ScriptError } from '../scripts/prepare.mjs'
import { measure, sandbox } from './timing.mjs'

const ROWS = 1_000_000
const DAYS = 90
const SPENT_TARGET = 2.5

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

async function writeLedger({ folder, env }) {
  const { build } = await import('esbuild')
  const outfile = join(root, 'node_modules', '.cache', 'llmsel-bench', 'write-ledger.mjs')
  const stdin = { contents: WRITER, resolveDir: root, loader: 'ts' }
  const external = ['libsql', 'pg']
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', external, outfile })
  const path = join(env.XDG_STATE_HOME, 'llmsel', 'ledger.db')
  const [until, day] = [Date.now(), 86_400_000]
  const argv = [outfile, path, ROWS, until - DAYS * day, until].map(String)
  const { status, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' })
  if (status !== 0) throw new ScriptError(`the ledger could not be written\n${stderr}`)
  return path
}

function reports(env) {
  const row = (words, target) => ({
    name: `costs ${words}`,
    target,
    env,
    command: () => [join(root, 'bin', 'llmsel'), 'costs', ...words.split(' ')],
  })
  return [
    row('spent', SPENT_TARGET),
    row('spent --by session', SPENT_TARGET),
    row('spent --since 90d', null),
    row('spent --by day --since 90d', null),
    row('what-if --since 90d', null),
  ]
}

function line({ name, ms, ratio, target, ok }) {
  const limit = target === null ? '' : `  target ${target}  ${ok ? 'ok' : 'miss'}`
  return `${name.padEnd(32)} ${ms.toFixed(0).padStart(5)} ms  ${ratio.toFixed(2)} x node${limit}`
}

await runScript(async () => {
  await ensureInstalled()
  await ensureBuilt()
  const world = sandbox()
  try {
    console.error(`writing ${ROWS} requests …`)
    const path = await writeLedger(world)
    const megabytes = (statSync(path).size / 1e6).toFixed(0)
    console.log(
      `Node ${process.versions.node}, ${availableParallelism()} cores, ${ROWS} requests, ${megabytes} MB`,
    )
    for (const report of reports(world.env)) console.log(line(measure(report)))
    return 0
  } finally {
    rmSync(world.folder, { recursive: true, force: true })
  }
})
