import { ROUTE_NAMES } from '../profiles/gateway-route.ts'
import type { RestartPolicy, SessionRecord, SessionView, WorkKind } from './session.ts'
import { describeState, isOver } from './states.ts'

/** What the fleet file wants of one session. */
export interface WantedSession {
  readonly profile: string
  readonly model: string
  readonly kind: WorkKind
  readonly run: string | null
  readonly args: readonly string[]
  /** Absolute. */
  readonly cwd: string
  /** Every variable that llmsel sets on it. */
  readonly set: Readonly<Record<string, string>>
  readonly restart: RestartPolicy | null
  readonly limit: string | null
}

export interface PlannedMember {
  readonly name: string
  /** Or why it cannot be worked out on this machine. */
  readonly wanted: WantedSession | { readonly problem: string }
}

/** A session that was started from this very file. */
export interface PresentSession {
  readonly view: SessionView
  /** Null: nothing is kept about it. */
  readonly record: SessionRecord | null
}

/**
 * `update`: its worker goes on, and is restarted otherwise from now on; `replace`: ended, and started
 * anew; `refuse`: nothing can be done about it.
 */
export type StepAction = 'start' | 'restart' | 'replace' | 'update' | 'keep' | 'stop' | 'refuse'

export interface Step {
  readonly name: string
  readonly action: StepAction
  /** Why, in a few words each. */
  readonly why: readonly string[]
  /** Null: it is not there. */
  readonly present: PresentSession | null
}

/**
 * From what is there to what the file says, member by member in its order; what it no longer has
 * comes last. `taken`: names that something else has, be it a session of another fleet or of nobody's.
 */
export function planFleet(
  members: readonly PlannedMember[],
  present: readonly PresentSession[],
  taken: ReadonlySet<string>,
): Step[] {
  const names = new Set(members.map(({ name }) => name))
  const surplus = present.filter(({ view }) => !names.has(startedAs(view)))
  return [
    ...members.map((member) => {
      const own = present.find(({ view }) => startedAs(view) === member.name) ?? null
      return { name: member.name, present: own, ...stepFor(member, own, taken) }
    }),
    ...surplus.map((own) => ({
      name: own.view.name,
      action: 'stop' as const,
      why: ['the file has it no longer'],
      present: own,
    })),
  ]
}

/** The name that it was started with: somebody may have renamed it since. */
export function startedAs({ folder }: Pick<SessionView, 'folder'>): string {
  return folder.slice(folder.lastIndexOf('/') + 1, folder.lastIndexOf('.'))
}

function stepFor(
  { name, wanted }: PlannedMember,
  own: PresentSession | null,
  taken: ReadonlySet<string>,
): Pick<Step, 'action' | 'why'> {
  if ('problem' in wanted) return { action: 'refuse', why: [wanted.problem] }
  if (own !== null) return changeFor(wanted, own)
  if (!taken.has(name)) return { action: 'start', why: [] }
  return { action: 'refuse', why: ['another session, which this file did not start, has its name'] }
}

function changeFor(wanted: WantedSession, own: PresentSession): Pick<Step, 'action' | 'why'> {
  const { view, record } = own
  if (record === null) return { action: 'replace', why: ['nothing is kept about it'] }
  if (record.work.kind !== wanted.kind)
    return { action: 'replace', why: [`it was a ${record.work.kind}`] }
  const differences = differencesOf(wanted, { view, record })
  const { state } = view
  const failed = isOver(state) && !(state.kind === 'exited' && state.code === 0)
  const why = [...differences, ...(failed ? [describeState(state)] : [])]
  if (why.length > 0) return { action: 'restart', why }
  const policy = describePolicy(wanted.restart)
  return describePolicy(record.restart ?? null) === policy
    ? { action: 'keep', why: [] }
    : { action: 'update', why: [policy] }
}

function differencesOf(
  wanted: WantedSession,
  { view, record }: { readonly view: SessionView; readonly record: SessionRecord },
): string[] {
  const changed = (what: string, before: string, after: string) =>
    before === after ? [] : [`${what}: ${before} → ${after}`]
  const names = changedNames(record.set, wanted.set)
  const named = [
    // The view's are what the worker runs on; the record may be of its later windows.
    ...changed('profile', view.profile, wanted.profile),
    ...changed('model', view.model, wanted.model),
    ...changed('folder', record.cwd, wanted.cwd),
    ...changed('limit', record.limit ?? 'none', wanted.limit ?? 'none'),
    ...(record.run === wanted.run ? [] : ['run']),
    ...(JSON.stringify(record.args) === JSON.stringify(wanted.args) ? [] : ['args']),
  ]
  // Another model changes most of the variables by itself; their values may be secrets.
  const isElsewhere = named.some((each) => /^(?:profile|model):/.test(each))
  return names.length === 0 || isElsewhere ? named : [...named, `variables: ${names.join(', ')}`]
}

function changedNames(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  // Which way its requests take is no wish of the file.
  const routed = Object.hasOwn(before, 'LLMSEL_GATEWAY_URL')
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter(
    (name) => before[name] !== after[name] && !(routed && ROUTE_NAMES.has(name)),
  )
}

function describePolicy(policy: RestartPolicy | null): string {
  if (policy === null) return 'restart: never'
  const { delayMs, maxDelayMs, maxRestarts } = policy
  const seconds = (ms: number) => `${ms / 1000} s`
  return `restart: on failure, after ${seconds(delayMs)} to ${seconds(maxDelayMs)}, up to ${maxRestarts} times`
}
