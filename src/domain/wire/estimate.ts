import type { AssistantPart, Conversation, ImagePart, TextPart, UserPart } from './conversation.ts'
import { exactText } from './exact-json.ts'

/** English has four to five bytes a token, code about three, Chinese and Japanese three. */
const BYTES_A_TOKEN = 3
/** Of an image of about 1.15 megapixels with Claude; local models count less. */
const IMAGE_TOKENS = 1600
/** What a template puts around a turn, a tool call or a tool. */
const FRAME_TOKENS = 8

/** The tokens of the prompt, rather too many than too few: it is to fit into a window. */
export function estimateTokens({ system, turns, tools }: Conversation): number {
  let tokens = FRAME_TOKENS
  for (const text of system) tokens += FRAME_TOKENS + textTokens(text)
  for (const { parts } of turns) tokens += FRAME_TOKENS + partsTokens(parts)
  for (const { name, description, schema } of tools) {
    const text = `${name} ${description ?? ''} ${exactText(schema)}`
    tokens += FRAME_TOKENS + textTokens(text)
  }
  return tokens
}

function partsTokens(parts: readonly (UserPart | AssistantPart)[]): number {
  let tokens = 0
  for (const part of parts) {
    if (part.type === 'tool-call') tokens += FRAME_TOKENS + textTokens(part.name + part.json)
    else if (part.type === 'tool-result') tokens += FRAME_TOKENS + partsTokens(part.parts)
    else tokens += sayTokens(part)
  }
  return tokens
}

function sayTokens(part: TextPart | ImagePart | Extract<AssistantPart, { text: string }>): number {
  return part.type === 'image' ? IMAGE_TOKENS : textTokens(part.text)
}

function textTokens(text: string): number {
  return Math.ceil(utf8Length(text) / BYTES_A_TOKEN)
}

function utf8Length(text: string): number {
  let bytes = text.length
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0x80) continue
    // Each half of a surrogate pair counts two of its four bytes.
    bytes += code < 0x800 || (code >= 0xd800 && code <= 0xdfff) ? 1 : 2
  }
  return bytes
}

/** The names and braces of JSON included. */
const JSON_BYTES_A_TOKEN = 4
const LONG_BASE64 = /(?:"data"\s*:\s*"|;base64,|"images"\s*:\s*\[\s*")[A-Za-z0-9+/=]{1000,}/g
/** Of a thousand such characters in a row, as many follow one of the places this far apart. */
const STEP = 500

/** Of a request that nobody has read; `body` has a character a byte. */
export function estimateUnread(body: string): number {
  let [bytes, images] = [body.length, 0]
  for (const [image] of mayHoldBase64(body) ? body.matchAll(LONG_BASE64) : []) {
    bytes -= image.length
    images += 1
  }
  return Math.ceil(bytes / JSON_BYTES_A_TOKEN) + images * IMAGE_TOKENS
}

/** Looks at some places alone: to look for an image costs a millisecond for each megabyte. */
function mayHoldBase64(body: string): boolean {
  for (let from = 0; from + STEP <= body.length; from += STEP) {
    let at = from
    while (at < from + STEP && isBase64(body.charCodeAt(at))) at += 1
    if (at === from + STEP) return true
  }
  return false
}

function isBase64(code: number): boolean {
  const letter = code | 0x20
  if (letter >= 97 && letter <= 122) return true
  return (code >= 47 && code <= 57) || code === 43 || code === 61
}
