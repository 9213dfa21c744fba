/** A JSON value that knows where in its text it stands. */
export type Located =
  | { readonly kind: 'object'; readonly at: number; readonly entries: readonly LocatedEntry[] }
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly Located[] }
  | { readonly kind: 'string'; readonly at: number; readonly value: string }
  | { readonly kind: 'other'; readonly at: number; readonly value: number | boolean | null }

export interface LocatedEntry {
  readonly key: string
  readonly keyAt: number
  readonly value: Located
}

/** What is wrong with a text, and at which offset. */
export interface Fault {
  readonly at: number
  readonly message: string
}

interface Cursor {
  readonly text: string
  at: number
}

/** Deeper than any file that a person writes; a stack has an end. */
const MAX_DEPTH = 64

const SPACE = /[ \t\r\n]*/y
/** Every character but the quote, the backslash and those below the space. */
const STRING = /"(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"/y
const OTHER = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y

/** Strict JSON, in which moreover no object has a key twice. `report` makes the error to throw. */
export function parseLocated(text: string, report: (fault: Fault) => Error): Located {
  const cursor = { text, at: 0 }
  const fail = (message: string, at = cursor.at): never => {
    throw report({ at, message })
  }
  const value = readValue(cursor, { fail, depth: 0 })
  if (cursor.at < text.length) fail(`${found(cursor)} after the end of the value`)
  return value
}

/** From an offset to `LINE:COLUMN`, both from 1 on. */
export function placesIn(text: string): (at: number) => string {
  const ends = [-1, ...[...text.matchAll(/\n/g)].map(({ index }) => index)]
  return (at) => {
    const line = ends.findLastIndex((end) => end < at)
    return `${line + 1}:${at - (ends[line] ?? -1)}`
  }
}

interface Reading {
  readonly fail: (message: string, at?: number) => never
  readonly depth: number
}

function readValue(cursor: Cursor, { fail, depth }: Reading): Located {
  take(cursor, SPACE)
  const at = cursor.at
  if (depth > MAX_DEPTH) fail('too many brackets within each other')
  const inner = { fail, depth: depth + 1 }
  const next = cursor.text[at]
  const value = next === '{' || next === '[' ? readGroup(cursor, inner) : readSingle(cursor, inner)
  take(cursor, SPACE)
  return value
}

function readSingle(cursor: Cursor, { fail }: Reading): Located {
  const { at } = cursor
  const string = take(cursor, STRING)
  if (string !== '') return { kind: 'string', at, value: decoded(string) }
  const other = take(cursor, OTHER)
  // The pattern lets nothing through but numbers, true, false and null.
  if (other !== '')
    return { kind: 'other', at, value: JSON.parse(other) as number | boolean | null }
  return fail(`${found(cursor)} where a value should be`)
}

function readGroup(cursor: Cursor, reading: Reading): Located {
  const { at } = cursor
  const isObject = cursor.text[at] === '{'
  const close = isObject ? '}' : ']'
  const entries: LocatedEntry[] = []
  const items: Located[] = []
  cursor.at++
  take(cursor, SPACE)
  for (let isFirst = true; cursor.text[cursor.at] !== close; isFirst = false) {
    if (!isFirst) separate(cursor, reading, close)
    if (isObject) entries.push(readEntry(cursor, reading, entries))
    else items.push(readValue(cursor, reading))
  }
  cursor.at++
  return isObject ? { kind: 'object', at, entries } : { kind: 'list', at, items }
}

function separate(cursor: Cursor, { fail }: Reading, close: string): void {
  if (cursor.text[cursor.at] !== ',') fail(`${found(cursor)} where "," or "${close}" should be`)
  const comma = cursor.at
  cursor.at++
  take(cursor, SPACE)
  if (cursor.text[cursor.at] === close) fail(`nothing follows this ","`, comma)
}

function readEntry(
  cursor: Cursor,
  reading: Reading,
  earlier: readonly LocatedEntry[],
): LocatedEntry {
  const { fail } = reading
  const keyAt = cursor.at
  const string = take(cursor, STRING)
  if (string === '') fail(`${found(cursor)} where a key in double quotes should be`)
  const key = decoded(string)
  if (earlier.some((entry) => entry.key === key)) fail(`the key ${string} is there twice`, keyAt)
  take(cursor, SPACE)
  if (cursor.text[cursor.at] !== ':') fail(`${found(cursor)} where ":" should be`)
  cursor.at++
  return { key, keyAt, value: readValue(cursor, reading) }
}

/** A literal that the pattern has let through. */
function decoded(literal: string): string {
  return String(JSON.parse(literal))
}

/** Moves over what the sticky pattern matches here; empty: nothing. */
function take(cursor: Cursor, pattern: RegExp): string {
  pattern.lastIndex = cursor.at
  const [text = ''] = pattern.exec(cursor.text) ?? []
  cursor.at += text.length
  return text
}

/** What stands there, without control characters, for a message. */
function found({ text, at }: Cursor): string {
  const next = text.codePointAt(at)
  if (next === undefined) return 'the text ends'
  const character = String.fromCodePoint(next)
  return /\p{C}/u.test(character) ? `U+${next.toString(16).padStart(4, '0')}` : `"${character}"`
}
