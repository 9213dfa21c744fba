import { isObject } from '../../json.ts'
import type { Conversation, Effort, ImagePart, OutputFormat } from '../conversation.ts'
import {
  booleanIn,
  noteUnknown,
  numberIn,
  objectIn,
  refuse,
  stringIn,
  stringsIn,
  valueIn,
  type Place,
} from '../fields.ts'

type Settings = Omit<Conversation, 'system' | 'turns' | 'tools'>

const KNOWN_OPTIONS = new Set(['temperature', 'top_p', 'top_k', 'num_predict', 'stop'])

/** What chat and generate say alike. */
export function readSettings(body: Place, dropped: Set<string>): Settings {
  const options = objectIn(body, 'options') ?? { object: {}, path: 'options' }
  noteUnknown(options, KNOWN_OPTIONS, dropped)
  const most = numberIn(options, 'num_predict')
  return {
    toolChoice: null,
    parallelTools: null,
    // Below 0 is without end.
    maxOutputTokens: most === null || most < 0 ? null : most,
    temperature: numberIn(options, 'temperature'),
    topP: numberIn(options, 'top_p'),
    topK: numberIn(options, 'top_k'),
    stop: readStop(options),
    effort: readThink(body),
    format: readFormat(body),
    userId: null,
    stream: booleanIn(body, 'stream') ?? true,
  }
}

function readStop(options: Place): readonly string[] {
  const value = valueIn(options, 'stop')
  return typeof value === 'string' ? [value] : stringsIn(options, 'stop')
}

const LEVELS: ReadonlyMap<string, Effort> = new Map(
  (['low', 'medium', 'high', 'max'] as const).map((level) => [level, level]),
)

function readThink(body: Place): Effort | null {
  const value = valueIn(body, 'think')
  if (value === null) return null
  if (typeof value === 'boolean') return value ? 'medium' : 'none'
  return LEVELS.get(stringIn(body, 'think') ?? '') ?? refuse(body, 'think', 'no such level')
}

function readFormat(body: Place): OutputFormat | null {
  const value = valueIn(body, 'format')
  if (value === null || value === '') return null
  if (value === 'json') return { type: 'json' }
  if (!isObject(value)) return refuse(body, 'format', "not 'json' or a schema")
  return { type: 'json-schema', name: null, schema: value, strict: null }
}

/** The first bytes of a kind of image, in base64. */
const STARTS: readonly (readonly [start: string, mediaType: string])[] = [
  ['/9j/', 'image/jpeg'],
  ['iVBORw0KGgo', 'image/png'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
]

export function readImages(place: Place): readonly ImagePart[] {
  return stringsIn(place, 'images').map((data) => {
    const known = STARTS.find(([start]) => data.startsWith(start))
    const mediaType = known?.[1] ?? 'application/octet-stream'
    return { type: 'image', source: { kind: 'base64', mediaType, data } }
  })
}
