// `npm run bench:sessions`: sessions and fleets, beside tmuxinator and tmuxp, in the same run.
//
// Each of the two gets the same one-window project as `llmsel session new`, on a tmux server that runs
// already, alternately with llmsel. Everything else is against `node -e 0`, or an absolute limit.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureBuilt } from '../scripts/build.mjs'
import { ensureInstalled, root, runScript, ScriptError } from '../scripts/prepare.mjs'
import { measure, run, RUNS, sandbox } from './timing.mjs'

const LLMSEL = join(root, 'bin', 'llmsel')
const UP = 50
const LISTED = 200
const WATCH_SECONDS = 20
/** Linux counts a process's time so. */
const TICKS_PER_SECOND = 100

function tmux(world, ...args) {
  return spawnSync('tmux', ['-L', 'bench', '-f', '/dev/null', ...args], {
    env: world.env,
    encoding: 'utf8',
  })
}

function killSession(world, name) {
  tmux(world, 'kill-session', '-t', `=${name}`)
}

/** The same project for the other two: one window that runs one command. */
function projects({ env, folder }) {
  const config = join(env.XDG_CONFIG_HOME, 'tmuxinator')
  mkdirSync(config)
  writeFileSync(
    join(config, 'theirs.yml'),
    `name: theirs\nroot: ${folder}\nsocket_name: bench\nattach: false\nwindows:\n  - main: sleep 3600\n`,
  )
  const tmuxp = join(folder, 'theirs.yaml')
  writeFileSync(
    tmuxp,
    `session_name: theirs\nstart_directory: ${folder}\nwindows:\n  - window_name: main\n    panes:\n      - sleep 3600\n`,
  )
  return {
    tmuxinator: ['tmuxinator', 'start', 'theirs'],
    tmuxp: ['tmuxp', 'load', '-y', '-d', '-L', 'bench', tmuxp],
  }
}

function newRows(world) {
  const others = projects(world)
  const row = (name, against, target) => ({
    name: `session new, against ${name}`,
    target,
    env: { ...world.sessionEnv, EDITOR: 'vi' },
    against,
    before: () => tmux(world, 'new-session', '-d', '-s', 'stays', 'sleep 3600'),
    command: () => [LLMSEL, 'session', 'new', 'budget', '--name', 'ours', '--run', 'sleep 3600'],
    after: () => {
      for (const session of ['ours', 'theirs']) killSession(world, session)
    },
  })
  return [
    row('tmuxinator', others.tmuxinator, 0.7),
    row('tmuxp', others.tmuxp, 0.7),
    {
      name: 'session new, against tmux itself',
      env: world.sessionEnv,
      against: ['tmux', '-L', 'bench', 'new-session', '-d', '-s', 'theirs', 'sleep 3600'],
      command: () => [LLMSEL, 'session', 'new', 'budget', '--name', 'ours', '--run', 'sleep 3600'],
      after: () => {
        for (const session of ['ours', 'theirs']) killSession(world, session)
      },
    },
  ]
}

function fleet({ folder }, name, count) {
  const path = join(folder, `${name}.json`)
  // Each makes a file, so that it can be seen when the last one runs.
  const run = `: >${folder}/ran/$LLMSEL_SESSION; exec sleep 3600`
  const sessions = { [name]: { profile: 'budget', run, cwd: folder, count } }
  writeFileSync(path, JSON.stringify({ sessions }))
  return path
}

/** Until the command ends, and until the last worker runs; the median of seven each. */
async function up(world) {
  const path = fleet(world, 'up', UP)
  const ran = join(world.folder, 'ran')
  const times = { command: [], running: [] }
  for (let i = 0; i < 7; i++) {
    mkdirSync(ran)
    const started = performance.now()
    run([LLMSEL, 'session', 'up', path], world.sessionEnv)
    times.command.push(performance.now() - started)
    while (readdirSync(ran).length < UP) await sleep(1)
    times.running.push(performance.now() - started)
    run([LLMSEL, 'session', 'down', path], world.sessionEnv)
    rmSync(ran, { recursive: true })
  }
  const middle = (values) => values.toSorted((a, b) => a - b)[3]
  return { commandMs: middle(times.command), runningMs: middle(times.running), limitMs: 3000 }
}

function listRows(world) {
  const path = fleet(world, 'list', LISTED)
  const start = (i) => {
    if (i > 0) return
    mkdirSync(join(world.folder, 'ran'), { recursive: true })
    run([LLMSEL, 'session', 'up', path], world.sessionEnv)
    const { stdout } = run([LLMSEL, 'session', 'list', '--json'], world.sessionEnv)
    const running = JSON.parse(stdout).filter(({ state }) => state === 'running').length
    if (running !== LISTED) throw new ScriptError(`${running} of ${LISTED} are running`)
  }
  return [[], ['--json']].map((options) => ({
    name: ['session list', ...options, `of ${LISTED}`].join(' '),
    target: 2,
    env: world.sessionEnv,
    command: () => [LLMSEL, 'session', 'list', ...options],
    before: start,
  }))
}

/** The share of one core that watching takes, its tmux processes included. */
async function watch(world) {
  const env = Object.entries(world.sessionEnv).map(([name, value]) => `${name}=${value}`)
  const line = ['env', '-i', ...env, LLMSEL, 'session', 'list', '--watch']
  tmux(world, 'new-session', '-d', '-s', 'watch', '-x', '120', '-y', '50', '--', ...line)
  const pid = tmux(world, 'display-message', '-p', '-t', '=watch:', '#{pane_pid}').stdout.trim()
  await sleep(3000)
  const before = secondsOf(pid)
  await sleep(WATCH_SECONDS * 1000)
  const share = (secondsOf(pid) - before) / WATCH_SECONDS
  killSession(world, 'watch')
  return { share, limit: 0.01 }
}

/** proc(5): the time of the process, and of those of its children that have ended. */
function secondsOf(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0)
  return ticks / TICKS_PER_SECOND
}

/** What stays of one session beside its worker, with what memory of its own. */
function residents(world) {
  const { stdout } = tmux(world, 'list-panes', '-t', '=list-1:', '-F', '#{pane_pid}')
  const folder = /\0LLMSEL_SESSION_DIR=([^\0]*)/.exec(environ(stdout.trim()))?.[1] ?? ''
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const mine = pids.filter((pid) => command(pid).join(' ').includes(folder))
  const below = pids.filter((pid) => mine.includes(parentOf(pid)))
  return [...new Set([...mine, ...below])].map((pid) => ({
    command: command(pid).slice(0, 2).join(' '),
    privateKb: privateKb(pid),
  }))
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const environ = (pid) => read(`/proc/${pid}/environ`)
const command = (pid) => read(`/proc/${pid}/cmdline`).split('\0')
const parentOf = (pid) => /\) \S (\d+)/.exec(read(`/proc/${pid}/stat`))?.[1]
const privateKb = (pid) =>
  [...read(`/proc/${pid}/smaps_rollup`).matchAll(/^Private_\w+:\s+(\d+)/gm)]
    .map(([, kb]) => Number(kb))
    .reduce((sum, kb) => sum + kb, 0)

function verdict(ok) {
  if (ok === null) return ''
  return ok ? 'ok' : 'miss'
}

function text({ rows, upOf, watching, resident }) {
  const line = (name, figures, target, ok) =>
    [name.padEnd(36), figures.padEnd(34), target.padEnd(13), verdict(ok)].join(' ').trimEnd()
  const timed = rows.map(({ name, ms, nodeMs, ratio, target, ok }) => {
    const figures = `${ms.toFixed(1)} ms / ${nodeMs.toFixed(1)} ms = ${ratio.toFixed(2)}`
    return line(name, figures, target === null ? '' : `target ${target}`, ok)
  })
  const { commandMs, runningMs, limitMs } = upOf
  const share = `${(watching.share * 100).toFixed(2)} % of a core`
  return [
    `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${availableParallelism()} cores, medians of ${RUNS}`,
    ...timed,
    line(
      `session up of ${UP}`,
      `${commandMs.toFixed(0)} ms`,
      `target ${limitMs}`,
      commandMs <= limitMs,
    ),
    line(
      `… until the last worker runs`,
      `${runningMs.toFixed(0)} ms`,
      `target ${limitMs}`,
      runningMs <= limitMs,
    ),
    line(`list --watch of ${LISTED}`, share, 'target 1 %', watching.share <= watching.limit),
    `beside a worker stay: ${resident.map(({ command: name, privateKb: kb }) => `${name} (${kb} kB of its own)`).join(', ')}`,
  ].join('\n')
}

await runScript(async () => {
  await ensureInstalled()
  await ensureBuilt()
  for (const tool of ['tmuxinator', 'tmuxp']) {
    if (spawnSync(tool, ['--version']).error !== undefined) {
      throw new ScriptError(`${tool} is not installed; it is measured beside llmsel`)
    }
  }
  const world = sandbox()
  try {
    const timed = (row) => {
      console.error(`measuring ${row.name} …`)
      return measure(row)
    }
    const created = newRows(world).map(timed)
    console.error('measuring session up …')
    const upOf = await up(world)
    const rows = [...created, ...listRows(world).map(timed)]
    console.error('measuring session list --watch …')
    const watching = await watch(world)
    console.log(text({ rows, upOf, watching, resident: residents(world) }))
    return 0
  } finally {
    spawnSync(LLMSEL, ['session', 'stop', '--all'], { env: world.sessionEnv, stdio: 'ignore' })
    tmux(world, 'kill-server')
    rmSync(world.folder, { recursive: true, force: true })
  }
})
