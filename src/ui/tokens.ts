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
