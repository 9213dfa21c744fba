type Variables = Readonly<Record<string, string | undefined>>

export const BUILT_IN_DEFAULT = 'premium'

/** The profile that applies where no name is given: this shell's, the session's, the user's, ours. */
export function applicableProfile(env: Variables, userDefault: string | null): string {
  return (
    nonEmpty(env['LLMSEL_PROFILE']) ??
    nonEmpty(env['LLMSEL_SESSION_PROFILE']) ??
    userDefault ??
    BUILT_IN_DEFAULT
  )
}

export function nonEmpty(value: string | undefined): string | null {
  return value === undefined || value === '' ? null : value
}
