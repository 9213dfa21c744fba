// What the benches share: a world of its own, and a clock that does not cost what it measures.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { root, ScriptError } from '../scripts/prepare.mjs'

export const RUNS = 20
const WARM_UPS = 3
const NODE = [process.execPath, '-e', '0']

/** A world of its own: no file, variable or tmux server of the person's is read or touched. */
export function sandbox() {
  const folder = mkdtempSync(join(tmpdir(), 'llmsel-bench-'))
  const paths = { HOME: 'home', TMUX_TMPDIR: 'tmux', XDG_CONFIG_HOME: 'config' }
  const rest = { XDG_STATE_HOME: 'state', XDG_DATA_HOME: 'data', XDG_CACHE_HOME: 'cache' }
  const env = { LANG: 'C.UTF-8', TERM: 'xterm-256color', SHELL: '/bin/sh', NO_COLOR: '1' }
  // It would outlive the bench, and count in what is measured.
  env.LLMSEL_GATEWAY_AUTOSTART = 'false'
  env.PATH = `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`
  for (const [name, sub] of Object.entries({ ...paths, ...rest })) {
    env[name] = join(folder, sub)
    mkdirSync(env[name], { mode: 0o700 })
  }
  // With this override set the launcher leaves every command to Node, so only sessions get it.
  return { folder, env, sessionEnv: { ...env, LLMSEL_TMUX_SOCKET: 'bench' } }
}

/** What it printed. */
export function llmsel(env, ...words) {
  return llmselIn(root, env, words)
}

/** Of the package in that folder. */
export function llmselIn(folder, env, words) {
  const argv = [join(folder, 'bin', 'llmsel'), words, { env, encoding: 'utf8' }]
  const { status, stdout, stderr } = spawnSync(...argv)
  if (status !== 0) throw new ScriptError(`llmsel ${words.join(' ')}: ${stderr}`)
  return stdout.trim()
}

// The clock is read in a small bash, not in this process: spawning from Node costs more than `env` does.
const TIMED =
  'out=$1; shift; s=$EPOCHREALTIME; "$@" </dev/null >"$out.out" 2>"$out.err"; c=$?; echo $s $EPOCHREALTIME $c'

// What takes a millisecond is run many times by one sh, so that starting the runner does not count.
export const BATCH = 20
const LOOP = `i=0; while [ $i -lt ${BATCH} ]; do "$@" >/dev/null || exit; i=$((i + 1)); done`

/** Runs a command line to its end; one that fails ends the bench, since it would measure an error. */
export function run(argv, env) {
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

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b)
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2
}

/** `row.command(i)` gives the command line of run i; `before` and `after` are not timed. */
export function measure({
  name,
  target = null,
  batch = 1,
  env,
  command,
  before,
  after,
  against = NODE,
}) {
  const timed = (argv) => (batch === 1 ? argv : ['/bin/sh', '-c', LOOP, 'sh', ...argv])
  const times = { node: [], command: [] }
  for (let i = 0; i < WARM_UPS + RUNS; i++) {
    const node = run(against, env).ms
    before?.(i)
    const { ms } = run(timed(command(i)), env)
    after?.(i)
    if (i < WARM_UPS) continue
    times.node.push(node)
    times.command.push(ms / batch)
  }
  const [ms, nodeMs] = [median(times.command), median(times.node)]
  // Of each pair: a machine whose speed changes amid a row has changed it for both.
  const ratio = median(times.command.map((each, i) => each / times.node[i]))
  return { name, ms, nodeMs, ratio, target, ok: target === null ? null : ratio <= target }
}
