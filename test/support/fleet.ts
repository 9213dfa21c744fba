import { contentOf, type Ran, type Sandbox } from './tmux.ts'

interface Row {
  readonly name: string
  readonly state: string
  readonly code: number | null
  readonly signal: string | null
  readonly restarts: number
  readonly pid: number | null
  readonly folder: string
  readonly fleet: string | null
}

/** What tests of fleets do again and again in a sandbox. */
export interface FleetBox {
  session(...words: readonly string[]): Ran
  /** Writes a fleet file. */
  fleet(sessions: object, file?: string): void
  /** Of `session list`. */
  rows(): Row[]
  row(name: string): Row | undefined
  /** As tmux has them. */
  names(): string[]
  killServer(): void
}

export function fleetBox(box: Sandbox): FleetBox {
  const session = (...words: readonly string[]) => box.llmsel(['session', ...words])
  const rows = (): Row[] => JSON.parse(session('list', '--json').stdout)
  return {
    session,
    fleet: (sessions, file = 'llmsel.fleet.json') =>
      void box.file(file, JSON.stringify({ sessions })),
    rows,
    row: (name) => rows().find((each) => each.name === name),
    names: () => box.tmux('list-sessions', '-F', '#S').split('\n').filter(Boolean),
    killServer: () => kill(Number(box.tmux('display-message', '-p', '#{pid}'))),
  }
}

/** 0 would be every process of the test's own group. */
export function kill(pid: number | null | undefined): void {
  if (!(Number(pid) > 1)) throw new Error(`not a process: ${pid}`)
  process.kill(Number(pid), 'SIGKILL')
}

/** `VERB NAME` of each line that a plan or its outcome prints. */
export function steps({ stdout }: Ran): string[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t').slice(0, 2).join(' '))
}

export function isRunning(pid: number): boolean {
  const stat = contentOf(`/proc/${pid}/stat`)
  return stat !== null && !/\) [ZX] /.test(stat)
}

export const SLEEP = { profile: 'free', run: 'sleep 300' }
