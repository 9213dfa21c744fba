import { admits, nextProbeMs, type Circuit, type CircuitNumbers } from './circuit.ts'
import { meaningOf, type Outcome } from './outcome.ts'

/** One hop of a request: its circuit's key, and why it cannot be asked, if it cannot. */
export interface CourseHop {
  readonly key: string
  /** Null: it can be asked. */
  readonly unready: string | null
  /** The conversation has just left this provider, whose cache of it is gone. */
  readonly left: boolean
  /** The request is written in another format for it, so a refusal may be of the writing. */
  readonly translated: boolean
  /** Null: unknown. */
  readonly contextTokens: number | null
}

/** Where one request stands. */
export interface Course {
  readonly hops: readonly CourseHop[]
  /** What became of each hop that was asked, in that order. */
  readonly trail: readonly { readonly hop: number; readonly outcome: Outcome }[]
  /** The client has seen content: nothing is sent to anybody any more. */
  readonly committed: boolean
}

export type Step =
  | { readonly type: 'send'; readonly hop: number; readonly isProbe: boolean }
  /** No hop is left, or none may be asked. */
  | { readonly type: 'stop' }

export type Circuits = ReadonlyMap<string, Circuit>

export function newCourse(hops: readonly CourseHop[]): Course {
  return { hops, trail: [], committed: false }
}

/** One hop alone is transparent: its circuit never stands in the way. */
export function isTransparent({ hops }: Course): boolean {
  return hops.length === 1
}

/** Whom to ask now: never with a pause before it, and never one that was asked, but for one retry. */
export function nextStep(
  course: Course,
  circuits: Circuits,
  nowMs: number,
  numbers?: CircuitNumbers,
): Step {
  if (!mayGoOn(course)) return STOP
  const last = course.trail.at(-1)
  const order = orderOf(course)
  const again = last !== undefined && mayRetry(course, last.hop)
  for (const hop of again ? [last.hop, ...order] : order) {
    const circuit = circuits.get(course.hops[hop]?.key ?? '')
    const admitted = admission(course, circuit, nowMs, numbers)
    if (admitted !== 'no') return { type: 'send', hop, isProbe: admitted === 'probe' }
  }
  return last === undefined ? nearestRecovery(course, circuits, order) : STOP
}

/** Those that may be asked, and last those that the conversation has left. */
function orderOf(course: Course): readonly number[] {
  const order: number[] = []
  const left: number[] = []
  for (const [hop, { left: hasLeft }] of course.hops.entries())
    if (isOpenTo(course, hop)) (hasLeft ? left : order).push(hop)
  return left.length === 0 ? order : [...order, ...left]
}

/** Every one is open: the first to be asked again is asked now, where nobody is asking it. */
function nearestRecovery({ hops }: Course, circuits: Circuits, order: readonly number[]): Step {
  const due = order.flatMap((hop) => {
    const circuit = circuits.get(hops[hop]?.key ?? '')
    const atMs = circuit === undefined ? 0 : nextProbeMs(circuit)
    return atMs === null ? [] : [{ hop, atMs }]
  })
  const nearest = due.toSorted((a, b) => a.atMs - b.atMs)[0]?.hop
  return nearest === undefined ? STOP : { type: 'send', hop: nearest, isProbe: true }
}

const STOP: Step = { type: 'stop' }

export function ended(course: Course, hop: number, outcome: Outcome): Course {
  return { ...course, trail: [...course.trail, { hop, outcome }] }
}

/** It turned out that the hop cannot be asked. */
export function unready(course: Course, hop: number, reason: string): Course {
  const hops = course.hops.map((each, index) =>
    index === hop ? { ...each, unready: reason } : each,
  )
  return { ...course, hops }
}

export function committed(course: Course): Course {
  return { ...course, committed: true }
}

function mayGoOn({ committed: isCommitted, trail, hops }: Course): boolean {
  if (isCommitted) return false
  const last = trail.at(-1)
  if (last === undefined || meaningOf(last.outcome).movesOn) return true
  const kind = last.outcome.class
  if (kind === 'context-too-long') return hops.length > 1
  return kind === 'request-fault' && hops[last.hop]?.translated === true
}

/** A connection that broke before any answer may have been an old one: once more, and no oftener. */
function mayRetry({ trail, hops }: Course, hop: number): boolean {
  // A transparent hop leaves it to the client.
  if (hops.length === 1) return false
  const last = trail.at(-1)
  const times = trail.filter((attempt) => attempt.hop === hop).length
  return last?.outcome.class === 'unreachable' && last.outcome.retries === true && times === 1
}

function isOpenTo({ hops, trail }: Course, hop: number): boolean {
  const candidate = hops[hop]
  if (candidate === undefined || candidate.unready !== null) return false
  if (trail.length === 0) return true
  if (trail.some((attempt) => attempt.hop === hop)) return false
  // Only a larger window helps.
  const short = trail.filter(({ outcome }) => outcome.class === 'context-too-long')
  const windows = short.map((attempt) => hops[attempt.hop]?.contextTokens ?? null)
  const own = candidate.contextTokens
  return windows.every((window) => window !== null && own !== null && own > window)
}

function admission(
  course: Course,
  circuit: Circuit | undefined,
  nowMs: number,
  numbers: CircuitNumbers | undefined,
): 'send' | 'probe' | 'no' {
  const admitted = circuit === undefined ? 'send' : admits(circuit, nowMs, numbers)
  return isTransparent(course) && admitted === 'no' ? 'send' : admitted
}
