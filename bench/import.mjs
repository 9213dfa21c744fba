// `npm run bench:import`: 200 000 answers in Claude Code's logs: `llmsel costs import` into an empty
// ledger, and ccusage's report, in turn.
//
// Both read the same files in the same run, and have to find the same tokens. Then 1 % is added, and
// llmsel reads on from where it was.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from '../scripts/build.mjs'
import { ensureInstalled, npmCommand, root, runScript, ScriptError } from '../scripts/prepare.mjs'
import { appendAnswers } from './claude-logs.mjs'
import { median, run, sandbox } from './timing.mjs'

const CCUSAGE = '20.0.24'
const ANSWERS = 200_000
const RUNS = 5
const LIMITS = { ratio: 1, repeat: 0.1, megabytes: 200 }
/** GNU time, for the memory of a program that does not tell its own. */
const TIME = '/usr/bin/time'
const LLMSEL = join(root, 'bin', 'llmsel')
const IMPORT = [LLMSEL, 'costs', 'import', '--from', 'claude-code', '--json']

/** The program itself, without npm's launcher, which would add the start of a Node. */
function installCcusage(folder) {
  const prefix = join(folder, 'ccusage')
  mkdirSync(prefix)
  writeFileSync(join(prefix, 'package.json'), '{}')
  const [command, argv] = npmCommand(['install', '--no-audit', '--no-fund', `ccusage@${CCUSAGE}`])
  const { status, stderr } = spawnSync(command, argv, { cwd: prefix, encoding: 'utf8' })
  if (status !== 0) throw new ScriptError(`ccusage could not be installed\n${stderr}`)
  const scope = join(prefix, 'node_modules', '@ccusage')
  const [name] = existsSync(scope) ? readdirSync(scope) : []
  if (name === undefined) throw new ScriptError('ccusage has no program for this platform')
  const binary = join(scope, name, 'bin', 'ccusage')
  chmodSync(binary, 0o755)
  return binary
}

function bytesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

function memoryOf(argv, env) {
  if (!existsSync(TIME)) return null
  const { stderr } = spawnSync(TIME, ['-f', '%M', ...argv], { env, encoding: 'utf8' })
  return Number(stderr.trim().split('\n').at(-1)) / 1024
}

/** Medians of both, each run of the one after one of the other; `before` makes the ledger anew. */
function compared({ theirs, env, before }) {
  const times = { ours: [], theirs: [] }
  for (let i = 0; i <= RUNS; i++) {
    before()
    const [mine, other] = [run(IMPORT, env).ms, run(theirs, env).ms]
    // The first brings the files into memory.
    if (i === 0) continue
    times.ours.push(mine)
    times.theirs.push(other)
  }
  return { ours: median(times.ours), theirs: median(times.theirs) }
}

function requireSame(env, theirs) {
  const [imported] = JSON.parse(run(IMPORT, env).stdout).agents
  const spent = [LLMSEL, 'costs', 'spent', '--since', '2026-01-01', '--json']
  const { total } = JSON.parse(run(spent, env).stdout)
  const tokens =
    total.input + total.cacheRead + total.cacheWrite5m + total.cacheWrite1h + total.output
  const other = JSON.parse(run(theirs, env).stdout).totals.totalTokens
  const { added: records, unreadable } = imported
  if (tokens === other && unreadable === 0 && total.requests === records) return { records, tokens }
  throw new ScriptError(`llmsel counts ${tokens} tokens, ccusage ${other}; unread: ${unreadable}`)
}

function verdict(value, limit) {
  return value <= limit ? 'ok' : 'miss'
}

async function bench({ folder, env: plain }) {
  const logs = join(folder, 'claude')
  console.error('writing the logs …')
  appendAnswers(logs, 0, ANSWERS)
  const env = { ...plain, CLAUDE_CONFIG_DIR: logs }
  const megabytes = bytesBelow(logs) / 1e6
  const [state, kept] = [join(env.XDG_STATE_HOME, 'llmsel'), join(folder, 'kept')]
  const empty = () => {
    rmSync(state, { recursive: true, force: true })
    // Where somebody uses llmsel, its code is kept as compiled.
    mkdirSync(join(state, 'env'), { recursive: true, mode: 0o700 })
  }
  console.error('installing ccusage …')
  const theirs = [installCcusage(folder), 'claude', 'daily', '--offline', '--json']
  console.error('reading all …')
  empty()
  const found = requireSame(env, theirs)
  cpSync(state, kept, { recursive: true })
  empty()
  const memory = memoryOf(IMPORT, env)
  const theirMemory = memoryOf(theirs, env)
  const all = compared({ theirs, env, before: empty })
  console.error('reading 1 % more …')
  appendAnswers(logs, ANSWERS, ANSWERS / 100)
  const before = () => {
    rmSync(state, { recursive: true, force: true })
    cpSync(kept, state, { recursive: true })
  }
  const repeat = compared({ theirs, env, before })
  return { megabytes, found, all, repeat, memory, theirMemory }
}

function report({ megabytes, found, all, repeat, memory, theirMemory }) {
  const [ratio, again] = [all.ours / all.theirs, repeat.ours / repeat.theirs]
  const mb = (amount) => (amount === null ? '-' : `${amount.toFixed(0)} MB`)
  const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`
  return [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} cores, medians of ${RUNS}`,
    `${found.records} answers, ${found.tokens} tokens, ${megabytes.toFixed(0)} MB; ccusage ${CCUSAGE} counts the same`,
    `all     llmsel ${seconds(all.ours)}  ccusage ${seconds(all.theirs)}  ratio ${ratio.toFixed(2)}, target ${LIMITS.ratio}, ${verdict(ratio, LIMITS.ratio)}`,
    `1 % new llmsel ${seconds(repeat.ours)}  ccusage ${seconds(repeat.theirs)}  ratio ${again.toFixed(3)}, target ${LIMITS.repeat}, ${verdict(again, LIMITS.repeat)}`,
    `memory  llmsel ${mb(memory)}  ccusage ${mb(theirMemory)}  target ${LIMITS.megabytes}, ${verdict(memory, LIMITS.megabytes)}`,
  ].join('\n')
}

await runScript(async () => {
  await ensureInstalled()
  await ensureBuilt()
  const world = sandbox()
  try {
    console.log(report(await bench(world)))
    return 0
  } finally {
    rmSync(world.folder, { recursive: true, force: true })
  }
})
