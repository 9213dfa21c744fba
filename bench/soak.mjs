// `npm run bench:soak [-- SEED]`: 200 workers that exit, crash, hang, fork, are run again, and are killed
// at random. Every state that llmsel reports must be what really happened, none may be lost, and after
// `session down` nothing of them may be left. The seed decides everything but the machine's timing.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureBuilt } from '../scripts/build.mjs'
import { ensureInstalled, root, runScript, ScriptError } from '../scripts/prepare.mjs'
import { sandbox } from './timing.mjs'

const LLMSEL = join(root, 'bin', 'llmsel')
const WORKERS = 200
const PATIENCE_MS = 60_000

/** worker.sh KIND NUMBER: notes its pid, so that it can be killed, and does what its kind does. */
const WORKER = `#!/bin/sh
echo "$$" >"$SOAK/pids/$LLMSEL_SESSION.new" && mv "$SOAK/pids/$LLMSEL_SESSION.new" "$SOAK/pids/$LLMSEL_SESSION"
echo "$1 $2"
case $1 in
  exit) sleep "0.$2"; exit "$2" ;;
  at-once) exit "$2" ;;
  crash) kill -"$2" $$; sleep 10 ;;
  # A failure or two, and then success; the ones that never succeed meet the ceiling.
  again)
    echo x >>"$SOAK/runs/$LLMSEL_SESSION"
    [ "$(wc -l <"$SOAK/runs/$LLMSEL_SESSION")" -gt "$2" ] || exit 7 ;;
  hang) trap '' TERM HUP; while :; do sleep 100; done ;;
  fork)
    setsid sh -c 'trap "" TERM HUP; sleep 3000' &
    (sh -c 'trap "" HUP; sleep 3000' &)
    sleep 3000 ;;
  *) exec sleep 3000 ;;
esac
`

/** mulberry32: small, seeded, and good enough to pick from a list. */
function random(seed) {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

const SIGNALS = { 6: 'ABRT', 9: 'KILL', 11: 'SEGV', 15: 'TERM' }

function exited(code) {
  return { state: 'exited', code, signal: null, restarts: 0 }
}

function killed(number) {
  return { state: 'killed', code: 128 + number, signal: SIGNALS[number], restarts: 0 }
}

const RUNNING = { state: 'running', code: null, signal: null, restarts: 0 }
const POLICY = { policy: 'on-failure', delay: '100ms', maxDelay: '300ms', maxRestarts: 3 }

/** What a worker does, what is done to it, and what must be said of it then. */
function draw(pick) {
  const signal = [6, 9, 11, 15][pick(4)]
  const code = pick(100)
  const failures = pick(6)
  const kinds = [
    () => ({ args: ['exit', code], expected: exited(code) }),
    () => ({ args: ['at-once', code], expected: exited(code) }),
    () => ({ args: ['crash', signal], expected: killed(signal) }),
    () => ({
      args: ['again', failures],
      restart: POLICY,
      expected: { ...exited(failures > 3 ? 7 : 0), restarts: Math.min(failures, 3) },
    }),
    () => ({ args: ['hang', 0], expected: RUNNING }),
    () => ({ args: ['fork', 0], expected: RUNNING }),
    () => ({ args: ['sleep', 0], expected: RUNNING }),
    () => ({ args: ['sleep', 0], victim: { of: 'worker', signal }, expected: killed(signal) }),
    () => ({ args: ['fork', 0], victim: { of: 'worker', signal: 9 }, expected: killed(9) }),
    () => ({ args: ['hang', 0], victim: { of: 'wrapper', signal: 9 }, expected: killed(9) }),
    () => ({
      args: ['sleep', 0],
      restart: POLICY,
      victim: { of: 'worker', signal: 9 },
      expected: { ...RUNNING, restarts: 1 },
    }),
  ]
  return kinds[pick(kinds.length)]()
}

function llmsel(world, ...words) {
  const options = { env: world.sessionEnv, encoding: 'utf8', maxBuffer: 1 << 26 }
  const { status, stdout, stderr } = spawnSync(LLMSEL, ['session', ...words, '--json'], options)
  if (status !== 0)
    throw new ScriptError(`session ${words.join(' ')}: exit code ${status}\n${stderr}`)
  return JSON.parse(stdout)
}

function tmux(world, ...args) {
  const options = { env: world.sessionEnv, encoding: 'utf8' }
  return spawnSync('tmux', ['-L', 'bench', '-f', '/dev/null', ...args], options).stdout.trim()
}

function prepare(world, workers) {
  const script = join(world.folder, 'worker.sh')
  writeFileSync(script, WORKER, { mode: 0o755 })
  for (const folder of ['pids', 'runs']) mkdirSync(join(world.folder, folder))
  const file = join(world.folder, 'soak.json')
  const entries = [...workers].map(([name, { args, restart = 'never' }]) => [
    name,
    {
      profile: 'free',
      run: './worker.sh',
      args: args.map(String),
      env: { SOAK: world.folder },
      restart,
    },
  ])
  writeFileSync(file, JSON.stringify({ sessions: Object.fromEntries(entries) }))
  return file
}

async function killSome(world, workers, pick) {
  const victims = [...workers].filter(([, { victim }]) => victim !== undefined)
  while (victims.length > 0) {
    const [[name, { victim }]] = victims.splice(pick(victims.length), 1)
    const pid =
      victim.of === 'worker'
        ? await noted(join(world.folder, 'pids', name))
        : tmux(world, 'list-panes', '-t', `=${name}:`, '-F', '#{pane_pid}')
    if (!(Number(pid) > 1)) throw new ScriptError(`${name} has no process to kill: ${pid}`)
    process.kill(Number(pid), victim.signal)
    await sleep(pick(20))
  }
}

async function noted(path) {
  for (;;) {
    try {
      return readFileSync(path, 'utf8').trim()
    } catch {
      await sleep(5)
    }
  }
}

const facts = ({ state, code, signal, restarts }) =>
  JSON.stringify({ state, code, signal, restarts })

/** Until the list says of each what happened to it; what it says otherwise when the time is over. */
async function settled(world, workers) {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const listed = new Map(llmsel(world, 'list').map((row) => [row.name, facts(row)]))
    const wrong = [...workers].flatMap(([name, { args, victim, expected }]) => {
      const what = `${name} (${args.join(' ')}${victim ? `, ${victim.of} killed by ${victim.signal}` : ''})`
      const said = listed.get(name) ?? 'lost'
      return said === facts(expected) ? [] : [`${what}: ${said}, not ${facts(expected)}`]
    })
    if (listed.size !== workers.size) wrong.push(`${listed.size} of ${workers.size} are listed`)
    if (wrong.length === 0 || Date.now() > deadline) return wrong
    await sleep(250)
  }
}

/** Processes whose environment or command line names this world. */
function leftovers({ folder }) {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
    try {
      const text = readFileSync(`/proc/${pid}/cmdline`) + readFileSync(`/proc/${pid}/environ`)
      return text.includes(folder) ? [`${pid} ${text.slice(0, 100).replaceAll('\0', ' ')}`] : []
    } catch {
      return []
    }
  })
}

async function soak(world, seed) {
  const pick = random(seed)
  const workers = new Map(Array.from({ length: WORKERS }, (_, index) => [`w${index}`, draw(pick)]))
  const file = prepare(world, workers)
  const started = performance.now()
  llmsel(world, 'up', file)
  const upMs = performance.now() - started
  await killSome(world, workers, pick)
  const wrong = await settled(world, workers)
  const downStarted = performance.now()
  const { sessions } = llmsel(world, 'down', file)
  const downMs = performance.now() - downStarted
  if (sessions.length !== WORKERS) wrong.push(`down ended ${sessions.length} of ${WORKERS}`)
  // The server ends by itself with its last session.
  const deadline = Date.now() + 2000
  while (leftovers(world).length > 0 && Date.now() < deadline) await sleep(20)
  return {
    upMs,
    downMs,
    wrong: [...wrong, ...leftovers(world).map((line) => `left over: ${line}`)],
  }
}

await runScript(async () => {
  const seed = Number(process.argv[2] ?? 1)
  if (!Number.isSafeInteger(seed)) throw new ScriptError('usage: npm run bench:soak [-- SEED]')
  await ensureInstalled()
  await ensureBuilt()
  const world = sandbox()
  try {
    const { upMs, downMs, wrong } = await soak(world, seed)
    for (const line of wrong) console.log(line)
    const times = `up ${(upMs / 1000).toFixed(1)} s, down ${(downMs / 1000).toFixed(1)} s`
    console.log(`seed ${seed}: ${WORKERS} workers, ${wrong.length} wrong; ${times}`)
    return wrong.length === 0 ? 0 : 1
  } finally {
    tmux(world, 'kill-server')
    rmSync(world.folder, { recursive: true, force: true })
  }
})
