import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterEach, expect, test } from 'vitest'
import {
  anthropicError,
  anthropicStream,
  json,
  stream,
  type Ending,
  type Script,
} from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'
import {
  claudeCalls,
  claudeSays,
  ollamaCalls,
  ollamaSays,
  responseEvents,
} from '../support/providers.ts'

let gateway: TestGateway
afterEach(async () => await gateway.close())

const USER = { role: 'user', content: 'Weather in Kiel?' } as const
const SCHEMA = { type: 'object', properties: { city: { type: 'string' } } } as const
const limited = json(429, anthropicError('rate_limit_error', 'slow down'))

function anthropicClient(): Anthropic {
  return new Anthropic({ baseURL: gateway.base('budget'), apiKey: 'none' })
}

function openaiClient(): OpenAI {
  return new OpenAI({ baseURL: `${gateway.base('budget')}/v1`, apiKey: 'none' })
}

/** What the last request said, in the server’s own format. */
function lastMessages(to: 'claude' | 'ollama'): unknown {
  return JSON.parse(gateway[to].received.at(-1)?.body ?? '{}').messages
}

test('a tool that Claude asked for goes on with Ollama', async () => {
  gateway = await testGateway({ claude: claudeCalls, ollama: ollamaSays('Rain.') })
  const ask = {
    model: 'claude-haiku-5-5',
    max_tokens: 99,
    tools: [{ name: 'weather', input_schema: SCHEMA }],
  }
  const first = await anthropicClient().messages.create({ ...ask, messages: [USER] })
  const results = first.content.flatMap((block) =>
    block.type === 'tool_use'
      ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: 'rain', is_error: true }]
      : [],
  )
  gateway.claude.answer(limited)
  const second = await anthropicClient().messages.create({
    ...ask,
    messages: [
      USER,
      { role: 'assistant', content: first.content },
      { role: 'user', content: results },
    ],
  })
  expect(second).toMatchObject({ model: 'llama3.2', content: [{ type: 'text', text: 'Rain.' }] })
  expect(lastMessages('ollama')).toMatchObject([
    USER,
    {
      role: 'assistant',
      content: 'One moment.',
      tool_calls: [{ function: { name: 'weather', arguments: { city: 'Kiel' } } }],
    },
    { role: 'tool', content: 'Error: rain', tool_name: 'weather' },
  ])
})

test('a tool that Ollama asked for goes on with Claude, for a client of OpenAI', async () => {
  gateway = await testGateway({ claude: claudeSays('Rain.'), ollama: ollamaCalls })
  const tools = [{ type: 'function' as const, function: { name: 'weather', parameters: SCHEMA } }]
  const chat = openaiClient().chat.completions
  const first = await chat.create({ model: 'llama3.2', messages: [USER], tools })
  const [message] = first.choices.map((choice) => choice.message)
  const call = message?.tool_calls?.[0]
  if (message === undefined || call === undefined) throw new Error('no call')
  const result = { role: 'tool' as const, tool_call_id: call.id, content: 'rain' }
  const second = await chat.create({ model: 'haiku', messages: [USER, message, result], tools })
  expect(second.choices[0]?.message.content).toBe('Rain.')
  expect(lastMessages('claude')).toMatchObject([
    { role: 'user' },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'One moment.' },
        { type: 'tool_use', id: call.id, name: 'weather', input: { city: 'Kiel' } },
      ],
    },
    { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id }] },
  ])
})

function chunk(rest: object): string {
  const head = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'gpt-6-sol' }
  return `data: ${JSON.stringify({ ...head, choices: [], ...rest })}\n\n`
}

test.each([
  ['OpenAI', 'gpt-6-sol', 30],
  ['Claude', 'claude-haiku-5-5', 40],
])(
  '%s’s usage is the closing chunk of who asked for it, and of nobody else',
  async (_, model, total) => {
    gateway = await testGateway({
      claude: claudeSays('Hi'),
      openai: stream([
        chunk({ choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }] }),
        chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }),
        chunk({ usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 } }),
        'data: [DONE]\n\n',
      ]),
    })
    const totals = async (wish: object): Promise<unknown[]> => {
      const ask = { model, messages: [USER], stream: true as const, ...wish }
      const seen: unknown[] = []
      for await (const { usage } of await openaiClient().chat.completions.create(ask))
        if (usage) seen.push(usage.total_tokens)
      return seen
    }
    expect(await totals({})).toEqual([])
    expect(await totals({ stream_options: { include_usage: true } })).toEqual([total])
  },
)

/** Silent for some pings after its first `from` events. */
function paused(texts: readonly string[], from: number, ending: Ending = 'end'): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(texts.slice(0, from).join(''))
    setTimeout(() => {
      response.write(texts.slice(from).join(''))
      if (ending === 'end') response.end()
      else response.destroy()
    }, 300)
  }
}

const PINGS = { timing: { headMs: 50, pingMs: 50 } }
const numbered = (texts: readonly string[]) =>
  texts.map((text, number) => text.replace('data: {', `data: {"sequence_number":${number},`))

test.each([
  ['passed on', 'gpt-6-sol', 'One moment.'],
  ['translated', 'claude-haiku-5-5', 'Hello'],
])('a silence amid a Responses stream takes nothing back: %s', async (_, model, text) => {
  gateway = await testGateway({
    claude: paused(anthropicStream('Hel', 'lo'), 3),
    openai: paused(numbered(responseEvents()), 4),
    ...PINGS,
  })
  const ask = { model, input: 'hi' }
  const response = await openaiClient().responses.stream(ask).finalResponse()
  expect(response.output_text).toBe(text)
  const raw = await openaiClient()
    .responses.create({ ...ask, stream: true })
    .asResponse()
  const events = await raw.text()
  expect(events.match(/^: ping$/gm)?.length).toBeGreaterThan(1)
  expect(events.match(/event: response.created/g)).toHaveLength(1)
})

test.each([
  ['passed on', 'gpt-6-sol', /"id":"resp_1"/],
  ['translated', 'claude-haiku-5-5', /"id":"resp_(?!none)/],
])(
  'a Responses stream that breaks off ends as the answer that it was: %s',
  async (_, model, id) => {
    gateway = await testGateway({
      claude: stream(anthropicStream('Hello').slice(0, 3), 'destroy'),
      openai: stream(numbered(responseEvents()).slice(0, 4), 'destroy'),
    })
    const ask = { model, input: 'hi', stream: true as const }
    const raw = await openaiClient().responses.create(ask).asResponse()
    const lines = (await raw.text()).split('\n').filter((line) => line.startsWith('data: '))
    const numbers = lines.map((line) => JSON.parse(line.slice(6)).sequence_number)
    expect(numbers).toEqual(numbers.map((_, at) => at))
    expect(lines.at(-1)).toContain('response.failed')
    expect(lines.at(-1)).toMatch(id)
  },
)
