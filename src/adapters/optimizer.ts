import { setFlagsFromString } from 'node:v8'

/**
 * Whether V8 optimises what is called often, in all threads. A process that ends in a fifth of a second
 * never gets back what that costs, nearly half of its processor time. On again before code is kept:
 * V8 refuses code that was kept with other flags. Where a V8 has no such flag, nothing changes.
 */
export function optimize(isWorthIt: boolean): void {
  setFlagsFromString(isWorthIt ? '--opt' : '--no-opt')
}
