import { isObject, type JsonObject } from '../../json.ts'

/** No request and no session has as many tokens; whatever says so is broken. */
const MAX_COUNT = 1e12

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

/** Counts by key; a missing one is 0. Null where one can be no count. */
export function countsAt<K extends string>(
  object: JsonObject,
  keys: readonly K[],
): Readonly<Record<K, number>> | null {
  const counts: Partial<Record<K, number>> = {}
  for (const key of keys) {
    const value = object[key] ?? 0
    if (typeof value !== 'number' || !isCount(value)) return null
    counts[key] = value
  }
  // Each key of K was just set.
  return counts as Record<K, number>
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_COUNT
}
