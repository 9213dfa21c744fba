import { isObject, type Json, type JsonObject } from '../../json.ts'

/** Structured outputs of Claude refuse these, as @anthropic-ai/sdk 1.12 has it. */
const REFUSED = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  '$schema',
])
const BY_NAME = ['properties', '$defs', 'definitions']
const LISTS = ['anyOf', 'oneOf', 'allOf']

/** A schema that Claude takes for its answer: every object closed, no bounds on values. */
export function outputSchema(schema: JsonObject): JsonObject {
  const kept = Object.entries(schema).filter(([key]) => !REFUSED.has(key))
  const inner = kept.map(([key, value]): [string, Json] => [key, innerSchema(key, value)])
  const isOpen = schema['type'] === 'object' || isObject(schema['properties'])
  return { ...Object.fromEntries(inner), ...(isOpen ? { additionalProperties: false } : {}) }
}

function innerSchema(key: string, value: Json): Json {
  if (BY_NAME.includes(key) && isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, schemaOr(one)]))
  }
  if (LISTS.includes(key) && isArray(value)) return value.map(schemaOr)
  return key === 'items' ? schemaOr(value) : value
}

function schemaOr(value: Json): Json {
  return isObject(value) ? outputSchema(value) : value
}

/** `Array.isArray` alone makes `any` of the items. */
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}
