import { isLlmselError, LlmselError, reasonOf } from '../../domain/errors.ts'
import type { StorePlace } from './place.ts'

/** Without its user and password. */
export function describePlace(place: StorePlace): string {
  if ('path' in place) return place.path
  if (!URL.canParse(place.url)) return 'PostgreSQL'
  const { host, pathname } = new URL(place.url)
  return `PostgreSQL at ${host || 'this machine'}${pathname}`
}

/** Of PostgreSQL, after the time that is waited for a lock. */
const LOCK_NOT_AVAILABLE = '55P03'

/** Of PostgreSQL: a number of more than 64 bits. */
const OUT_OF_RANGE = '22003'

/** What went wrong in words of ours, with what to do about it. Nothing of it is lost meanwhile. */
export function storeProblem(cause: unknown, place: StorePlace): LlmselError {
  if (isLlmselError(cause)) return cause
  const shown = describePlace(place)
  const fail = (message: string, hint?: string) =>
    new LlmselError('io', message, hint === undefined ? { cause } : { cause, hint })
  const locked = () =>
    fail(
      `the ledger ${'url' in place ? 'in ' : ''}${shown} is locked by another program`,
      'nothing is lost: end that program, or wait for it, and try again',
    )
  if (isOutOfRange(cause)) return fail(sumProblem(place))
  if ('url' in place) {
    if (codeOf(cause) === LOCK_NOT_AVAILABLE) return locked()
    return fail(`cannot use the ledger in ${shown}: ${reasonOf(cause) || 'no answer'}`)
  }
  switch (codeOf(cause)) {
    case 'SQLITE_BUSY':
    case 'SQLITE_LOCKED':
      return locked()
    case 'SQLITE_FULL':
      return fail(`there is no room for the ledger ${shown}: the disk is full`)
    case 'SQLITE_CORRUPT':
    case 'SQLITE_NOTADB':
      return fail(
        `the ledger ${shown} is damaged`,
        `keep a copy, then: mv '${shown}' '${shown}.bad'`,
      )
    default:
      return fail(`cannot use the ledger ${shown}: ${reasonOf(cause)}`)
  }
}

export function sumProblem(place: StorePlace): string {
  return `the ledger ${describePlace(place)} cannot hold so large a sum: over 9 million dollars`
}

/** Of what `storeProblem` gave. */
export function isSumProblem(problem: unknown): boolean {
  return isLlmselError(problem) && isOutOfRange(problem.cause)
}

function isOutOfRange(cause: unknown): boolean {
  return codeOf(cause) === OUT_OF_RANGE || reasonOf(cause).endsWith('failed: rollups.pico_usd')
}

/** Without SQLite's further detail, such as that of SQLITE_BUSY_SNAPSHOT. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error) || !('code' in cause)) return ''
  const code = String(cause.code)
  return /^SQLITE_[A-Z]+/.exec(code)?.[0] ?? code
}
