const ESC = '\u001b'
const BEL = '\u0007'
/** ECMA-48: OSC and the other strings, CSI, escapes of two bytes. */
const ESCAPES = new RegExp(
  `${ESC}(?:[\\]PX^_][^${BEL}${ESC}]*(?:${BEL}|${ESC}\\\\)?|\\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])`,
  'g',
)
const CONTROLS = /(?![\t\n])\p{Cc}/gu

/** What a terminal would have left to read: no escapes, and of a line that was redrawn its last state. */
export function plainText(raw: string): string {
  return raw
    .replaceAll(ESCAPES, '')
    .split('\n')
    .map((line) => lastDrawn(line).replaceAll(CONTROLS, ''))
    .join('\n')
}

function lastDrawn(line: string): string {
  const text = line.replace(/\r+$/, '')
  return text.slice(text.lastIndexOf('\r') + 1)
}
