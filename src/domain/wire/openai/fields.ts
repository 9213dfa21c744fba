import { isObject, type Json, type JsonObject } from '../../json.ts'
import { BadRequest } from '../dialect.ts'
import { parseExact } from '../exact-json.ts'

type Field = Json | undefined

export function refuse(path: string, wanted: string): never {
  throw new BadRequest(`${path}: expected ${wanted}`)
}

export function requireObject(value: Field, path: string): JsonObject {
  return isObject(value) ? value : refuse(path, 'an object')
}

export function requireList(value: Field, path: string): readonly Json[] {
  return isList(value) ? value : refuse(path, 'a list')
}

export function requireText(value: Field, path: string): string {
  return typeof value === 'string' ? value : refuse(path, 'a text')
}

export function optionalText(value: Field, path: string): string | null {
  return isAbsent(value) ? null : requireText(value, path)
}

export function optionalNumber(value: Field, path: string): number | null {
  if (isAbsent(value)) return null
  if (typeof value === 'bigint') return Number(value)
  return typeof value === 'number' ? value : refuse(path, 'a number')
}

export function optionalBoolean(value: Field, path: string): boolean | null {
  if (isAbsent(value)) return null
  return typeof value === 'boolean' ? value : refuse(path, 'true or false')
}

export function optionalList(value: Field, path: string): readonly Json[] {
  return isAbsent(value) ? [] : requireList(value, path)
}

export function optionalObject(value: Field, path: string): JsonObject {
  return isAbsent(value) ? {} : requireObject(value, path)
}

/** What an upstream answers is not refused for a wrong field: it reads as if it were not there. */
export function textIn(value: Field): string {
  return typeof value === 'string' ? value : ''
}

export function objectIn(value: Field): JsonObject {
  return isObject(value) ? value : {}
}

export function listIn(value: Field): readonly Json[] {
  return isList(value) ? value : []
}

export function objectsIn(value: Field): readonly JsonObject[] {
  return listIn(value).filter(isObject)
}

/** Undefined: no JSON, and therefore no event or answer of any format here. */
export function parseJson(text: string): Field {
  try {
    return parseExact(text)
  } catch {
    return undefined
  }
}

/** The object without the fields that are not there. */
export function defined(fields: Readonly<Record<string, Field>>): JsonObject {
  const kept: Record<string, Json> = {}
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) kept[name] = value
  }
  return kept
}

function isAbsent(value: Field): value is null | undefined {
  return value === undefined || value === null
}

/** Array.isArray does not see through a readonly array. */
function isList(value: Field): value is readonly Json[] {
  return Array.isArray(value)
}
