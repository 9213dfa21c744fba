import { afterEach, expect, test } from 'vitest'
import { chatCompletion, json, stream, MESSAGE_START } from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'
import { either, events, ollamaServer } from '../support/providers.ts'

let gateway: TestGateway
afterEach(async () => await gateway.close())

/** No double is one of these. */
const ID = '9007199254740993'
const LOW = '-18446744073709551615'
/** JSON texts: a serialiser would change the numbers in them. */
const ARGUMENTS = `{"id":${ID},"low":[${LOW}],"text":"n ${ID}","real":0.5}`
const AS_TEXT = JSON.stringify(ARGUMENTS)
const TEXT_ID = '"TEXT"'
const filled = (body: object) =>
  JSON.stringify(body).replaceAll('"OBJECT"', ARGUMENTS).replaceAll(TEXT_ID, AS_TEXT)

const USER = { role: 'user', content: 'hi' }
const CALLED = { name: 'find', arguments: 'OBJECT' }
const FUNCTION = { type: 'function', function: { name: 'find', arguments: 'TEXT' } }
const SCHEMA = { type: 'object', properties: { id: { type: 'integer', maximum: 'MOST' } } }

/** A conversation with a call in each of the formats. */
const REQUESTS = {
  '/v1/messages': {
    max_tokens: 100,
    tools: [{ name: 'find', input_schema: SCHEMA }],
    messages: [
      USER,
      {
        role: 'assistant',
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'find', input: 'OBJECT' }],
      },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'ok' }] },
    ],
  },
  '/v1/chat/completions': {
    tools: [{ type: 'function', function: { name: 'find', parameters: SCHEMA } }],
    messages: [
      USER,
      { role: 'assistant', content: null, tool_calls: [{ id: 'call_1', ...FUNCTION }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'ok' },
    ],
  },
  '/v1/responses': {
    tools: [{ type: 'function', name: 'find', parameters: SCHEMA }],
    input: [
      USER,
      { type: 'function_call', call_id: 'call_1', name: 'find', arguments: 'TEXT' },
      { type: 'function_call_output', call_id: 'call_1', output: 'ok' },
    ],
  },
  '/api/chat': {
    tools: [{ type: 'function', function: { name: 'find', parameters: SCHEMA } }],
    messages: [
      USER,
      { role: 'assistant', content: '', tool_calls: [{ function: CALLED }] },
      { role: 'tool', tool_name: 'find', content: 'ok' },
    ],
  },
} as const
const PATHS = Object.keys(REQUESTS) as (keyof typeof REQUESTS)[]

const MODELS = { claude: 'claude-haiku-5-5', ollama: 'llama3.2', openai: 'gpt-6-sol' } as const
type Upstream = keyof typeof MODELS
const UPSTREAMS = Object.keys(MODELS) as Upstream[]

const claudeStart = { ...MESSAGE_START }
const ollamaReply = (message: object, done: boolean) => ({
  model: 'llama3.2',
  created_at: '2026-11-22T12:00:00Z',
  message: { role: 'assistant', content: '', ...message },
  done,
  ...(done ? { done_reason: 'stop' } : {}),
})
const chatChunk = (delta: object, finish: string | null) =>
  `data: ${filled({ id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-6-sol', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`

/** What each provider answers: a call, whole and as a stream. */
const ANSWERS = {
  claude: either(
    json(
      200,
      filled({
        ...MESSAGE_START.message,
        content: [{ type: 'tool_use', id: 'toolu_1', name: 'find', input: 'OBJECT' }],
        stop_reason: 'tool_use',
      }),
    ),
    stream(
      events(
        claudeStart,
        {
          type: 'content_block_start',
          index: 0,
          content_block: { type: 'tool_use', id: 'toolu_1', name: 'find', input: {} },
        },
        {
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'input_json_delta', partial_json: ARGUMENTS },
        },
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 5 } },
        { type: 'message_stop' },
      ),
    ),
  ),
  ollama: ollamaServer(
    either(
      json(200, filled(ollamaReply({ tool_calls: [{ function: CALLED }] }, true))),
      (response) => {
        response.writeHead(200, { 'content-type': 'application/x-ndjson' })
        response.write(`${filled(ollamaReply({ tool_calls: [{ function: CALLED }] }, false))}\n`)
        response.end(`${filled(ollamaReply({}, true))}\n`)
      },
    ),
  ),
  openai: either(
    json(
      200,
      filled({
        ...chatCompletion(''),
        choices: [
          {
            index: 0,
            message: { role: 'assistant', tool_calls: [{ id: 'call_1', ...FUNCTION }] },
            finish_reason: 'tool_calls',
          },
        ],
      }),
    ),
    stream([
      chatChunk({ tool_calls: [{ index: 0, id: 'call_1', ...FUNCTION }] }, null),
      chatChunk({}, 'tool_calls'),
      'data: [DONE]\n\n',
    ]),
  ),
} as const

const WAYS = PATHS.flatMap((path) => UPSTREAMS.map((upstream) => ({ path, upstream })))

async function send(path: string, body: string): Promise<string> {
  const reply = await fetch(`${gateway.base('budget')}${path}`, { method: 'POST', body })
  const text = await reply.text()
  expect([reply.status, text]).toEqual([200, text])
  return text
}

/** The digits as they stand in an object, or in a text that holds one. */
const DIGITS = new RegExp(`\\\\?"id\\\\?": ?${ID},\\\\?"low\\\\?":\\[${LOW}\\]`)

test.each(WAYS)('whole numbers in calls of $path reach $upstream', async ({ path, upstream }) => {
  gateway = await testGateway(ANSWERS)
  const asked = { ...REQUESTS[path], model: MODELS[upstream], stream: false }
  const most = '18446744073709551615'
  await send(path, filled(asked).replaceAll('"MOST"', most))
  const got = gateway[upstream].received.at(-1)?.body ?? ''
  expect(got).toMatch(DIGITS)
  expect(got).toContain(`n ${ID}`)
  expect(got).toContain(`"maximum":${most}`)
})

/** Where the two speak the same format, the very bytes are passed on. */
const TRANSLATED = WAYS.filter(
  ({ path, upstream }) => path !== '/v1/responses' || upstream !== 'openai',
)

test.each(TRANSLATED)('whole numbers in an answer of $upstream reach $path', async (way) => {
  gateway = await testGateway(ANSWERS)
  for (const wanted of [false, true]) {
    const fields = way.path === '/v1/messages' ? { max_tokens: 100 } : {}
    const key = way.path === '/v1/responses' ? 'input' : 'messages'
    const asked = { model: MODELS[way.upstream], [key]: [USER], stream: wanted, ...fields }
    const text = await send(way.path, JSON.stringify(asked))
    expect(text).toMatch(DIGITS)
    expect(text).toContain(`n ${ID}`)
  }
})

test('an argument whose text looks like a number of ours stays a text', async () => {
  gateway = await testGateway(ANSWERS)
  const input = { text: `\0${ID}`, more: `"\0${ID}`, id: 'ID' }
  const asked = {
    model: MODELS.ollama,
    ...REQUESTS['/v1/messages'],
    messages: [
      USER,
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'find', input }] },
    ],
  }
  await send('/v1/messages', JSON.stringify(asked).replace('"ID"', ID))
  const got = JSON.parse(gateway.ollama.received.at(-1)?.body ?? '')
  expect(got.messages[1].tool_calls[0].function.arguments).toMatchObject({
    text: input.text,
    more: input.more,
  })
  expect(gateway.ollama.received.at(-1)?.body).toContain(`"id":${ID}`)
})
