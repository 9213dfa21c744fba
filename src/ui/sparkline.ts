const LEVELS = '▁▂▃▄▅▆▇█'

/** A character for each amount, the largest at full height; more than fit are added up. */
export function sparkline(amounts: readonly bigint[], width: number): string {
  const each = Math.max(1, Math.ceil(amounts.length / width))
  const sums = Array.from({ length: Math.ceil(amounts.length / each) }, (_, index) =>
    amounts.slice(index * each, (index + 1) * each).reduce((sum, amount) => sum + amount, 0n),
  )
  const most = sums.reduce((top, sum) => (sum > top ? sum : top), 0n)
  return sums.map((sum) => (most === 0n ? LEVELS.charAt(0) : levelOf(sum, most))).join('')
}

/** The lowest one is for nothing and next to nothing. */
function levelOf(sum: bigint, most: bigint): string {
  const steps = BigInt(LEVELS.length - 1)
  const level = (sum * steps * 2n + most) / (most * 2n)
  return LEVELS.charAt(Number(level))
}
