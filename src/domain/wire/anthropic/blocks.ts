import type { JsonObject } from '../../json.ts'
import type { WireEvent } from '../reply.ts'
import { isWholeObject } from '../tool-arguments.ts'
import { OWN_SIGNATURE } from './own-thinking.ts'
import { serverSent } from './server-sent.ts'
import { toolId } from './write-messages.ts'

type Kind = 'text' | 'thinking' | 'tool'
type ToolStart = Pick<Extract<WireEvent, { type: 'tool-start' }>, 'call' | 'id' | 'name'>

export type ContentEvent = Exclude<
  WireEvent,
  { type: 'start' | 'usage' | 'finish' | 'done' | 'problem' | 'ping' }
>

interface Block {
  readonly kind: Kind
  /** Null: no tool call. */
  readonly tool: ToolStart | null
  /** The arguments so far; of a block that waits, all that is to be sent. */
  content: string
}

/**
 * The blocks of a streamed message, of which one is open at a time. A call whose arguments may still
 * grow holds back what comes after it, since upstreams send parallel calls in pieces.
 */
export interface Blocks {
  open: Block | null
  readonly waiting: Block[]
  /** Arguments that came before their call. */
  readonly early: Map<number, string>
  index: number
  toolCalls: boolean
  refusal: boolean
}

export function noBlocks(): Blocks {
  return {
    open: null,
    waiting: [],
    early: new Map(),
    index: -1,
    toolCalls: false,
    refusal: false,
  }
}

/** The events to send, possibly none. */
export function writeBlocks(blocks: Blocks, event: ContentEvent): string {
  switch (event.type) {
    case 'refusal':
    case 'text':
      if (event.type === 'refusal') blocks.refusal = true
      return event.text === '' ? '' : say(blocks, 'text', event.text)
    case 'thinking-start':
      return say(blocks, 'thinking', '')
    case 'thinking':
      return say(blocks, 'thinking', event.text)
    case 'tool-start':
      blocks.toolCalls = true
      return add(blocks, { kind: 'tool', tool: event, content: blocks.early.get(event.call) ?? '' })
    case 'tool-arguments':
      return addArguments(blocks, event.call, event.json)
    case 'opaque':
      return ''
  }
}

/** Sends what waits, and closes it. */
export function endBlocks(blocks: Blocks): string {
  return advance(blocks, true) + close(blocks)
}

function say(blocks: Blocks, kind: 'text' | 'thinking', text: string): string {
  const last = blocks.waiting.at(-1) ?? blocks.open
  if (last?.kind !== kind) return add(blocks, { kind, tool: null, content: text })
  if (last === blocks.open) return sendDelta(blocks, kind, text)
  last.content += text
  return ''
}

function addArguments(blocks: Blocks, call: number, json: string): string {
  const { open, waiting, early } = blocks
  if (open?.tool?.call === call) {
    open.content += json
    return sendDelta(blocks, 'tool', json)
  }
  const block = waiting.find(({ tool }) => tool?.call === call)
  if (block === undefined) early.set(call, (early.get(call) ?? '') + json)
  else block.content += json
  return ''
}

function add(blocks: Blocks, block: Block): string {
  blocks.waiting.push(block)
  return advance(blocks, false)
}

function advance(blocks: Blocks, isEnd: boolean): string {
  let sent = ''
  while (isEnd || isClosable(blocks.open)) {
    const next = blocks.waiting.shift()
    if (next === undefined) break
    sent += close(blocks)
    blocks.open = next
    blocks.index += 1
    const start = { index: blocks.index, content_block: startOf(next) }
    sent += serverSent('content_block_start', start) + sendDelta(blocks, next.kind, next.content)
  }
  return sent
}

function isClosable(block: Block | null): boolean {
  return block?.kind !== 'tool' || isWholeObject(block.content)
}

/** Thinking ends with its signature; a call without arguments has an empty object of them. */
function close(blocks: Blocks): string {
  const { open, index } = blocks
  if (open === null) return ''
  blocks.open = null
  const isBare = open.kind === 'tool' && open.content === ''
  const delta = { type: 'signature_delta', signature: OWN_SIGNATURE }
  return (
    (isBare ? sendDelta(blocks, 'tool', '{}') : '') +
    (open.kind === 'thinking' ? serverSent('content_block_delta', { index, delta }) : '') +
    serverSent('content_block_stop', { index })
  )
}

function sendDelta({ index }: Blocks, kind: Kind, content: string): string {
  return content === ''
    ? ''
    : serverSent('content_block_delta', { index, delta: deltaOf(kind, content) })
}

function startOf({ kind, tool }: Block): JsonObject {
  if (tool !== null) return { type: 'tool_use', id: toolId(tool.id), name: tool.name, input: {} }
  return kind === 'text'
    ? { type: 'text', text: '' }
    : { type: 'thinking', thinking: '', signature: '' }
}

function deltaOf(kind: Kind, content: string): JsonObject {
  if (kind === 'tool') return { type: 'input_json_delta', partial_json: content }
  return kind === 'text'
    ? { type: 'text_delta', text: content }
    : { type: 'thinking_delta', thinking: content }
}
