/** What is to become of a process's variables. A name is in at most one of the three. */
export interface Environment {
  readonly set: Readonly<Record<string, string>>
  /** Removed, whoever set it. */
  readonly unset: readonly string[]
  /** Given back: what llmsel put there goes, what the person set there stays. */
  readonly release: readonly string[]
}
