import type { Attempt } from '../../domain/ledger/attempt.ts'
import { isSumProblem } from './store-problem.ts'

/**
 * What a journal holds is put as it is, but where a sum would have more than 64 bits: an attempt that makes
 * it so is kept without its price, as one whose price cannot be. Else it would keep back all that
 * follows, for ever. Gives how many there were.
 */
export async function putJournal(
  put: (attempts: readonly Attempt[]) => Promise<unknown>,
  attempts: readonly Attempt[],
): Promise<number> {
  try {
    await put(attempts)
    return 0
  } catch (cause) {
    if (!isSumProblem(cause)) throw cause
  }
  const [first] = attempts
  if (first !== undefined && attempts.length === 1) {
    await put([{ ...first, picoUsd: null }])
    return 1
  }
  const middle = Math.ceil(attempts.length / 2)
  const before = await putJournal(put, attempts.slice(0, middle))
  return before + (await putJournal(put, attempts.slice(middle)))
}
