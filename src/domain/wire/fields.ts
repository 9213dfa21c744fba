import { isObject, type Json, type JsonObject } from '../json.ts'
import { BadRequest } from './dialect.ts'

/** An object of a request, and where it stands: the errors name the field. */
export interface Place {
  readonly object: JsonObject
  /** Empty: the body itself. */
  readonly path: string
}

export function bodyPlace(object: JsonObject): Place {
  return { object, path: '' }
}

export function refuse({ path }: Place, key: string, words: string): never {
  throw new BadRequest(`${path === '' ? key : `${path}.${key}`}: ${words}`)
}

/** Absent and null are the same to every format. */
export function valueIn({ object }: Place, key: string): Json | null {
  return Object.hasOwn(object, key) ? (object[key] ?? null) : null
}

export function stringIn(place: Place, key: string): string | null {
  const value = valueIn(place, key)
  return value === null || typeof value === 'string' ? value : refuse(place, key, 'not a string')
}

export function requiredString(place: Place, key: string): string {
  return stringIn(place, key) ?? refuse(place, key, 'missing')
}

export function numberIn(place: Place, key: string): number | null {
  const value = valueIn(place, key)
  if (typeof value === 'bigint') return Number(value)
  return value === null || typeof value === 'number' ? value : refuse(place, key, 'not a number')
}

export function booleanIn(place: Place, key: string): boolean | null {
  const value = valueIn(place, key)
  return value === null || typeof value === 'boolean'
    ? value
    : refuse(place, key, 'not true or false')
}

export function objectIn(place: Place, key: string): Place | null {
  const value = valueIn(place, key)
  if (value === null) return null
  return isObject(value) ? at(place, key, value) : refuse(place, key, 'not an object')
}

export function requiredObject(place: Place, key: string): Place {
  return objectIn(place, key) ?? refuse(place, key, 'missing')
}

export function arrayIn(place: Place, key: string): readonly Json[] {
  const value = valueIn(place, key) ?? []
  return isArray(value) ? value : refuse(place, key, 'not an array')
}

export function objectsIn(place: Place, key: string): readonly Place[] {
  return arrayIn(place, key).map((item, index) =>
    isObject(item)
      ? at(place, `${key}.${index}`, item)
      : refuse(place, `${key}.${index}`, 'not an object'),
  )
}

export function stringsIn(place: Place, key: string): readonly string[] {
  return arrayIn(place, key).map((item, index) =>
    typeof item === 'string' ? item : refuse(place, `${key}.${index}`, 'not a string'),
  )
}

/** Notes the fields that are there and that no reader knows, by paths without numbers. */
export function noteUnknown(
  { object, path }: Place,
  known: ReadonlySet<string>,
  into: Set<string>,
): void {
  const plain = path.replaceAll(/\.\d+/g, '[]')
  for (const [key, value] of Object.entries(object)) {
    if (value !== null && !known.has(key)) into.add(plain === '' ? key : `${plain}.${key}`)
  }
}

function at({ path }: Place, key: string, object: JsonObject): Place {
  return { object, path: path === '' ? key : `${path}.${key}` }
}

/** `Array.isArray` alone makes `any` of the items. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

/** An object of the fields that are not null. */
export function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}
