import { parsedObject, type JsonObject } from '../json.ts'
import { exactObject } from './exact-json.ts'

/** As an object, for the formats that want one; what a model got wrong is kept as text. */
export function argumentsObject(json: string): JsonObject {
  if (json.trim() === '') return {}
  return exactObject(json) ?? { arguments: json }
}

/** A stream's fragments that make up a whole object: nothing can follow it. */
export function isWholeObject(json: string): boolean {
  return json.trimEnd().endsWith('}') && parsedObject(json) !== null
}
