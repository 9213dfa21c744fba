// `npm run bench:startup`: what llmsel's commands cost, as ratios to `node -e 0` in the same run.
//
// Each row alternates: node, command, node, command, … so that a change of the machine's speed falls on
// both. A time is the wall time from fork to exit as a shell sees it, the median of 20 after 3 warm-ups; a
// ratio is the median of those of the 20 pairs. The fork itself is in every figure: the row `/bin/true`
// shows how much it is, and nothing is subtracted.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from '../scripts/build.mjs'
import { ensureInstalled, npmCommand, root, runScript, ScriptError } from '../scripts/prepare.mjs'
import { BATCH, measure, run, RUNS, sandbox } from './timing.mjs'

const SESSIONS = 50
/** With the ledger's database, a binary. */
const INSTALLED_LIMIT_MB = 40
const LLMSEL = join(root, 'bin', 'llmsel')
const VERSION = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version
const GATEWAY_PORT = 15_000 + (process.pid % 10_000)

/** tmux, answered or not: there may be no server to ask. */
function tmux(world, ...args) {
  return spawnSync('tmux', ['-L', 'bench', '-f', '/dev/null', ...args], { env: world.sessionEnv })
}

function stopServer(world) {
  tmux(world, 'kill-server')
  while (tmux(world, 'list-sessions').status === 0) continue
}

function stopEverything(world) {
  for (const words of [
    ['session', 'stop', '--all'],
    ['gateway', 'stop'],
  ])
    spawnSync(LLMSEL, words, { env: world.sessionEnv, stdio: 'ignore' })
  stopServer(world)
}

function newSession(name, worker) {
  return [LLMSEL, 'session', 'new', 'budget', '--name', name, '--run', worker]
}

function plainRows({ env }) {
  // In a session or after `llmsel use` the variables of a profile are there for `which` to read.
  const applied = {
    ...env,
    ...JSON.parse(run([LLMSEL, 'env', 'haiku', '--format', 'json'], env).stdout).set,
  }
  const llmsel = (line, target, variables = env) => ({
    name: `llmsel ${line}`,
    target,
    batch: target < 0.1 ? BATCH : 1,
    env: variables,
    command: () => [LLMSEL, ...line.split(' ')],
  })
  return [
    { name: '/bin/true', batch: BATCH, env, command: () => ['/bin/true'] },
    { name: 'sh -c :', batch: BATCH, env, command: () => ['/bin/sh', '-c', ':'] },
    llmsel('env haiku', 0.05),
    llmsel('which --short', 0.05, applied),
    llmsel('models', 1.35),
    llmsel('which', 1.35, applied),
    llmsel('--json', 1.35),
    llmsel('costs', 1.35),
  ]
}

function sessionRows(world) {
  const stop = (i) => tmux(world, 'kill-session', '-t', `=run${i}`)
  const launch = (i) => newSession(`run${i}`, 'true')
  const shared = { env: world.sessionEnv, target: 1.7, command: launch }
  const gatewayEnv = {
    ...world.sessionEnv,
    LLMSEL_GATEWAY_AUTOSTART: 'true',
    LLMSEL_GATEWAY_PORT: String(GATEWAY_PORT),
  }
  // What an earlier start has left for the next one, which so needs no Node.
  const launches = join(world.env.XDG_STATE_HOME, 'llmsel', 'env', VERSION, 'launch')
  const forget = () => rmSync(launches, { recursive: true, force: true })
  return [
    { ...shared, name: 'llmsel session new, cold', before: () => stopServer(world) },
    {
      ...shared,
      name: 'llmsel session new, warm',
      before: warmUp(world, world.sessionEnv),
      after: stop,
    },
    {
      ...shared,
      name: 'llmsel session new, warm, through the gateway',
      env: gatewayEnv,
      before: warmUp(world, gatewayEnv),
      after: stop,
    },
    ...[world.sessionEnv, gatewayEnv].map((env, index) => ({
      ...shared,
      name: `llmsel session new, warm${index === 0 ? '' : ', through the gateway'}, the first of its words`,
      target: null,
      env,
      before: (i) => {
        warmUp(world, env)(i)
        forget()
      },
      after: stop,
    })),
    {
      name: `llmsel session list, ${SESSIONS} sessions`,
      target: 1.45,
      env: world.sessionEnv,
      command: () => [LLMSEL, 'session', 'list'],
      before: startSessions(world),
    },
  ]
}

/** Before the first warm run: a server that stays, with one session in it, and a gateway if `env` wants one. */
function warmUp(world, env) {
  return (i) => {
    if (i > 0) return
    stopServer(world)
    run(newSession('stays', 'sleep 3600'), env)
  }
}

function startSessions(world) {
  return (i) => {
    if (i > 0) return
    stopEverything(world)
    for (let n = 1; n <= SESSIONS; n++) run(newSession(`many${n}`, 'sleep 3600'), world.sessionEnv)
    const { stdout } = run([LLMSEL, 'session', 'list', '--json'], world.sessionEnv)
    const found = new Set(stdout.match(/\bmany\d+\b/g)).size
    if (found !== SESSIONS) throw new ScriptError(`session list shows ${found} of ${SESSIONS}`)
  }
}

function bytesIn(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) => join(folder, entry.name))
    .map((path) => (statSync(path).isDirectory() ? bytesIn(path) : statSync(path).size))
    .reduce((sum, bytes) => sum + bytes, 0)
}

/** What `npm install` of the packed package puts on a disk, development dependencies left out. */
function installedSize({ folder, env }) {
  const settings = { ...process.env, npm_config_cache: join(folder, 'npm') }
  const npm = (cwd, ...args) => {
    const [command, argv] = npmCommand(args)
    const { status, stdout, stderr } = spawnSync(command, argv, {
      cwd,
      env: settings,
      encoding: 'utf8',
    })
    if (status !== 0) throw new ScriptError(`npm ${args[0]} failed\n${stderr}`)
    return stdout
  }
  const tarball = npm(root, 'pack', '--silent', '--pack-destination', folder)
    .trim()
    .split('\n')
    .at(-1)
  const prefix = join(folder, 'prefix')
  mkdirSync(prefix)
  writeFileSync(join(prefix, 'package.json'), '{}')
  npm(prefix, 'install', '--omit=dev', '--no-audit', '--no-fund', join(folder, tarball))
  run([join(prefix, 'node_modules', '.bin', 'llmsel'), '--version'], env)
  const megabytes = bytesIn(join(prefix, 'node_modules')) / 1e6
  return { megabytes, target: INSTALLED_LIMIT_MB, ok: megabytes <= INSTALLED_LIMIT_MB }
}

function verdict(ok) {
  if (ok === null) return ''
  return ok ? 'ok' : 'miss'
}

function table({ date, node, cores, rows, installed }) {
  const lines = rows.map(({ name, ms, nodeMs, ratio, target, ok }) => {
    const figures = [ms.toFixed(1), nodeMs.toFixed(1), ratio.toFixed(3), target ?? '']
    return [name, ...figures.map(String), verdict(ok)]
  })
  const head = ['', 'ms', 'node -e 0', 'ratio', 'target', '']
  const widths = head.map((_, i) => Math.max(...[head, ...lines].map((line) => line[i].length)))
  const text = [head, ...lines].map((line) =>
    line
      .map((cell, i) => (i === 0 || i === 5 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join('  ')
      .trimEnd(),
  )
  const size = `installed ${installed.megabytes.toFixed(2)} MB, target ${installed.target} MB`
  return [
    `${date}, Node ${node}, ${cores} cores, medians of ${RUNS}; what takes about 1 ms: of ${RUNS} batches of ${BATCH}`,
    ...text,
    `${size}, ${verdict(installed.ok)}`,
  ].join('\n')
}

function bench(world) {
  const rows = [...plainRows(world), ...sessionRows(world)].map((row) => {
    console.error(`measuring ${row.name} …`)
    return measure(row)
  })
  stopEverything(world)
  console.error('installing the packed package …')
  return {
    date: new Date().toISOString().slice(0, 10),
    node: process.versions.node,
    cores: availableParallelism(),
    runs: RUNS,
    package: VERSION,
    rows,
    installed: installedSize(world),
  }
}

await runScript(async () => {
  const [option, ...rest] = process.argv.slice(2)
  if (rest.length > 0 || (option !== undefined && option !== '--json')) {
    throw new ScriptError('usage: npm run bench:startup [-- --json]')
  }
  await ensureInstalled()
  await ensureBuilt()
  const world = sandbox()
  try {
    const result = bench(world)
    console.log(option === '--json' ? JSON.stringify(result, null, 2) : table(result))
    return 0
  } finally {
    stopEverything(world)
    rmSync(world.folder, { recursive: true, force: true })
  }
})
