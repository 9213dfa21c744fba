import type { ChainReport, CircuitReport, HopReport } from '../ports.ts'

/** A profile's chain as it is drawn: what is asked first stands first. */
export interface ChainPicture {
  readonly profile: string
  readonly hops: readonly HopPicture[]
}

export interface HopPicture {
  readonly provider: string
  readonly model: string
  /** `off`: it cannot be asked. */
  readonly state: 'closed' | 'open' | 'half-open' | 'off'
  /** Requests of this profile go here now. */
  readonly isNext: boolean
  /** Why it is so. */
  readonly words: string
  /** What a person can do; null: nothing needs to be done. */
  readonly fix: string | null
  /** While it is open, and the moments that it began and ends, in ms since 1970. */
  readonly wait: { readonly fromMs: number; readonly untilMs: number } | null
  /** Of the circuit, for a reset; null where there is none to reset. */
  readonly target: string | null
}

/** The circuits are newer than those in the chains. */
export function chainPictures(
  chains: readonly ChainReport[],
  circuits: ReadonlyMap<string, CircuitReport>,
): readonly ChainPicture[] {
  return chains.map(({ profile, hops }) => {
    const alone = hops.length === 1
    const pictures = hops.map((hop) => pictureOf(hop, circuitOf(hop, circuits), alone))
    const next = pictures.findIndex(({ state }) => state === 'closed' || state === 'half-open')
    return { profile, hops: pictures.map((hop, index) => ({ ...hop, isNext: index === next })) }
  })
}

/** Of the credential that has most to tell. */
function circuitOf(
  { provider, model }: HopReport,
  circuits: ReadonlyMap<string, CircuitReport>,
): CircuitReport | null {
  const own = [...circuits.values()].filter(({ target }) =>
    target.startsWith(`${provider}/${model}#`),
  )
  return own.find(({ state }) => state !== 'closed') ?? own[0] ?? null
}

function pictureOf(
  { provider, model, ready, reason, fix }: HopReport,
  circuit: CircuitReport | null,
  alone: boolean,
): Omit<HopPicture, 'isNext'> {
  const common = { provider, model, fix: null, wait: null, target: null }
  if (!ready) return { ...common, state: 'off', words: reason, fix }
  if (circuit === null) return { ...common, state: 'closed', words: 'not asked yet' }
  const { state, target } = circuit
  const why = circuit.reason ?? circuit.lastOutcome ?? 'a failure'
  if (state === 'half-open')
    return { ...common, state, words: `one request tries it, after: ${why}`, target }
  if (state === 'closed') return { ...common, state, words: closedWords(circuit) }
  // One alone is asked whatever became of it before.
  if (alone)
    return { ...common, state: 'closed', words: `asked all the same, after: ${why}`, target }
  const untilMs = Date.parse(circuit.nextProbe ?? circuit.since)
  return {
    ...common,
    state,
    words: why,
    wait: { fromMs: Date.parse(circuit.since), untilMs },
    target,
  }
}

function closedWords({ lastOutcome, failures }: CircuitReport): string {
  if (lastOutcome === null) return 'not asked yet'
  if (failures === 0) return lastOutcome === 'answered' ? 'answers' : `last: ${lastOutcome}`
  return `${failures === 1 ? 'failed once' : `failed ${failures} times`}, last: ${lastOutcome}`
}

/** What changed, in a sentence for those who do not see it; null: nothing to tell. */
export function announcementOf(
  { target, state, reason }: CircuitReport,
  before: CircuitReport | undefined,
): string | null {
  if ((before?.state ?? 'closed') === state) return null
  const model = target.slice(target.indexOf('/') + 1, target.lastIndexOf('#'))
  if (state === 'open') return `${model} is left alone: ${reason ?? 'it failed'}`
  return state === 'closed' ? `${model} answers again` : `one request tries ${model}`
}
