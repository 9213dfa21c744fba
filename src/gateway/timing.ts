/** How long is waited for what, in ms. */
export interface Timing {
  /** Without any event of an upstream. */
  readonly silenceMs: number
  /** The same of a local model, which may have to be loaded first. */
  readonly loadingMs: number
  /** Until an answer that is to come in one piece, of which nothing is heard before. */
  readonly wholeMs: number
  /** Until a stream's head goes out, whether there is content or not. */
  readonly headMs: number
  /** Between the pings of a silent stream. */
  readonly pingMs: number
}

export const TIMING: Timing = {
  silenceMs: 60_000,
  loadingMs: 360_000,
  // Half of what the providers' own clients wait, so that the next hop has its turn.
  wholeMs: 300_000,
  headMs: 15_000,
  pingMs: 10_000,
}
