import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { fleetBox } from '../support/fleet.ts'
import { drawWorker, seeded, SOAK_SCRIPT, type SoakWorker } from '../support/soak.ts'
import { contentOf, eventually, sandbox } from '../support/tmux.ts'
import { until } from '../support/until.ts'

// The seed decides everything but the machine's timing.
const SEED = Number(process.env['LLMSEL_SOAK_SEED'] ?? 1)
const WORKERS = 200
const PATIENCE_MS = 120_000

const box = sandbox()
const it = fleetBox(box)

afterAll(() => box.close())

test(`of 200 workers that exit, crash, hang, fork and are killed, every state is true (seed ${SEED})`, async () => {
  const pick = seeded(SEED)
  const workers = new Map(
    Array.from({ length: WORKERS }, (_, index) => [`w${index}`, drawWorker(pick)]),
  )
  prepare(workers)
  expect(it.session('up').code).toBe(0)
  await killSome(workers, pick)

  const expected = Object.fromEntries(
    [...workers].map(([name, worker]) => [name, said(worker, name)]),
  )
  let listed = states(workers)
  const deadline = Date.now() + PATIENCE_MS
  while (JSON.stringify(listed) !== JSON.stringify(expected) && Date.now() < deadline) {
    await sleep(250)
    listed = states(workers)
  }
  expect(listed).toEqual(expected)

  expect(JSON.parse(it.session('down', '--json').stdout).sessions).toHaveLength(WORKERS)
  // The server ends by itself with its last session.
  await until(() => leftovers().length === 0 || Date.now() > deadline)
  expect(leftovers()).toEqual([])
})

function prepare(workers: ReadonlyMap<string, SoakWorker>): void {
  box.file('worker.sh', SOAK_SCRIPT, 0o755)
  for (const folder of ['pids', 'runs']) mkdirSync(join(box.cwd, folder))
  const entries = [...workers].map(([name, { args, restart = 'never' }]) => [
    name,
    {
      profile: 'free',
      run: './worker.sh',
      args: args.map(String),
      env: { SOAK: box.cwd },
      restart,
    },
  ])
  it.fleet(Object.fromEntries(entries))
}

async function killSome(
  workers: ReadonlyMap<string, SoakWorker>,
  pick: (below: number) => number,
): Promise<void> {
  const victims = [...workers].flatMap(([name, { victim }]) => (victim ? [{ name, victim }] : []))
  while (victims.length > 0) {
    const [{ name, victim }] = victims.splice(pick(victims.length), 1) as [(typeof victims)[0]]
    const pid =
      victim.of === 'worker'
        ? await eventually(() => contentOf(join(box.cwd, 'pids', name)))
        : box.tmux('list-panes', '-t', `=${name}:`, '-F', '#{pane_pid}')
    if (!(Number(pid) > 1)) throw new Error(`${name} has no process to kill: ${pid}`)
    process.kill(Number(pid), victim.signal)
    await sleep(pick(20))
  }
}

/** With what was done to it, so that a difference says which kind it is. */
function said({ args, victim, expected }: SoakWorker, name: string): string {
  const done = victim ? `, its ${victim.of} killed by ${victim.signal}` : ''
  const { state, code, signal, restarts } = expected
  return `${name} ${args.join(' ')}${done}: ${state} ${code} ${signal}, ${restarts} restarts`
}

/** Every session that is listed; one more than was started is a difference, too. */
function states(workers: ReadonlyMap<string, SoakWorker>): Record<string, string> {
  const rows = new Map(it.rows().map((row) => [row.name, row]))
  const known = [...workers].flatMap(([name, worker]) => {
    const row = rows.get(name)
    rows.delete(name)
    return row ? [[name, said({ ...worker, expected: row }, name)]] : []
  })
  return Object.fromEntries([
    ...known,
    ...[...rows.keys()].map((name) => [name, 'nobody started it']),
  ])
}

/** Processes whose environment or command line names this sandbox. */
function leftovers(): string[] {
  const root = dirname(box.cwd)
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return []
    try {
      const text =
        readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`)
      return text.includes(root) ? [`${pid} ${text.slice(0, 100).replaceAll('\0', ' ')}`] : []
    } catch {
      return []
    }
  })
}
