/** As \p{Cc}, but for a class of Unicode's V8 takes 0.2 ms to make it out of its tables. */
const CONTROLS = /[^ -~\u00a0-\uffff]/g
/** Those above ASCII are two bytes, and harmless. */
const ASCII_CONTROLS = /[^ -~\u0080-\uffff]/g

/** One word of a tmux command file; any string without NUL arrives byte for byte. */
export function quoteTmux(text: string): string {
  const escaped = text
    .replaceAll(/[\\"$]/g, String.raw`\$&`)
    // They would end the line or be read as keys.
    .replaceAll(ASCII_CONTROLS, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`)
  // Expanded at a word's beginning even within the quotes.
  return `"${escaped.replace(/^~/, String.raw`\176`)}"`
}

/** Whether it would be more than one line, or something else than itself, where it is printed. */
export function hasControls(text: string): boolean {
  return text.search(CONTROLS) !== -1
}

/** A substitution that gives one. */
const HASH = '#{s/x/##/:#{l:x}}'

/**
 * For options whose value tmux expands as a format, in which `#(…)` would run a command. Before a
 * bracket tmux leaves `##` as it is, since a style may follow (3.2 to 3.5).
 */
export function literalFormat(text: string): string {
  return text.replaceAll(/(#+)(\[?)/g, (_, hashes: string, bracket: string) =>
    bracket === '' ? hashes + hashes : HASH.repeat(hashes.length) + bracket,
  )
}

/** `pipe-pane` also passes its command through strftime. */
export function literalTimeFormat(text: string): string {
  return literalFormat(text).replaceAll('%', '%%')
}

/** tmux's `-F` output is one line a pane with TAB between fields, so neither may be in a field. */
export function oneLine(text: string): string {
  return text.replaceAll(CONTROLS, ' ')
}
