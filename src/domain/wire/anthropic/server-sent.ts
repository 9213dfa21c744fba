import type { JsonObject } from '../../json.ts'
import { lineJson } from '../line-json.ts'

/** The official SDKs leave out an event without its name. */
export function serverSent(type: string, fields: JsonObject): string {
  return `event: ${type}\ndata: ${lineJson({ type, ...fields })}\n\n`
}
