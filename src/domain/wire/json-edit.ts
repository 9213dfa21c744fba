/**
 * A place in a JSON text: from `start` up to, not including, `end`. What is edited by such places
 * leaves every other byte as it was: the spelling of numbers, the order of keys, doubled keys.
 */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface Member {
  readonly key: string
  readonly value: Span
}

/** An object, with its members as they stand, doubled keys included. */
export interface ObjectSpan extends Span {
  readonly members: readonly Member[]
}

export interface Edit extends Span {
  readonly text: string
}

/** Deeper nesting is an attack: no client's own is a tenth of this. */
const DEEPEST = 1000
/** Anthropic's own limit of messages; more would be an attack on the memory. */
const MOST = 100_000

const BOM = 0xfeff
const QUOTE = 34
const COMMA = 44
const COLON = 58
const OPEN_ARRAY = 91
const BACKSLASH = 92
const CLOSE_ARRAY = 93
const OPEN_OBJECT = 123
const CLOSE_OBJECT = 125

const BLANK = /[ \t\n\r]*/y
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)/y

/**
 * A text that is one JSON object; null where it is not. Of what lies deeper only the brackets and
 * the strings are followed: its reader judges the rest.
 */
export function topLevel(text: string): ObjectSpan | null {
  const start = blankEnd(text, text.charCodeAt(0) === BOM ? 1 : 0)
  const object = objectAt(text, { start })
  return object !== null && blankEnd(text, object.end) === text.length ? object : null
}

/** Null where the value is no object. */
export function objectAt(text: string, { start }: Pick<Span, 'start'>): ObjectSpan | null {
  if (text.charCodeAt(start) !== OPEN_OBJECT) return null
  const members: Member[] = []
  let at = blankEnd(text, start + 1)
  if (text.charCodeAt(at) === CLOSE_OBJECT) return { start, end: at + 1, members }
  for (;;) {
    const member = memberAt(text, at)
    if (member === null) return null
    if (members.push(member) > MOST) return null
    at = blankEnd(text, member.value.end)
    const mark = text.charCodeAt(at)
    if (mark === CLOSE_OBJECT) return { start, end: at + 1, members }
    if (mark !== COMMA) return null
    at = blankEnd(text, at + 1)
  }
}

/** Null where the value is no array. */
export function elements(text: string, { start }: Span): readonly Span[] | null {
  if (text.charCodeAt(start) !== OPEN_ARRAY) return null
  const found: Span[] = []
  let at = blankEnd(text, start + 1)
  if (text.charCodeAt(at) === CLOSE_ARRAY) return found
  for (;;) {
    const end = valueEnd(text, at)
    if (end < 0 || found.push({ start: at, end }) > MOST) return null
    at = blankEnd(text, end)
    const mark = text.charCodeAt(at)
    if (mark === CLOSE_ARRAY) return found
    if (mark !== COMMA) return null
    at = blankEnd(text, at + 1)
  }
}

/** Where keys are doubled, readers of JSON take the last. */
export function lastValue({ members }: ObjectSpan, key: string): Span | null {
  return members.findLast((member) => member.key === key)?.value ?? null
}

/** Null where the value is no string. */
export function stringAt(text: string, { start, end }: Span): string | null {
  if (text.charCodeAt(start) !== QUOTE) return null
  const raw = text.slice(start + 1, end - 1)
  return raw.includes('\\') ? unescaped(text.slice(start, end)) : raw
}

/** Sets members to JSON texts, in all doubles of their keys; those that are absent come first. */
export function setMembers(
  { start, members }: ObjectSpan,
  values: ReadonlyMap<string, string>,
): readonly Edit[] {
  const edits: Edit[] = []
  const absent: string[] = []
  for (const [key, json] of values) {
    const own = members.filter((member) => member.key === key)
    if (own.length === 0) absent.push(`${JSON.stringify(key)}:${json}`)
    for (const { value } of own) edits.push({ ...value, text: json })
  }
  if (absent.length === 0) return edits
  const text = absent.join(',') + (members.length === 0 ? '' : ',')
  return [...edits, { start: start + 1, end: start + 1, text }]
}

/** Takes elements out of their array, with the commas that then stand for nothing. */
export function removeElements(
  all: readonly Span[],
  isRemoved: (element: Span) => boolean,
): readonly Edit[] {
  const lastKept = all.findLastIndex((element) => !isRemoved(element))
  const edits: Edit[] = []
  for (const [index, element] of all.entries()) {
    const next = all[index + 1]
    if (index >= lastKept || next === undefined || !isRemoved(element)) continue
    edits.push({ start: element.start, end: next.start, text: '' })
  }
  const end = all.at(-1)?.end
  if (lastKept + 1 === all.length || end === undefined) return edits
  const from = lastKept < 0 ? all[0]?.start : all[lastKept]?.end
  return [...edits, { start: from ?? end, end, text: '' }]
}

/** The edits must not overlap. */
export function edited(text: string, edits: readonly Edit[]): string {
  if (edits.length === 0) return text
  const parts: string[] = []
  let at = 0
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    parts.push(text.slice(at, edit.start), edit.text)
    at = edit.end
  }
  return parts.join('') + text.slice(at)
}

function memberAt(text: string, at: number): Member | null {
  const keyEnd = text.charCodeAt(at) === QUOTE ? stringEnd(text, at) : -1
  if (keyEnd < 0) return null
  const key = stringAt(text, { start: at, end: keyEnd })
  const colon = blankEnd(text, keyEnd)
  if (key === null || text.charCodeAt(colon) !== COLON) return null
  const start = blankEnd(text, colon + 1)
  const end = valueEnd(text, start)
  return end < 0 ? null : { key, value: { start, end } }
}

/** Below 0: no value stands there. */
function valueEnd(text: string, at: number): number {
  const mark = text.charCodeAt(at)
  if (mark === QUOTE) return stringEnd(text, at)
  if (mark === OPEN_OBJECT || mark === OPEN_ARRAY) return nestedEnd(text, at)
  SCALAR.lastIndex = at
  return SCALAR.test(text) ? SCALAR.lastIndex : -1
}

/** Each backslash is looked at once, by the quote that it stands before, so that this is linear. */
export function stringEnd(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); quote >= 0; quote = text.indexOf('"', quote + 1)) {
    let before = quote
    while (text.charCodeAt(before - 1) === BACKSLASH) before -= 1
    if ((quote - before) % 2 === 0) return quote + 1
  }
  return -1
}

function nestedEnd(text: string, from: number): number {
  const closers: number[] = []
  for (let at = from; at < text.length; at += 1) {
    const mark = text.charCodeAt(at)
    if (mark === QUOTE) {
      at = stringEnd(text, at) - 1
      if (at < 0) return -1
    } else if (mark === OPEN_OBJECT || mark === OPEN_ARRAY) {
      // In ASCII both brackets close two code points after they open.
      if (closers.push(mark + 2) > DEEPEST) return -1
    } else if (mark === CLOSE_OBJECT || mark === CLOSE_ARRAY) {
      if (closers.pop() !== mark) return -1
      if (closers.length === 0) return at + 1
    }
  }
  return -1
}

function blankEnd(text: string, at: number): number {
  if (text.charCodeAt(at) > 32) return at
  BLANK.lastIndex = at
  BLANK.test(text)
  return BLANK.lastIndex
}

function unescaped(json: string): string | null {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'string' ? value : null
  } catch {
    return null
  }
}
