/** `note`: worth knowing; `warning`: it surprises sooner or later; `broken`: something fails. */
export type FindingState = 'ok' | 'note' | 'warning' | 'broken'

/** What `doctor --fix` may do by itself: nothing that a person could miss. */
export type Repair =
  | { readonly kind: 'private'; readonly path: string }
  | { readonly kind: 'remove-fragments'; readonly paths: readonly string[] }

export interface Finding {
  /** What was looked at, one word. */
  readonly check: string
  readonly state: FindingState
  /** What was seen. */
  readonly message: string
  /** The command or the edit that mends it; null: nothing to mend. */
  readonly fix: string | null
  /** Null: not without the person. */
  readonly repair: Repair | null
}

export function ok(check: string, message: string): Finding {
  return { check, state: 'ok', message, fix: null, repair: null }
}

export function found(
  check: string,
  state: Exclude<FindingState, 'ok'>,
  { message, fix = null, repair = null }: Partial<Finding> & Pick<Finding, 'message'>,
): Finding {
  return { check, state, message, fix, repair }
}
