export function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

/** A count of tokens or calls; null: none is given. */
export function countOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null
}
