import { elements, lastValue, objectAt, removeElements, stringAt } from '../json-edit.ts'
import type { Edit, ObjectSpan, Span } from '../json-edit.ts'

const OWN = 'llmsel'

/** Anthropic refuses thinking that its models did not sign; this one shows us what to take out. */
export const OWN_SIGNATURE = `${OWN}-not-from-claude`

/**
 * Takes out the thinking that came from another model, by its signature or the lack of one. A
 * message that held nothing else goes too: the turns around it are merged by Anthropic.
 */
export function withoutOwnThinking(text: string, body: ObjectSpan): readonly Edit[] {
  // Far cheaper than the walk, and no client escapes the letters of a word.
  if (!text.includes('"thinking"')) return []
  const found = body.members.filter(({ key }) => key === 'messages')
  return found.flatMap(({ value }) => inMessages(text, value))
}

function inMessages(text: string, messages: Span): readonly Edit[] {
  const all = elements(text, messages) ?? []
  const emptied = new Set<Span>()
  const edits = all.flatMap((message) => {
    const blocks = assistantBlocks(text, message)
    const own = new Set(blocks.filter((block) => isOwnThinking(text, block)))
    if (own.size === 0 || own.size < blocks.length) {
      return removeElements(blocks, (block) => own.has(block))
    }
    emptied.add(message)
    return []
  })
  if (emptied.size === all.length) return edits
  return [...edits, ...removeElements(all, (message) => emptied.has(message))]
}

function assistantBlocks(text: string, message: Span): readonly Span[] {
  const object = objectAt(text, message)
  if (object === null || textOf(text, object, 'role') !== 'assistant') return []
  const content = lastValue(object, 'content')
  return content === null ? [] : (elements(text, content) ?? [])
}

function isOwnThinking(text: string, block: Span): boolean {
  const object = objectAt(text, block)
  if (object === null || textOf(text, object, 'type') !== 'thinking') return false
  const signature = textOf(text, object, 'signature') ?? ''
  return signature === '' || signature.startsWith(OWN)
}

function textOf(text: string, object: ObjectSpan, key: string): string | null {
  const value = lastValue(object, key)
  return value === null ? null : stringAt(text, value)
}
