import type { LimitOn } from '../domain/ledger/limits.ts'
import type { Profile } from '../domain/profiles/profile.ts'
import type { Access } from './sessions.ts'

/** What a request's spending counts under: its session's own limits, and its profile's. */
export function limitsOn(
  { session, limits }: Pick<Access, 'session' | 'limits'>,
  { name, limits: profileLimits }: Pick<Profile, 'name' | 'limits'>,
): readonly LimitOn[] {
  if (limits.length + profileLimits.length === 0) return NONE
  return [
    ...limits.map((limit): LimitOn => ({ scope: 'session', name: session ?? '', limit })),
    ...profileLimits.map((limit): LimitOn => ({ scope: 'profile', name, limit })),
  ]
}

const NONE: readonly LimitOn[] = []
