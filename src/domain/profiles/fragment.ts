import type { IsoDate } from '../models/model.ts'

/** For how long something that was made for `bin/llmsel` is true. */
export interface Rendered {
  /** The time of the config file that it was rendered from; null: there was none. */
  readonly configChangedAtNs: bigint | null
  /** The time of the refreshed prices; null: there were none. */
  readonly refreshedAtNs: bigint | null
  /** The first day on which it is no longer true; null: no such day is known. */
  readonly until: IsoDate | null
}

/** A rendering that `bin/llmsel` may print without starting Node. */
export interface Fragment extends Rendered {
  readonly syntax: 'sh' | 'fish'
  readonly name: string
  readonly text: string
}
