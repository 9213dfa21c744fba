import { withoutOwnThinking } from './anthropic/own-thinking.ts'
import type { DialectName } from './dialect.ts'
import { edited, objectAt, setMembers, topLevel } from './json-edit.ts'
import type { ObjectSpan } from './json-edit.ts'

const USAGE = new Map([['include_usage', 'true']])

export interface PassThroughEdits {
  /** Null: the client's own stays. */
  readonly model: string | null
  /** Asks for the closing chunk with the usage (OpenAI Chat). */
  readonly includeUsage: boolean
}

/**
 * A request's body for an upstream of the client's own format: these edits and no others, every
 * other byte as it came. Thinking that the gateway itself gave a Claude client is taken out. The
 * text may also be the bytes of the body as latin1, which is four times faster there and back: all
 * that is looked for and put in is ASCII. `body`: where its members stand, if that is known.
 * @returns the very text, where nothing is to be done; null, where it is no JSON object.
 */
export function passThroughBody(
  name: DialectName,
  text: string,
  { model, includeUsage }: PassThroughEdits,
  body = topLevel(text),
): string | null {
  if (body === null) return null
  const values = new Map<string, string>()
  if (model !== null) values.set('model', asciiJson(model))
  const asksUsage = includeUsage && name === 'openai-chat'
  const options = asksUsage ? optionObjects(text, body) : []
  if (asksUsage && options.length === 0) values.set('stream_options', '{"include_usage":true}')
  return edited(text, [
    ...setMembers(body, values),
    ...options.flatMap((object) => setMembers(object, USAGE)),
    ...(name === 'anthropic-messages' ? withoutOwnThinking(text, body) : []),
  ])
}

/** None, where the options are absent or are no objects. */
function optionObjects(text: string, body: ObjectSpan): readonly ObjectSpan[] {
  const given = body.members.filter(({ key }) => key === 'stream_options')
  const objects = given
    .map(({ value }) => objectAt(text, value))
    .filter((object) => object !== null)
  return objects.length === given.length ? objects : []
}

function asciiJson(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u0080-\uffff]/g,
    (mark) => `\\u${mark.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
