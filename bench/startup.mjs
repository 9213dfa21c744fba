// `npm run bench:startup`: what llmsel's commands cost, as ratios to `node -e 0` in the same run.
//
// Each row alternates: node, command, node, command, … so that a change of the machine's speed falls on
// both. A time is the wall time from fork to exit as a shell sees it, the median of 20 after 3 warm-ups. The
// fork itself is in every figure: the row `/bin/true` shows how much it is, and nothing is subtracted.
import { spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ensureBuilt } from '../scripts/build.mjs'
import { ensureInstalled, npmCommand, root, runScript, ScriptError } from '../scripts/prepare.mjs'

const RUNS = 20
const WARM_UPS = 3
const SESSIONS = 50
const INSTALLED_LIMIT_MB = 15
const LLMSEL = join(root, 'bin', 'llmsel')
const NODE = [process.execPath, '-e', '0']

/** A world of its own: no file, variable or tmux server of the person's is read or touched. */
function sandbox() {
  const folder = mkdtempSync(join(tmpdir(), 'llmsel-bench-'))
  const paths = { HOME: 'home', TMUX_TMPDIR: 'tmux', XDG_CONFIG_HOME: 'config' }
  const rest = { XDG_STATE_HOME: 'state', XDG_DATA_HOME: 'data', XDG_CACHE_HOME: 'cache' }
  const env = { LANG: 'C.UTF-8', TERM: 'xterm-256color', SHELL: '/bin/sh', NO_COLOR: '1' }
  env.PATH = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`
  for (const [name, sub] of Object.entries({ ...paths, ...rest })) {
    env[name] = join(folder, sub)
    mkdirSync(env[name], { mode: 0o700 })
  }
  // With this override set the launcher leaves every command to Node, so only sessions get it.
  return { folder, env, sessionEnv: { ...env, LLMSEL_TMUX_SOCKET: 'bench' } }
}

// The clock is read in a small bash, not in this process: spawning from Node costs more than `env` does.
const TIMED =
  'out=$1; shift; s=$EPOCHREALTIME; "$@" </dev/null >"$out.out" 2>"$out.err"; c=$?; echo $s $EPOCHREALTIME $c'

// What takes a millisecond is run many times by one sh, so that starting the runner does not count.
const BATCH = 20
const LOOP = `i=0; while [ $i -lt ${BATCH} ]; do "$@" >/dev/null || exit; i=$((i + 1)); done`

/** Runs a command line to its end; one that fails ends the bench, since it would measure an error. */
function run(argv, env) {
  const out = join(env.HOME, 'run')
  const bash = ['--norc', '--noprofile', '-c', TIMED, 'bash', out, ...argv]
  const timed = spawnSync('bash', bash, { env, encoding: 'utf8' })
  if (timed.error !== undefined) throw timed.error
  const [started, ended, code] = timed.stdout.trim().split(' ')
  if (code === undefined) throw new ScriptError('the bench needs bash 5 or newer, for its clock')
  if (code !== '0') {
    const said = readFileSync(`${out}.err`, 'utf8')
    throw new ScriptError(`${argv.join(' ')}: exit code ${code}\n${said}`)
  }
  return {
    ms: (Number(ended) - Number(started)) * 1000,
    stdout: readFileSync(`${out}.out`, 'utf8'),
  }
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}

/** `row.command(i)` gives the command line of run i; `before` and `after` are not timed. */
function measure({ name, target = null, batch = 1, env, command, before, after }) {
  const timed = (argv) => (batch === 1 ? argv : ['/bin/sh', '-c', LOOP, 'sh', ...argv])
  const times = { node: [], command: [] }
  for (let i = 0; i < WARM_UPS + RUNS; i++) {
    const node = run(NODE, env).ms
    before?.(i)
    const { ms } = run(timed(command(i)), env)
    after?.(i)
    if (i < WARM_UPS) continue
    times.node.push(node)
    times.command.push(ms / batch)
  }
  const [ms, nodeMs] = [median(times.command), median(times.node)]
  const ratio = ms / nodeMs
  return { name, ms, nodeMs, ratio, target, ok: target === null ? null : ratio <= target }
}

/** tmux, answered or not: there may be no server to ask. */
function tmux(world, ...args) {
  return spawnSync('tmux', ['-L', 'bench', '-f', '/dev/null', ...args], { env: world.sessionEnv })
}

function stopServer(world) {
  tmux(world, 'kill-server')
  while (tmux(world, 'list-sessions').status === 0) continue
}

function stopEverything(world) {
  spawnSync(LLMSEL, ['session', 'stop', '--all'], { env: world.sessionEnv, stdio: 'ignore' })
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
    llmsel('costs', 1.35),
  ]
}

function sessionRows(world) {
  const stop = (i) => tmux(world, 'kill-session', '-t', `=run${i}`)
  const launch = (i) => newSession(`run${i}`, 'true')
  const shared = { env: world.sessionEnv, target: 1.7, command: launch }
  return [
    { ...shared, name: 'llmsel session new, cold', before: () => stopServer(world) },
    { ...shared, name: 'llmsel session new, warm', before: warmUp(world), after: stop },
    {
      name: `llmsel session list, ${SESSIONS} sessions`,
      target: 1.45,
      env: world.sessionEnv,
      command: () => [LLMSEL, 'session', 'list'],
      before: startSessions(world),
    },
  ]
}

/** Before the first warm run: a server that stays, with one session in it. */
function warmUp(world) {
  return (i) => {
    if (i > 0) return
    stopServer(world)
    run(newSession('stays', 'sleep 3600'), world.sessionEnv)
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
    package: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
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
