import { isObject, type JsonObject } from '../../json.ts'

const NONE: JsonObject = {}

/** A field's object, or an empty one. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = object[key]
  return isObject(value) ? value : NONE
}

/** A field's text; null where there is none, or an empty one. */
export function textAt(object: JsonObject, key: string): string | null {
  const value = object[key]
  return typeof value === 'string' && value !== '' ? value : null
}

/** A time as ISO 8601 text or in milliseconds, in milliseconds since 1970; null: none. */
export function timeAt(object: JsonObject, key: string): number | null {
  const value = object[key]
  const time = typeof value === 'string' ? Date.parse(value) : value
  return typeof time === 'number' && Number.isFinite(time) && time > 0 ? Math.trunc(time) : null
}

/** A count; 0 where there is none, NaN where what is there can be no count. */
export function countAt(object: JsonObject, key: string): number {
  const value = object[key] ?? 0
  return typeof value === 'number' && value >= 0 ? value : Number.NaN
}
