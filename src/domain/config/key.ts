/** A header would end at a control character. */
export function isKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}
