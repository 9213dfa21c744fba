/** One word of a tmux command file; any string without NUL arrives byte for byte. */
export function quoteTmux(text: string): string {
  const escaped = text
    .replaceAll(/[\\"$]/g, String.raw`\$&`)
    // They would end the line or be read as keys. Those above ASCII are two bytes, and harmless.
    .replaceAll(
      /(?![\u0080-\u009f])\p{Cc}/gu,
      (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`,
    )
  // Expanded at a word's beginning even within the quotes.
  return `"${escaped.replace(/^~/, String.raw`\176`)}"`
}

/** For options whose value tmux expands as a format, in which `#(…)` would run a command. */
export function literalFormat(text: string): string {
  return text.replaceAll('#', '##')
}

/** `pipe-pane` also passes its command through strftime. */
export function literalTimeFormat(text: string): string {
  return literalFormat(text).replaceAll('%', '%%')
}

/** tmux's `-F` output is one line a pane with TAB between fields, so neither may be in a field. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ')
}
