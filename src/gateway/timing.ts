/** When a stream that waits is kept alive, in ms. */
export interface Timing {
  /** Until a stream's head goes out, whether there is content or not. */
  readonly headMs: number
  /** Between the pings of a silent stream. */
  readonly pingMs: number
}

export const TIMING: Timing = {
  headMs: 15_000,
  pingMs: 10_000,
}
