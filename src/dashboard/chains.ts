import type { ChainReport, CircuitReport, HopReport } from '../domain/failover/report.ts'

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
  const pictures = chains.map(({ profile, hops }) => {
    const alone = hops.length === 1
    const drawn = hops.map((hop) => pictureOf(hop, circuitOf(hop, circuits), alone))
    const next = drawn.findIndex(({ state }) => state === 'closed' || state === 'half-open')
    return { profile, hops: drawn.map((hop, index) => ({ ...hop, isNext: index === next })) }
  })
  const hops = chains.flatMap((chain) => chain.hops)
  const others = [...circuits.values()].filter(
    ({ state, target }) => state !== 'closed' && !hops.some((hop) => isOf(hop, target)),
  )
  if (others.length === 0) return pictures
  return [...pictures, { profile: OTHERS, hops: others.map((circuit) => otherPicture(circuit)) }]
}

/** Models that requests have named by themselves. */
const OTHERS = 'in no chain'

function otherPicture(circuit: CircuitReport): HopPicture {
  const { target } = circuit
  const provider = target.slice(0, target.indexOf('/'))
  const model = target.slice(provider.length + 1, target.lastIndexOf('#'))
  const hop = { provider, model, ready: true, reason: '', fix: null }
  return { ...pictureOf(hop, circuit, false), isNext: false }
}

type Named = Pick<HopReport, 'model'> & { readonly provider: string }

function isOf({ provider, model }: Named, target: string): boolean {
  return target.startsWith(`${provider}/${model}#`)
}

/** Of the credential that has most to tell. */
function circuitOf(
  hop: HopReport,
  circuits: ReadonlyMap<string, CircuitReport>,
): CircuitReport | null {
  const own = [...circuits.values()].filter(({ target }) => isOf(hop, target))
  return own.find(({ state }) => state !== 'closed') ?? own[0] ?? null
}

function pictureOf(
  { provider, model, ready, reason, fix }: Named & Pick<HopReport, 'ready' | 'reason' | 'fix'>,
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
