/** Values in a column behind their labels, words wrapped where a line would be longer than `width`. */
export function labelled(
  rows: readonly (readonly [label: string, value: string])[],
  width: number,
): string {
  const gap = Math.max(...rows.map(([label]) => label.length)) + 2
  const lines = rows.flatMap(([label, value]) =>
    wrapped(value, width - gap).map((line, index) =>
      `${(index === 0 ? label : '').padEnd(gap)}${line}`.trimEnd(),
    ),
  )
  return lines.map((line) => `${line}\n`).join('')
}

/** A word that is longer than the width has a line of its own. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && longer.length > width) {
      lines.push(line)
      line = word
    } else line = longer
  }
  return [...lines, line]
}
