import type { Attempt } from '../../domain/ledger/attempt.ts'
import { isSumProblem } from './store-problem.ts'

type Put = (attempts: readonly Attempt[], isLast: boolean) => Promise<unknown>

/**
 * What a journal or a log holds is put as it is, but where a sum would have more than 64 bits: an attempt
 * that makes it so is kept without its price, as one whose price cannot be. Else it would keep back all
 * that follows, for ever. Gives how many there were.
 */
export async function putEach(
  put: Put,
  attempts: readonly Attempt[],
  isLast = true,
): Promise<number> {
  try {
    await put(attempts, isLast)
    return 0
  } catch (cause) {
    if (!isSumProblem(cause)) throw cause
  }
  const [first] = attempts
  if (first !== undefined && attempts.length === 1) {
    await put([{ ...first, picoUsd: null }], isLast)
    return 1
  }
  const middle = Math.ceil(attempts.length / 2)
  const before = await putEach(put, attempts.slice(0, middle), false)
  return before + (await putEach(put, attempts.slice(middle), isLast))
}
