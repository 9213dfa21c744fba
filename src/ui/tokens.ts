const STEPS = [
  [1_000_000_000, 'B'],
  [1_000_000, 'M'],
  [1_000, 'k'],
] as const

/** `1M`, `1.05M`, `20k`, `8192`: short only where nothing is lost. */
export function tokensText(tokens: number): string {
  for (const [size, unit] of STEPS) {
    if (tokens >= size && (tokens * 1000) % size === 0) return `${tokens / size}${unit}`
  }
  return String(tokens)
}

/** `1.2M`, `34.5k`, `999`: to three digits, for a count that need not be exact. */
export function aboutTokens(tokens: number): string {
  for (const [size, unit] of STEPS) {
    // 999,950 is 1M, not 1000k.
    if (tokens < size * 0.9995) continue
    const amount = tokens / size
    return `${amount < 99.95 ? amount.toFixed(1).replace(/\.0$/, '') : amount.toFixed(0)}${unit}`
  }
  return String(tokens)
}
