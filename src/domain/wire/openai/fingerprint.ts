/** Sixteen hexadecimal digits that stand for a text: two FNV-1a sums, from different seeds. */
export function fingerprint(text: string): string {
  return fnv1a(text, 0x811c9dc5) + fnv1a(text, 0x01234567)
}

function fnv1a(text: string, seed: number): string {
  let sum = seed
  for (let at = 0; at < text.length; at++) {
    sum = Math.imul(sum ^ text.charCodeAt(at), 0x01000193)
  }
  return (sum >>> 0).toString(16).padStart(8, '0')
}
