// `npm run bench:import`: 200 000 answers in Claude Code's logs read by llmsel and by ccusage, in turn.
//
// Both read the same files in the same run, and have to find the same tokens. Then 1 % is added, and
// llmsel reads on from where it was. What the ledger does with the records is not in the figures.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ensureInstalled, npmCommand, root, runScript, ScriptError } from '../scripts/prepare.mjs'
import { appendAnswers } from './claude-logs.mjs'
import { median, run, sandbox } from './timing.mjs'

const CCUSAGE = '20.0.24'
const ANSWERS = 200_000
const RUNS = 5
const LIMITS = { ratio: 1, repeat: 0.1, megabytes: 200 }
/** GNU time, for the memory of a program that does not tell its own. */
const TIME = '/usr/bin/time'

const READER = `
import { readFileSync, writeFileSync } from 'node:fs'
import { readAgentLogs } from './src/adapters/agent-logs.ts'
import { logPlaces } from './src/domain/costs/logs/places.ts'

const [cursorFile, save] = process.argv.slice(2)
const cursor = JSON.parse(readFileSync(cursorFile, 'utf8'))
const sums = { records: 0, tokens: 0, unreadable: 0 }
const next = { ...cursor }
const seen = new Set()
for await (const { records, places, unreadable } of readAgentLogs(logPlaces(process.env, '/none'), cursor)) {
  for (const { id, usage } of records) {
    if (seen.has(id)) continue
    seen.add(id)
    sums.records += 1
    sums.tokens += usage.input + usage.cacheRead + usage.cacheWrite5m + usage.cacheWrite1h + usage.output
  }
  sums.unreadable += unreadable
  for (const [path, place] of places) next[path] = place
}
if (save !== undefined) writeFileSync(save, JSON.stringify(next))
console.log(JSON.stringify({ ...sums, megabytes: process.resourceUsage().maxRSS / 1024 }))
`

async function buildReader(folder) {
  const { build } = await import('esbuild')
  const outfile = join(folder, 'reader.mjs')
  const stdin = { contents: READER, resolveDir: root, loader: 'ts' }
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', minify: true, outfile })
  return outfile
}

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

/** Medians of both, each run of the one after one of the other. */
function compared(ours, theirs, env) {
  const times = { ours: [], theirs: [] }
  for (let i = 0; i <= RUNS; i++) {
    const [mine, other] = [run(ours, env).ms, run(theirs, env).ms]
    // The first brings the files into memory.
    if (i === 0) continue
    times.ours.push(mine)
    times.theirs.push(other)
  }
  return { ours: median(times.ours), theirs: median(times.theirs) }
}

function requireSame(ours, theirs) {
  const { records, tokens, unreadable } = JSON.parse(ours.stdout)
  const other = JSON.parse(theirs.stdout).totals.totalTokens
  if (tokens === other && unreadable === 0) return { records, tokens }
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
  const [none, cursor] = [join(folder, 'none.json'), join(folder, 'cursor.json')]
  writeFileSync(none, '{}')
  console.error('installing ccusage …')
  const theirs = [installCcusage(folder), 'claude', 'daily', '--offline', '--json']
  const reader = [process.execPath, await buildReader(folder)]
  console.error('reading all …')
  const found = requireSame(run([...reader, none, cursor], env), run(theirs, env))
  const memory = JSON.parse(run([...reader, none], env).stdout).megabytes
  const theirMemory = memoryOf(theirs, env)
  const all = compared([...reader, none], theirs, env)
  console.error('reading 1 % more …')
  appendAnswers(logs, ANSWERS, ANSWERS / 100)
  const repeat = compared([...reader, cursor], theirs, env)
  return { megabytes, found, all, repeat, memory, theirMemory }
}

function report({ megabytes, found, all, repeat, memory, theirMemory }) {
  const [ratio, again] = [all.ours / all.theirs, repeat.ours / repeat.theirs]
  const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`
  return [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} cores, medians of ${RUNS}`,
    `${found.records} answers, ${found.tokens} tokens, ${megabytes.toFixed(0)} MB; ccusage ${CCUSAGE} counts the same`,
    `all     llmsel ${seconds(all.ours)}  ccusage ${seconds(all.theirs)}  ratio ${ratio.toFixed(2)}, target ${LIMITS.ratio}, ${verdict(ratio, LIMITS.ratio)}`,
    `1 % new llmsel ${seconds(repeat.ours)}  ccusage ${seconds(repeat.theirs)}  ratio ${again.toFixed(3)}, target ${LIMITS.repeat}, ${verdict(again, LIMITS.repeat)}`,
    `memory  llmsel ${memory.toFixed(0)} MB  ccusage ${theirMemory === null ? '-' : theirMemory.toFixed(0)} MB  target ${LIMITS.megabytes}, ${verdict(memory, LIMITS.megabytes)}`,
  ].join('\n')
}

await runScript(async () => {
  await ensureInstalled()
  const world = sandbox()
  try {
    console.log(report(await bench(world)))
    return 0
  } finally {
    rmSync(world.folder, { recursive: true, force: true })
  }
})
