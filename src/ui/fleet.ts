import type { LlmselError } from '../domain/errors.ts'
import type { StepAction } from '../domain/sessions/fleet-plan.ts'
import type { SessionView } from '../domain/sessions/session.ts'
import { describeSession } from '../domain/sessions/states.ts'
import { endOfState } from './session.ts'
import type { Table } from './table.ts'

export interface FleetRow {
  readonly name: string
  readonly action: StepAction
  readonly why: readonly string[]
  /** Null: not known, as the session could not be worked out. */
  readonly profile: string | null
  readonly model: string | null
  /** As it is; null: it is not there. */
  readonly view: SessionView | null
  readonly problem: LlmselError | null
}

export function fleetRowData({ view, problem, ...row }: FleetRow): object {
  return { ...row, ...liveData(view, problem) }
}

function liveData(view: SessionView | null, problem: LlmselError | null): object {
  const end = view === null ? { state: null, code: null, signal: null } : endOfState(view.state)
  return {
    ...end,
    restarts: view?.restarts ?? 0,
    problem: problem === null ? null : failure(problem),
    folder: view?.folder ?? null,
    log: view === null ? null : `${view.folder}/log`,
  }
}

function failure({ code, message, hint }: LlmselError): object {
  return { code, message, hint }
}

const DONE: Readonly<Record<StepAction, string>> = {
  start: 'started',
  restart: 'restarted',
  replace: 'replaced',
  update: 'updated',
  keep: 'kept',
  stop: 'ended',
  refuse: 'refused',
}

export function fleetTable(rows: readonly FleetRow[], isPlan: boolean): Table {
  return {
    columns: [
      { header: isPlan ? 'plan' : 'done' },
      { header: 'session' },
      { header: 'profile' },
      { header: 'model' },
      { header: 'state' },
      { header: 'why', dispensable: 1 },
    ],
    rows: rows.map(({ name, action, why, profile, model, view, problem }) => [
      wordFor(action, isPlan, problem),
      name,
      profile ?? '-',
      model ?? '-',
      view === null ? '-' : describeSession(view),
      problem === null ? why.join('; ') : problem.message,
    ]),
  }
}

function wordFor(action: StepAction, isPlan: boolean, problem: LlmselError | null): string {
  if (isPlan) return action
  return problem === null || action === 'refuse' ? DONE[action] : 'failed'
}

/** One that went down, and what becomes of it. */
export interface RestoredRow extends Omit<FleetRow, 'action' | 'why'> {
  readonly model: string
  /** As it was asked for; null: an interactive shell. */
  readonly run: string | null
  readonly cwd: string | null
  readonly fleet: string | null
}

export function restoredData(row: RestoredRow): object {
  const { view, problem, ...rest } = row
  return { ...rest, ...liveData(view, problem) }
}

export function restoredTable(rows: readonly RestoredRow[], isPlan: boolean): Table {
  return {
    columns: [
      { header: isPlan ? 'plan' : 'done' },
      { header: 'session' },
      { header: 'profile' },
      { header: 'model' },
      { header: 'state' },
      { header: 'runs' },
      { header: 'folder', dispensable: 1 },
    ],
    rows: rows.map(({ name, profile, model, view, run, cwd, problem }) => [
      wordFor(isPlan && problem !== null ? 'refuse' : 'start', isPlan, problem),
      name,
      profile ?? '-',
      model,
      view === null ? '-' : describeSession(view),
      problem?.message ?? run ?? 'a shell',
      cwd ?? '-',
    ]),
  }
}

export function problemText(name: string, { message, hint }: LlmselError): string {
  return `llmsel: ${name}: ${message}\n${hint === null ? '' : `${hint}\n`}`
}
