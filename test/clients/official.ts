import Anthropic from '@anthropic-ai/sdk'
import { Ollama, type ToolCall } from 'ollama'
import OpenAI from 'openai'

/** What a program got from its client. */
export interface Said {
  readonly text: string
  readonly calls: readonly { readonly name: string; readonly arguments: unknown }[]
}

export interface Wish {
  readonly prompt?: string
  readonly model?: string
  /** Called with each piece of text as it comes. */
  readonly onText?: (text: string) => void
}

/** One provider's own client as its documentation uses it. */
export interface OfficialClient {
  readonly whole: (base: string, wish?: Wish) => Promise<Said>
  readonly streamed: (base: string, wish?: Wish) => Promise<Said>
}

const MODEL = 'claude-haiku-5-5'
const PROMPT = 'How is the weather in Kiel?'
const SCHEMA = {
  type: 'object' as const,
  properties: { city: { type: 'string' } },
  required: ['city'],
}

function parse(text: string): unknown {
  return JSON.parse(text)
}

/** The key is a token of no use: the gateway goes by the token in the base URL. */
const anthropicAt = (base: string) => new Anthropic({ baseURL: base, apiKey: 'llmsel-s-none' })

function anthropicAsk({ prompt = PROMPT, model = MODEL }: Wish) {
  return {
    model,
    max_tokens: 500,
    tools: [{ name: 'weather', description: 'Of a city.', input_schema: SCHEMA }],
    messages: [{ role: 'user' as const, content: prompt }],
  }
}

function anthropicSaid({ content }: Anthropic.Message): Said {
  return {
    text: content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(''),
    calls: content.flatMap((block) =>
      block.type === 'tool_use' ? [{ name: block.name, arguments: block.input }] : [],
    ),
  }
}

const anthropic: OfficialClient = {
  whole: async (base, wish = {}) =>
    anthropicSaid(await anthropicAt(base).messages.create(anthropicAsk(wish))),
  streamed: async (base, wish = {}) => {
    const stream = anthropicAt(base).messages.stream(anthropicAsk(wish))
    stream.on('text', (text) => wish.onText?.(text))
    return anthropicSaid(await stream.finalMessage())
  },
}

const openaiAt = (base: string) => new OpenAI({ baseURL: `${base}/v1`, apiKey: 'llmsel-s-none' })

function chatAsk({ prompt = PROMPT, model = MODEL }: Wish) {
  return {
    model,
    messages: [{ role: 'user' as const, content: prompt }],
    tools: [
      {
        type: 'function' as const,
        function: { name: 'weather', description: 'Of a city.', parameters: SCHEMA },
      },
    ],
  }
}

type CallPart = OpenAI.Chat.Completions.ChatCompletionChunk.Choice.Delta.ToolCall

function addTo(call: { name: string; json: string }, { function: part }: CallPart): void {
  call.name += part?.name ?? ''
  call.json += part?.arguments ?? ''
}

const openaiChat: OfficialClient = {
  whole: async (base, wish = {}) => {
    const reply = await openaiAt(base).chat.completions.create(chatAsk(wish))
    const message = reply.choices[0]?.message
    const calls = (message?.tool_calls ?? []).flatMap((call) =>
      call.type === 'function' ? [call.function] : [],
    )
    return {
      text: message?.content ?? '',
      calls: calls.map((call) => ({ name: call.name, arguments: parse(call.arguments) })),
    }
  },
  streamed: async (base, wish = {}) => {
    const ask = { ...chatAsk(wish), stream: true as const }
    let text = ''
    const calls: { name: string; json: string }[] = []
    for await (const { choices } of await openaiAt(base).chat.completions.create(ask)) {
      const { content, tool_calls: parts = [] } = choices[0]?.delta ?? {}
      if (content) wish.onText?.(content)
      text += content ?? ''
      for (const part of parts) addTo((calls[part.index] ??= { name: '', json: '' }), part)
    }
    return { text, calls: calls.map(({ name, json }) => ({ name, arguments: parse(json) })) }
  },
}

function responsesAsk({ prompt = PROMPT, model = MODEL }: Wish) {
  return {
    model,
    input: prompt,
    store: false,
    tools: [
      {
        type: 'function' as const,
        name: 'weather',
        description: 'Of a city.',
        parameters: SCHEMA,
        strict: false,
      },
    ],
  }
}

function responseSaid({ output_text: text, output }: OpenAI.Responses.Response): Said {
  const calls = output.flatMap((item) => (item.type === 'function_call' ? [item] : []))
  return {
    text,
    calls: calls.map((call) => ({ name: call.name, arguments: parse(call.arguments) })),
  }
}

const openaiResponses: OfficialClient = {
  whole: async (base, wish = {}) =>
    responseSaid(await openaiAt(base).responses.create(responsesAsk(wish))),
  streamed: async (base, wish = {}) => {
    const stream = openaiAt(base).responses.stream(responsesAsk(wish))
    stream.on('response.output_text.delta', ({ delta }) => wish.onText?.(delta))
    return responseSaid(await stream.finalResponse())
  },
}

/** Its types leave out what a server may add, such as the call's index. */
function nativeCall({ function: call }: ToolCall): Said['calls'][number] {
  return { name: call.name, arguments: call.arguments }
}

function ollamaAsk({ prompt = PROMPT, model = MODEL }: Wish) {
  return {
    model,
    messages: [{ role: 'user', content: prompt }],
    tools: [
      {
        type: 'function',
        function: { name: 'weather', description: 'Of a city.', parameters: SCHEMA },
      },
    ],
  }
}

const ollama: OfficialClient = {
  whole: async (base, wish = {}) => {
    const { message } = await new Ollama({ host: base }).chat(ollamaAsk(wish))
    return {
      text: message.content,
      calls: (message.tool_calls ?? []).map(nativeCall),
    }
  },
  streamed: async (base, wish = {}) => {
    const ask = { ...ollamaAsk(wish), stream: true as const }
    let text = ''
    const calls: Said['calls'][number][] = []
    for await (const { message } of await new Ollama({ host: base }).chat(ask)) {
      if (message.content !== '') wish.onText?.(message.content)
      text += message.content
      calls.push(...(message.tool_calls ?? []).map(nativeCall))
    }
    return { text, calls }
  },
}

/** The events as they are: a stream that is closed in the middle would be no error to it. */
export async function rawAnthropicText(base: string): Promise<string> {
  let text = ''
  const ask = { ...anthropicAsk({}), stream: true as const }
  for await (const event of await anthropicAt(base).messages.create(ask)) {
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
      text += event.delta.text
  }
  return text
}

/** Ollama’s other format, which has neither turns nor tools. */
export async function generated(base: string): Promise<string> {
  const host = new Ollama({ host: base })
  const ask = { model: MODEL, prompt: PROMPT }
  const { response } = await host.generate(ask)
  let streamed = ''
  for await (const part of await host.generate({ ...ask, stream: true })) streamed += part.response
  if (streamed !== response) throw new Error(`${streamed} is not ${response}`)
  return response
}

export const CLIENTS = {
  'Anthropic’s client': anthropic,
  'OpenAI’s client, Chat Completions': openaiChat,
  'OpenAI’s client, Responses': openaiResponses,
  'Ollama’s client': ollama,
} as const
