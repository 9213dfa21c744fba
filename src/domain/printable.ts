/**
 * A file's own words as a terminal may show them: without control characters, and none of those that
 * turn the writing's direction or are not to be seen.
 */
export function printable(text: string, maxLength: number): string {
  // Cut first: half a character that is left at the end is replaced, too.
  return text.slice(0, maxLength).replaceAll(/\p{C}/gu, '?')
}
