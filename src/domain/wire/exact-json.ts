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
  return unmarked(JSON.parse(marked), Number(mark.slice(2)))
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
const LONG_DIGITS = 16
/** A key of RSA has a thousand. One of many more is an attack: a bigint of megabytes takes seconds. */
const LONG_WHOLE = /(?<![\d.eE+-])-?[1-9]\d{15,4999}(?![\d.eE])/g

/** Characters that JSON can only write so: where it does not, no text begins with one. */
const MARKS = Array.from({ length: 8 }, (_, code) => `\\u000${code}`)

/** Outside of strings, and what is not marked is copied in one piece. */
function markLong(text: string, mark: string): string {
  const marked = (digits: string) =>
    String(Number(digits)) === digits ? digits : `"${mark}${digits}"`
  const parts: string[] = []
  let copied = 0
  for (let at = 0; at < text.length;) {
    const quote = text.indexOf('"', at)
    const end = quote < 0 ? text.length : quote
    if (end - at >= LONG_DIGITS) {
      parts.push(text.slice(copied, at), text.slice(at, end).replaceAll(LONG_WHOLE, marked))
      copied = end
    }
    at = quote < 0 ? end : stringEnd(text, quote)
  }
  return parts.join('') + text.slice(copied)
}

type Holder = Json[] | { [key: string]: Json }

/** In place: a reviver makes all of it anew, which takes many times as long as to read it. */
function unmarked(whole: Json, code: number): Json {
  const top = [whole]
  const open: Holder[] = [top]
  const read = (value: Json): Json => {
    if (typeof value === 'string')
      return value.charCodeAt(0) === code ? BigInt(value.slice(1)) : value
    // Just parsed, and nobody else's.
    if (typeof value === 'object' && value !== null) open.push(value as Holder)
    return value
  }
  for (let holder = open.pop(); holder !== undefined; holder = open.pop()) {
    if (Array.isArray(holder)) for (const [at, one] of holder.entries()) holder[at] = read(one)
    else for (const key of Object.keys(holder)) holder[key] = read(holder[key] ?? null)
  }
  return top[0] ?? null
}
