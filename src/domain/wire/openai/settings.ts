import type { Json, JsonObject } from '../../json.ts'
import type { Effort, OutputFormat } from '../conversation.ts'
import {
  optionalBoolean,
  optionalList,
  optionalText,
  requireObject,
  requireText,
} from './fields.ts'
import type { Findings } from './findings.ts'

const EFFORTS: ReadonlySet<string> = new Set<Effort>([
  'none',
  'minimal',
  'low',
  'medium',
  'high',
  'xhigh',
  'max',
])

export function readStop(stop: Json | undefined): readonly string[] {
  if (typeof stop === 'string') return [stop]
  return optionalList(stop, 'stop').map((text, index) => requireText(text, `stop[${index}]`))
}

/** The newer field, else the older one. */
export function readUserId(body: JsonObject): string | null {
  return (
    optionalText(body['safety_identifier'], 'safety_identifier') ??
    optionalText(body['user'], 'user')
  )
}

/** `field` names it in the findings, where nobody knows the effort. */
export function readEffort(
  effort: Json | undefined,
  field: string,
  findings: Findings,
): Effort | null {
  const said = optionalText(effort, field)
  if (said === null || isEffort(said)) return said
  findings.dropped.add(field)
  return null
}

/** `text`, `json_object` or nothing; what else there is stays with OpenAI. */
export function readPlainFormat(
  format: JsonObject,
  field: string,
  findings: Findings,
): OutputFormat | null {
  const type = optionalText(format['type'], `${field}.type`) ?? 'text'
  if (type === 'json_object') return { type: 'json' }
  if (type !== 'text') findings.bound.add(`${field}.type`)
  return null
}

export function readSchemaFormat(fields: JsonObject, path: string): OutputFormat {
  return {
    type: 'json-schema',
    name: optionalText(fields['name'], `${path}.name`),
    schema: requireObject(fields['schema'], `${path}.schema`),
    strict: optionalBoolean(fields['strict'], `${path}.strict`),
  }
}

function isEffort(text: string): text is Effort {
  return EFFORTS.has(text)
}
