import type { JsonObject } from '../../json.ts'
import type { RequestReading } from '../dialect.ts'
import {
  arrayIn,
  bodyPlace,
  booleanIn,
  noteUnknown,
  requiredString,
  stringIn,
  valueIn,
  type Place,
} from '../fields.ts'
import { readImages, readSettings } from './read-settings.ts'

const KNOWN = new Set([
  'model',
  'prompt',
  'system',
  'images',
  'stream',
  'format',
  'options',
  'think',
  'suffix',
  'template',
  'context',
  'raw',
])
/** Completion in the middle, a template of one's own, making images: for the model's own server. */
const ITS_OWN = ['suffix', 'template', 'width', 'height', 'steps']

export function readGenerate(object: JsonObject): RequestReading {
  const body = bodyPlace(object)
  requiredString(body, 'model')
  const dropped = new Set<string>()
  noteUnknown(body, KNOWN, dropped)
  const prompt = stringIn(body, 'prompt') ?? ''
  const system = stringIn(body, 'system') ?? ''
  const text = prompt === '' ? [] : [{ type: 'text' as const, text: prompt }]
  const conversation = {
    system: system === '' ? [] : [system],
    turns: [{ role: 'user' as const, parts: [...text, ...readImages(body)] }],
    tools: [],
    ...readSettings(body, dropped),
  }
  return { conversation, dropped: [...dropped], bound: boundFields(body, prompt) }
}

/** An empty prompt only loads a model, or unloads it. */
function boundFields(body: Place, prompt: string): readonly string[] {
  const bound = ITS_OWN.filter((key) => (valueIn(body, key) ?? '') !== '')
  if (prompt === '') bound.push('prompt')
  if (booleanIn(body, 'raw') === true) bound.push('raw')
  if (arrayIn(body, 'context').length > 0) bound.push('context')
  return bound
}
