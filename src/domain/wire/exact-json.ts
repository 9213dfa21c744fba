import { isObject, type Json, type JsonObject } from '../json.ts'
import { stringEnd } from './json-edit.ts'

/**
 * JSON whose whole numbers stay the ones that they are, for what is translated: a number holds those
 * of 2^53 and more only roughly, such as the ids in a tool's arguments. They are bigints here.
 */

/** @throws SyntaxError */
export function parseExact(text: string): Json {
  const plain: Json = JSON.parse(text)
  if (!LONG.test(text)) return plain
  const mark = MARKS.find((code) => !text.includes(code))
  const marked = mark === undefined ? text : markLong(text, mark)
  if (mark === undefined || marked === text) return plain
  const first = String.fromCharCode(Number(mark.slice(2)))
  return JSON.parse(marked, (_, value: Json) =>
    typeof value === 'string' && value.startsWith(first) ? BigInt(value.slice(1)) : value,
  )
}

/** Null: the text is no JSON object. */
export function exactObject(text: string): JsonObject | null {
  if (text === '') return null
  try {
    const value = parseExact(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

export function exactText(value: Json): string {
  try {
    return JSON.stringify(value)
  } catch (error) {
    // Of a bigint, which is too rare to be looked for each time.
    if (!(error instanceof TypeError && error.message.includes('BigInt'))) throw error
    return textOf(value, '\u0000')
  }
}

/** As JSON.stringify does it, since what a program passes may hold dates, circles, and undefined. */
function textOf(value: Json, mark: string): string {
  let written = 0
  const text = JSON.stringify(value, (_, one: Json) => {
    if (typeof one !== 'bigint') return one
    written += 1
    return `${mark}${one}`
  })
  const marked = new RegExp(`"${String.raw`\\u0000`.repeat(mark.length)}(-?\\d+)"`, 'g')
  let found = 0
  const plain = text.replaceAll(marked, (_, digits: string) => {
    found += 1
    return digits
  })
  // A text that looks like it stands there, too.
  return found === written ? plain : textOf(value, `${mark}\u0000`)
}

/** Shorter ones are held as they are. */
const LONG = /[1-9]\d{15}/
/** One of many more digits is an attack: a bigint of megabytes takes seconds. */
const LONG_WHOLE = /(?<![\d.eE+-])-?[1-9]\d{15,99}(?![\d.eE])/g

/** Characters that JSON can only write so: where it does not, no text begins with one. */
const MARKS = Array.from({ length: 8 }, (_, code) => `\\u000${code}`)

/** Outside of strings. */
function markLong(text: string, mark: string): string {
  const marked = (digits: string) =>
    String(Number(digits)) === digits ? digits : `"${mark}${digits}"`
  const parts: string[] = []
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at)
    const end = quote < 0 ? text.length : quote
    parts.push(text.slice(at, end).replaceAll(LONG_WHOLE, marked))
    at = quote < 0 ? end : stringEnd(text, quote)
    parts.push(text.slice(end, at))
  }
  return parts.join('')
}
