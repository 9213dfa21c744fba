/** Whether one version of llmsel comes before another, as npm orders them; what is none never does. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [partsOf(version), partsOf(than)]
  if (a === null || b === null) return false
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0
    if (number !== other) return number < other
  }
  // 1.0.0-beta.1 comes before 1.0.0.
  if (a.draft === '' || b.draft === '') return a.draft !== '' && b.draft === ''
  return a.draft.localeCompare(b.draft, 'en', { numeric: true }) < 0
}

function partsOf(version: string): { numbers: readonly number[]; draft: string } | null {
  const [, numbers, draft = ''] = /^(\d+\.\d+\.\d+)(?:-([0-9A-Za-z.-]+))?$/.exec(version) ?? []
  return numbers === undefined ? null : { numbers: numbers.split('.').map(Number), draft }
}
