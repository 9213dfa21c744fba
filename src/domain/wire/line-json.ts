import type { JsonObject } from '../json.ts'
import { exactText } from './exact-json.ts'

const LINE_ENDS = /[\u0085\u2028\u2029]/g

/** JSON in which no client sees a line end: Python's `splitlines` takes these three for some. */
export function lineJson(value: JsonObject): string {
  return exactText(value).replaceAll(
    LINE_ENDS,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
