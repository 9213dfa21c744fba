import { isObject, type Json, type JsonObject } from '../../json.ts'

const NONE: JsonObject = {}

/** What an object has at some paths, in their order; undefined where it has nothing. */
export type FieldValues = readonly (Json | undefined)[]

/** A path is names with dots between, such as `message.id`. */
export function fieldsReader(paths: readonly string[]): (object: JsonObject) => FieldValues {
  const names = paths.map((path) => path.split('.'))
  return (object) =>
    names.map((path) =>
      path.reduce<Json | undefined>((at, name) => (isObject(at) ? at[name] : undefined), object),
    )
}

/** A field's object, or an empty one. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key]
  return isObject(value) ? value : NONE
}

/** A field's text; null where there is none, or an empty one. */
export function textAt(object: JsonObject, key: string): string | null {
  return textOf(object[key])
}

export function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}

/** A time as ISO 8601 text or in milliseconds, in milliseconds since 1970; null: none. */
export function timeAt(object: JsonObject, key: string): number | null {
  return timeOf(object[key])
}

export function timeOf(value: Json | undefined): number | null {
  const time = typeof value === 'string' ? parsedTime(value) : value
  return typeof time === 'number' && Number.isFinite(time) && time > 0 ? Math.trunc(time) : null
}

const UTC_TIME = /^\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/

/** Its text, and when it began: most times are of the day of the one before. */
let day: { readonly text: string; readonly ms: number } = { text: '', ms: Number.NaN }

/** As Date.parse, in a third of its time for what agents write. */
function parsedTime(text: string): number {
  if (!UTC_TIME.test(text)) return Date.parse(text)
  if (!text.startsWith(day.text) || day.text === '') {
    const first = text.slice(0, 'yyyy-mm-dd'.length)
    day = { text: first, ms: Date.parse(first) }
  }
  const hours = twoDigits(text, 11)
  const minutes = twoDigits(text, 14)
  const ms = (text.charCodeAt(20) - ZERO) * 100 + twoDigits(text, 21)
  return day.ms + ((hours * 60 + minutes) * 60 + twoDigits(text, 17)) * 1000 + ms
}

const ZERO = 0x30

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO
}

/** A count that may be left out; 0 where there is none, NaN where what is there can be no count. */
export function countAt(object: JsonObject, key: string): number {
  return countOf(object[key])
}

export function countOf(said: Json | undefined): number {
  return saidCount(said ?? 0)
}

/** A count that has to be said; NaN where it is not. */
export function saidCountAt(object: JsonObject, key: string): number {
  return saidCount(object[key])
}

export function saidCount(said: Json | undefined): number {
  return typeof said === 'number' && said >= 0 ? said : Number.NaN
}
