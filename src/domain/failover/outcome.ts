/** What became of one attempt. */
export type OutcomeClass =
  | 'answered'
  | 'rate-limited'
  | 'overloaded'
  | 'server-error'
  | 'timeout'
  | 'unreachable'
  | 'cut-short'
  | 'malformed'
  | 'auth'
  | 'billing'
  | 'model-missing'
  | 'context-too-long'
  | 'request-fault'
  | 'client-gone'

export interface Outcome {
  readonly class: OutcomeClass
  /** How long the upstream asks to be left alone; null: it does not say. */
  readonly retryAfterMs: number | null
  /** In words that hold no secret, for people. */
  readonly reason: string
  /** The connection broke before any answer: the same target may be asked once more. */
  readonly retries?: boolean
}

interface Meaning {
  /** The next hop is asked. */
  readonly movesOn: boolean
  /** `failure`: so many of them open the circuit; `opens`: one does; `nothing`: it says nothing of the target. */
  readonly circuit: 'success' | 'failure' | 'opens' | 'nothing'
}

/** A request's own fault is every provider's, and says nothing of the one that was asked. */
const MEANINGS: Readonly<Record<OutcomeClass, Meaning>> = {
  answered: { movesOn: false, circuit: 'success' },
  'rate-limited': { movesOn: true, circuit: 'opens' },
  overloaded: { movesOn: true, circuit: 'failure' },
  'server-error': { movesOn: true, circuit: 'failure' },
  timeout: { movesOn: true, circuit: 'failure' },
  unreachable: { movesOn: true, circuit: 'failure' },
  'cut-short': { movesOn: true, circuit: 'failure' },
  malformed: { movesOn: true, circuit: 'failure' },
  auth: { movesOn: true, circuit: 'opens' },
  billing: { movesOn: true, circuit: 'opens' },
  'model-missing': { movesOn: true, circuit: 'opens' },
  'context-too-long': { movesOn: false, circuit: 'nothing' },
  'request-fault': { movesOn: false, circuit: 'nothing' },
  'client-gone': { movesOn: false, circuit: 'nothing' },
}

export function meaningOf({ class: kind }: Outcome): Meaning {
  return MEANINGS[kind]
}
