import { meaningOf, type Outcome, type OutcomeClass } from './outcome.ts'

/** What is remembered of one target and credential. Plain data, so that it can be kept in a file. */
export interface Circuit {
  readonly state: 'closed' | 'open' | 'half-open'
  /** Counts its states: what was sent in another one says little of this one. */
  readonly turn: number
  /** Ms since 1970: when it came into this state. */
  readonly sinceMs: number
  /** How long it was opened for; 0: it never was since it last closed. */
  readonly openForMs: number
  /** In half-open: when the one request that tries it went out. */
  readonly probeMs: number | null
  /** The probe has brought content, so that others follow before its end. */
  readonly proven: boolean
  /** Failures one after the other. */
  readonly failures: number
  readonly recent: readonly Bucket[]
  /** Why it is open, in words; null: closed. */
  readonly reason: string | null
  readonly last: LastOutcome | null
}

/** Ended attempts of ten seconds. */
interface Bucket {
  readonly startMs: number
  readonly total: number
  readonly failed: number
}

interface LastOutcome {
  readonly class: OutcomeClass
  readonly atMs: number
}

export interface CircuitNumbers {
  /** Opens after so many failures one after the other. */
  readonly failures: number
  /** Or when this share, 0 to 1, of at least `minimum` attempts failed within `windowMs`. */
  readonly share: number
  readonly minimum: number
  readonly windowMs: number
  /** The first opening; each failed probe doubles it up to `maxOpenMs`. */
  readonly openMs: number
  readonly maxOpenMs: number
  /** An upstream that asks for longer is asked again after this. */
  readonly maxRetryAfterMs: number
  /** A probe that has not ended after this is given up, and another goes out. */
  readonly probeMs: number
}

export const DEFAULT_NUMBERS: CircuitNumbers = {
  failures: 5,
  share: 0.5,
  minimum: 10,
  windowMs: 60_000,
  openMs: 30_000,
  maxOpenMs: 300_000,
  maxRetryAfterMs: 3_600_000,
  probeMs: 600_000,
}

const BUCKET_MS = 10_000

export function newCircuit(nowMs: number): Circuit {
  return {
    state: 'closed',
    turn: 0,
    sinceMs: nowMs,
    openForMs: 0,
    probeMs: null,
    proven: false,
    failures: 0,
    recent: [],
    reason: null,
    last: null,
  }
}

/** Whether a request may go to it now, and as what. */
export function admits(
  circuit: Circuit,
  nowMs: number,
  { probeMs }: CircuitNumbers = DEFAULT_NUMBERS,
): 'send' | 'probe' | 'no' {
  if (circuit.state === 'closed' || (circuit.state === 'half-open' && circuit.proven)) return 'send'
  if (circuit.state === 'open')
    return isOver(circuit.sinceMs, circuit.openForMs, nowMs) ? 'probe' : 'no'
  return isOver(circuit.probeMs ?? 0, probeMs, nowMs) ? 'probe' : 'no'
}

/** Clocks are put right by a little all the time; by more than this, one was set back. */
const SET_BACK_MS = 10_000

/** Where the clock was set back to before its start, it is over, too. */
function isOver(startMs: number, lengthMs: number, nowMs: number): boolean {
  return nowMs >= startMs + lengthMs || nowMs < startMs - SET_BACK_MS
}

/** Ms since 1970 from which on it is asked again; null: it is asked now. */
export function nextProbeMs(circuit: Circuit): number | null {
  return circuit.state === 'open' ? circuit.sinceMs + circuit.openForMs : null
}

/** The one request that tries an open target goes out. */
export function probing(circuit: Circuit, nowMs: number): Circuit {
  const turn = circuit.turn + 1
  return { ...circuit, state: 'half-open', turn, sinceMs: nowMs, probeMs: nowMs, proven: false }
}

/** The probe has brought content. */
export function proved(circuit: Circuit): Circuit {
  return circuit.state === 'half-open' ? { ...circuit, proven: true } : circuit
}

export interface Judged {
  readonly outcome: Outcome
  readonly isProbe: boolean
  /** That the circuit had when it was sent. */
  readonly turn: number
}

/** After an attempt's end, whatever became of the circuit meanwhile. */
export function judged(
  circuit: Circuit,
  attempt: Judged,
  nowMs: number,
  numbers: CircuitNumbers = DEFAULT_NUMBERS,
): Circuit {
  const { outcome } = attempt
  const last = { class: outcome.class, atMs: nowMs }
  const { circuit: meaning } = meaningOf(outcome)
  if (meaning === 'nothing') return { ...givenBack(circuit, attempt, nowMs), last }
  if (saysNothingNew(circuit, attempt)) return { ...circuit, last }
  const recent = counted(circuit.recent, meaning !== 'success', nowMs, numbers)
  const after = { ...circuit, recent, last }
  if (meaning === 'success') return succeeded(after, nowMs)
  const failed = { ...after, failures: circuit.failures + 1 }
  const opens =
    meaning === 'opens' || circuit.state !== 'closed' || tooMany(failed.failures, recent, numbers)
  return opens ? opened(failed, attempt, nowMs, numbers) : failed
}

/** What was sent in another state; and of one that is open, that it fails, which is known. */
function saysNothingNew({ state, turn }: Circuit, { outcome, turn: sent }: Judged): boolean {
  const { circuit: meaning } = meaningOf(outcome)
  if (meaning === 'success') return turn !== sent
  if (meaning === 'opens') return state === 'open' && outcome.retryAfterMs === null
  return turn !== sent || state === 'open'
}

function succeeded(circuit: Circuit, nowMs: number): Circuit {
  if (circuit.state === 'closed')
    return circuit.failures === 0 ? circuit : { ...circuit, failures: 0 }
  return { ...newCircuit(nowMs), turn: circuit.turn + 1, last: circuit.last }
}

/** The next request tries it in the probe's place. */
export function givenBack(
  circuit: Circuit,
  { isProbe, turn }: Pick<Judged, 'isProbe' | 'turn'>,
  nowMs: number,
): Circuit {
  const isPresent = isProbe && turn === circuit.turn && circuit.state === 'half-open'
  if (!isPresent || circuit.proven) return circuit
  const sinceMs = nowMs - circuit.openForMs
  return { ...circuit, state: 'open', turn: turn + 1, sinceMs, probeMs: null }
}

function tooMany(
  failures: number,
  recent: readonly Bucket[],
  { failures: most, share, minimum }: CircuitNumbers,
): boolean {
  const total = recent.reduce((sum, bucket) => sum + bucket.total, 0)
  const failed = recent.reduce((sum, bucket) => sum + bucket.failed, 0)
  return failures >= most || (total >= minimum && failed >= share * total)
}

/** Never for a shorter time than it is open already. */
function opened(
  circuit: Circuit,
  { outcome, isProbe }: Judged,
  nowMs: number,
  numbers: CircuitNumbers,
): Circuit {
  const doubled = isProbe ? Math.min(circuit.openForMs * 2, numbers.maxOpenMs) : 0
  const asked = Math.min(outcome.retryAfterMs ?? numbers.openMs, numbers.maxRetryAfterMs)
  const stillMs = circuit.state === 'open' ? remainingMs(circuit, nowMs) : 0
  return {
    ...circuit,
    state: 'open',
    turn: circuit.turn + 1,
    sinceMs: nowMs,
    openForMs: Math.max(doubled, asked, stillMs, SHORTEST_MS),
    probeMs: null,
    proven: false,
    reason: outcome.reason,
  }
}

/** An upstream that asks for no time at all is still not asked at once. */
const SHORTEST_MS = 1000

function remainingMs({ sinceMs, openForMs }: Circuit, nowMs: number): number {
  return Math.min(Math.max(sinceMs + openForMs - nowMs, 0), openForMs)
}

function counted(
  recent: readonly Bucket[],
  failed: boolean,
  nowMs: number,
  { windowMs }: CircuitNumbers,
): readonly Bucket[] {
  const startMs = Math.floor(nowMs / BUCKET_MS) * BUCKET_MS
  const kept = recent.filter(
    (bucket) => bucket.startMs < startMs && bucket.startMs > startMs - windowMs,
  )
  const present = recent.find((bucket) => bucket.startMs === startMs)
  const total = (present?.total ?? 0) + 1
  return [...kept, { startMs, total, failed: (present?.failed ?? 0) + (failed ? 1 : 0) }]
}
