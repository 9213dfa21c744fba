import type { SessionState, SessionView, WorkKind } from './session.ts'
import { stateOfCode, stateOfSignal } from './states.ts'

/** One pane of the server, whoever started it. */
export interface PaneRow {
  readonly sessionId: string
  readonly sessionName: string
  readonly paneId: string
  readonly pid: number
  readonly dead: boolean
  /** The person scrolls, picks or reads there, and keys act on that. */
  readonly inMode: boolean
  readonly attached: boolean
  readonly serverPid: number
  /** Seconds since 1970. */
  readonly serverStartedAt: number
  /** What llmsel noted on its session; null: the session is not llmsel's. */
  readonly own: OwnSession | null
  /** This pane is the one that the session was started for. */
  readonly first: boolean
  /** Null where nothing recorded it, and while it runs, unless it is about to run again. */
  readonly end: SessionState | null
  readonly restarts: number
}

interface OwnSession {
  readonly profile: string
  readonly model: string
  readonly kind: WorkKind
  readonly runId: string
  readonly startedAt: string
  readonly folder: string
  readonly fleet: string | null
  /** As the gateway has written it, such as `0.42+`; empty: it has not. */
  readonly spent: string
  readonly limit: string | null
}

const FIELDS = [
  'session_id',
  'session_name',
  'pane_id',
  'pane_pid',
  'pane_dead',
  'pane_mode',
  'pane_dead_status',
  'pane_dead_signal',
  'session_attached',
  'pid',
  'start_time',
  '@llmsel_exit',
  '@llmsel_failed',
  '@llmsel_restarts',
  '@llmsel_first',
  '@llmsel_kind',
  '@llmsel_run',
  '@llmsel_started',
  '@llmsel_profile',
  '@llmsel_model',
  '@llmsel_dir',
  '@llmsel_fleet',
  '@llmsel_spent',
  '@llmsel_limit',
] as const

type Field = (typeof FIELDS)[number]

const PLACES: ReadonlyMap<string, number> = new Map(FIELDS.map((name, place) => [name, place]))

/** tmux replaces other separators outside UTF-8 locales; TAB survives. */
export const LISTING_FORMAT = FIELDS.map((name) => `#{${name}}`).join('\t')

export function parseListing(text: string): PaneRow[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map(parseRow)
}

function parseRow(line: string): PaneRow {
  const values = line.split('\t')
  const field = (name: Field) => values[PLACES.get(name) ?? -1] ?? ''
  const first = field('@llmsel_first') !== ''
  const attached = field('session_attached') !== '0'
  return {
    sessionId: field('session_id'),
    sessionName: field('session_name'),
    paneId: field('pane_id'),
    pid: Number(field('pane_pid')),
    dead: field('pane_dead') === '1',
    inMode: isUsedMode(field('pane_mode'), attached),
    attached,
    serverPid: Number(field('pid')),
    serverStartedAt: Number(field('start_time')),
    own: ownSession(field),
    first,
    end: endOf(field),
    restarts: Number(field('@llmsel_restarts')),
  }
}

/** tmux itself shows the errors of its configuration in the first session, where nobody may look. */
function isUsedMode(mode: string, attached: boolean): boolean {
  return mode !== '' && (attached || mode !== 'view-mode')
}

function ownSession(field: (name: Field) => string): OwnSession | null {
  if (field('@llmsel_dir') === '') return null
  return {
    profile: field('@llmsel_profile'),
    model: field('@llmsel_model'),
    kind: field('@llmsel_kind') === 'shell' ? 'shell' : 'worker',
    runId: field('@llmsel_run'),
    startedAt: field('@llmsel_started'),
    folder: field('@llmsel_dir'),
    fleet: field('@llmsel_fleet') || null,
    spent: field('@llmsel_spent'),
    limit: field('@llmsel_limit') || null,
  }
}

/** The wrapper's record before tmux's own, which tmux 3.2 to 3.5 loses now and then. */
function endOf(field: (name: Field) => string): SessionState | null {
  if (field('pane_dead') !== '1') return pauseOf(field)
  const code = field('@llmsel_exit') || field('pane_dead_status')
  const signal = Number(field('pane_dead_signal'))
  if (field('@llmsel_exit') === '' && signal > 0) return stateOfSignal(signal)
  return code === '' ? null : stateOfCode(Number(code))
}

/** Its wrapper waits before it starts the next worker. */
function pauseOf(field: (name: Field) => string): SessionState | null {
  const code = field('@llmsel_failed')
  return code === '' ? null : { kind: 'restarting', after: Number(code) }
}

/** llmsel's sessions, by name. `recorded` reads from a folder the exit code that its wrapper wrote. */
export function sessionsOf(
  rows: readonly PaneRow[],
  recorded: (folder: string) => number | null,
): SessionView[] {
  const views = [...groupBySession(rows).values()].flatMap((panes) => {
    const own = panes[0]?.own ?? null
    return own === null ? [] : [viewOf(panes, own, recorded)]
  })
  return views.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

function groupBySession(rows: readonly PaneRow[]): Map<string, PaneRow[]> {
  const sessions = new Map<string, PaneRow[]>()
  for (const row of rows) {
    const panes = sessions.get(row.sessionId)
    if (panes === undefined) sessions.set(row.sessionId, [row])
    else panes.push(row)
  }
  return sessions
}

function viewOf(
  panes: readonly PaneRow[],
  own: OwnSession,
  recorded: (folder: string) => number | null,
): SessionView {
  const first = panes.find((pane) => pane.first)
  return {
    name: panes[0]?.sessionName ?? '',
    profile: own.profile,
    model: own.model,
    state: stateOf(first, own, recorded),
    startedAt: own.startedAt,
    attached: panes.some(({ attached }) => attached),
    pid: first === undefined || first.dead ? null : first.pid,
    restarts: first?.restarts ?? 0,
    fleet: own.fleet,
    spentUsd: /^[\d.]+/.exec(own.spent)?.[0] ?? null,
    spentMore: /[+?]$/.test(own.spent),
    limit: own.limit,
    folder: own.folder,
    id: panes[0]?.sessionId ?? '',
  }
}

function stateOf(
  first: PaneRow | undefined,
  own: OwnSession,
  recorded: (folder: string) => number | null,
): SessionState {
  if (first?.dead === false) return first.end ?? { kind: 'running' }
  // An interactive session is its windows: it goes on while one of them is open.
  if (first === undefined && own.kind === 'shell') return { kind: 'running' }
  if (first?.end) return first.end
  const code = recorded(own.folder)
  return code === null ? { kind: 'unknown' } : stateOfCode(code)
}

/** Names that a new session cannot have: something still runs there, or it is not llmsel's. */
export function takenNames(rows: readonly PaneRow[]): Set<string> {
  const taken = rows.filter(({ dead, own }) => !dead || own === null)
  return new Set(taken.map(({ sessionName }) => sessionName))
}
