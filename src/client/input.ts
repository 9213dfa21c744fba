import type { JsonObject } from '../domain/json.ts'
import type {
  AssistantPart,
  Conversation,
  Effort,
  TextPart,
  Turn,
  UserPart,
} from '../domain/wire/conversation.ts'
import { UnifiedLLMError } from './error.ts'

/** One turn of a conversation; a text, or its parts: text, images, tool calls and their results. */
export type ChatMessage =
  | { readonly role: 'system'; readonly content: string }
  | { readonly role: 'user'; readonly content: string | readonly UserPart[] }
  | { readonly role: 'assistant'; readonly content: string | readonly AssistantPart[] }

/** Something that the model may ask the program to do. */
export interface ChatTool {
  readonly name: string
  readonly description?: string
  /** JSON Schema of its arguments. */
  readonly parameters: JsonObject
}

export interface ChatRequest {
  /** At least one; the last is usually the user's. */
  readonly messages: readonly ChatMessage[]
  /** Instructions that stand before all messages. */
  readonly system?: string
  /** The most tokens of the answer; left out: the model's own limit. */
  readonly maxTokens?: number
  /** Some models take none; it is left out for them. */
  readonly temperature?: number
  readonly stop?: readonly string[]
  readonly tools?: readonly ChatTool[]
  /** How long the model may think; `none`: it is told not to. */
  readonly effort?: Effort
}

/** A prompt alone, or a whole request. */
export type ChatInput = string | ChatRequest

/** @throws UnifiedLLMError `invalid-input` where there is nothing to answer. */
export function conversationOf(input: ChatInput, stream: boolean): Conversation {
  const request: ChatRequest =
    typeof input === 'string' ? { messages: [{ role: 'user', content: input }] } : input
  const { messages, system, tools = [] } = request
  if (!Array.isArray(messages) || messages.length === 0)
    throw new UnifiedLLMError('invalid-input', 'the request has no messages')
  return {
    system: system === undefined ? [] : [system],
    turns: messages.map(turnOf),
    tools: tools.map(({ name, description, parameters }) => ({
      name,
      description: description ?? null,
      schema: parameters,
      strict: null,
    })),
    toolChoice: null,
    parallelTools: null,
    maxOutputTokens: request.maxTokens ?? null,
    temperature: request.temperature ?? null,
    topP: null,
    topK: null,
    stop: request.stop ?? [],
    effort: request.effort ?? null,
    format: null,
    userId: null,
    stream,
  }
}

function turnOf(message: ChatMessage): Turn {
  switch (message.role) {
    case 'system':
      return { role: 'system', parts: partsOf(message.content) }
    case 'user':
      return { role: 'user', parts: partsOf(message.content) }
    case 'assistant':
      return { role: 'assistant', parts: partsOf(message.content) }
    default:
      throw new UnifiedLLMError('invalid-input', 'a message’s role is system, user or assistant')
  }
}

function partsOf<Part>(content: string | readonly Part[]): readonly (TextPart | Part)[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content
}
