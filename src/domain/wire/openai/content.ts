import { isObject, type Json, type JsonObject } from '../../json.ts'
import type { ImagePart, TextPart } from '../conversation.ts'
import { refuse, requireText } from './fields.ts'
import type { Findings } from './findings.ts'
import { readImage } from './images.ts'

interface Place {
  /** With its indexes, for an error. */
  readonly path: string
  /** Without them, for the findings: a long conversation would list each of its messages. */
  readonly kind: string
  readonly findings: Findings
}

/** A message's content: a text, or parts in the spelling of either OpenAI format. */
export function readContent(
  content: Json | undefined,
  place: Place,
): readonly (TextPart | ImagePart)[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (!Array.isArray(content)) return refuse(place.path, 'a text or a list of parts')
  return content.flatMap((value: Json, index) => {
    const path = `${place.path}[${index}]`
    if (!isObject(value)) return refuse(path, 'an object')
    const part = readPart(value, path)
    if (part === null) {
      place.findings.bound.add(`${place.kind}[].${requireText(value['type'], `${path}.type`)}`)
      return []
    }
    return part.type === 'text' && part.text === '' ? [] : [part]
  })
}

/** As `readContent`, where only text can stand. */
export function readTexts(content: Json | undefined, place: Place): readonly TextPart[] {
  const parts = readContent(content, place)
  const texts = parts.filter((part) => part.type === 'text')
  if (texts.length < parts.length) place.findings.bound.add(`${place.kind}[].image`)
  return texts
}

/** Null: nothing that another format can hold. */
function readPart(part: JsonObject, path: string): TextPart | ImagePart | null {
  switch (requireText(part['type'], `${path}.type`)) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return { type: 'text', text: requireText(part['text'], `${path}.text`) }
    case 'refusal':
      return { type: 'text', text: requireText(part['refusal'], `${path}.refusal`) }
    case 'image_url': {
      const image = part['image_url']
      const url = isObject(image) ? image['url'] : image
      return readImage(requireText(url, `${path}.image_url.url`))
    }
    case 'input_image': {
      const url = part['image_url']
      return typeof url === 'string' ? readImage(url) : null
    }
    default:
      return null
  }
}
