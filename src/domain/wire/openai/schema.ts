import { isObject, type Json, type JsonObject } from '../../json.ts'
import { listIn, objectIn, optionalObject } from './fields.ts'

/** A function without parameters takes an empty object. */
export function readParameters(parameters: Json | undefined, path: string): JsonObject {
  return parametersOf(optionalObject(parameters, path))
}

/** OpenAI refuses a function's schema that is no object or has no `properties`. */
export function parametersOf(schema: JsonObject): JsonObject {
  return {
    ...schema,
    type: schema['type'] ?? 'object',
    properties: schema['properties'] ?? {},
  }
}

/** OpenAI takes ten levels of objects, each of a few levels of JSON. */
const DEEPEST = 64

/**
 * Whether OpenAI would take the schema as `strict`: each object closed, with all of its properties
 * required. Other providers ask for less, so that what is strict there may be refused here.
 */
export function canBeStrict(schema: Json, depth = 0): boolean {
  if (depth > DEEPEST) return false
  if (Array.isArray(schema)) return schema.every((inner: Json) => canBeStrict(inner, depth + 1))
  if (!isObject(schema)) return true
  const properties = objectIn(schema['properties'])
  const required = new Set(listIn(schema['required']))
  const isObjectSchema = schema['type'] === 'object' || schema['properties'] !== undefined
  if (isObjectSchema && schema['additionalProperties'] !== false) return false
  if (!Object.keys(properties).every((name) => required.has(name))) return false
  return Object.values(schema).every((inner) => canBeStrict(inner, depth + 1))
}
