import { inspect } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  UnifiedLLMClient,
  UnifiedLLMError,
  type ChatEvent,
  type UnifiedLLMClientOptions,
} from '../../src/index.ts'
import {
  anthropicError,
  anthropicEvents,
  anthropicMessage,
  anthropicStream,
  chatCompletion,
  dead,
  fakeUpstream,
  hang,
  json,
  MESSAGE_START,
  stream,
  unread,
  type FakeUpstream,
  type Script,
} from '../support/fake-upstream.ts'
import { testGateway } from '../support/gateway.ts'
import {
  CALL,
  claudeCalls,
  claudeSays,
  either,
  ollamaCalls,
  ollamaSays,
  ollamaServer,
  responsesCalls,
} from '../support/providers.ts'

const KEY = 'sk-ant-secret'

let claude: FakeUpstream
let ollama: FakeUpstream
let openai: FakeUpstream

beforeEach(async () => {
  claude = await fakeUpstream(claudeSays('from claude'))
  ollama = await fakeUpstream(ollamaSays('from ollama'))
  openai = await fakeUpstream(json(200, chatCompletion('from openai')))
})

afterEach(async () => {
  await Promise.all([claude.close(), ollama.close(), openai.close()])
})

function variables(more: Record<string, string> = {}): Record<string, string> {
  return {
    CLAUDE_MODEL: 'claude-haiku-5-5',
    LLM_DEFAULT_PROVIDER: 'claude',
    LLM_FAILOVER_ENABLED: 'true',
    ANTHROPIC_BASE_URL: claude.url,
    ANTHROPIC_API_KEY: KEY,
    OPENAI_BASE_URL: `${openai.url}/v1`,
    OPENAI_API_KEY: 'sk-openai-secret',
    OLLAMA_HOST: ollama.url.replace('http://127.0.0.1', '0.0.0.0'),
    ...more,
  }
}

function client(
  more: Record<string, string> = {},
  options: UnifiedLLMClientOptions = {},
): UnifiedLLMClient {
  return new UnifiedLLMClient({ env: variables(more), ...options })
}

/** How many requests for an answer each got. */
function asked(): { claude: number; ollama: number; openai: number } {
  const chats = ollama.received.filter(({ path }) => path === '/api/chat')
  return { claude: claude.received.length, ollama: chats.length, openai: openai.received.length }
}

async function events(answer: AsyncIterable<ChatEvent>, into: ChatEvent[] = []) {
  for await (const event of answer) into.push(event)
  return into
}

async function failureOf(answer: Promise<unknown>): Promise<UnifiedLLMError> {
  const error: unknown = await answer.catch((thrown: unknown) => thrown)
  if (error instanceof UnifiedLLMError) return error
  throw new Error(`no UnifiedLLMError: ${String(error)}`)
}

test('the first provider answers, shown its own key alone', async () => {
  const reply = await client().chat('hello')
  expect(reply).toEqual({
    text: 'from claude',
    toolCalls: [],
    finish: 'end',
    provider: 'claude',
    model: 'claude-haiku-5-5',
    usage: expect.objectContaining({ input: 25, output: 15 }),
    attempts: [
      { provider: 'claude', model: 'claude-haiku-5-5', outcome: 'answered', reason: 'answered' },
    ],
  })
  expect(asked()).toEqual({ claude: 1, ollama: 0, openai: 0 })
  expect(claude.received[0]?.headers).toMatchObject({
    'x-api-key': KEY,
    'anthropic-version': '2023-06-01',
  })
})

test.each<[string, Script, number]>([
  ['429', json(429, anthropicError('rate_limit_error', 'slow down'), { 'retry-after': '9' }), 1],
  ['529', json(529, anthropicError('overloaded_error', 'Overloaded')), 1],
  ['a dead socket', dead, 2],
  [
    'a redirect',
    (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    1,
  ],
  ['garbage', json(200, '<html>'), 1],
  ['a refused key', json(401, anthropicError('authentication_error', 'no')), 1],
  ['silence', hang, 1],
  ['an answer cut short', either(stream([]), stream(anthropicEvents(MESSAGE_START))), 1],
])('after %s the next one answers, whole and streamed', async (_, script, times) => {
  claude.answer(script)
  const timing = script === hang ? { silenceMs: 600, wholeMs: 600, loadingMs: 20_000 } : {}
  const reply = await client({}, { timing }).chat('hello')
  expect(reply).toMatchObject({ text: 'from ollama', provider: 'ollama', model: 'llama3.2' })
  expect(asked()).toEqual({ claude: times, ollama: 1, openai: 0 })
  const streamed = await events(client({}, { timing }).stream('hello'))
  expect(streamed.map(({ type }) => type)).toEqual(['text', 'end'])
  expect(streamed).toMatchObject([{ text: 'from ollama' }, { reply: { provider: 'ollama' } }])
  for (const { headers } of ollama.received) {
    expect(JSON.stringify(headers)).not.toMatch(/sk-/)
  }
})

test('what came while the program was kept from running was no silence', async () => {
  claude.answer(unread(json(200, anthropicMessage('it was there')), 1500))
  const timing = { silenceMs: 500, wholeMs: 500, loadingMs: 20_000 }
  expect((await client({}, { timing }).chat('hello')).text).toBe('it was there')
})

test('an OpenAI model is asked where it thinks beside its tools', async () => {
  openai.answer(responsesCalls)
  const tools = [{ name: CALL.name, parameters: { type: 'object' } }]
  const ask = client({ LLM_DEFAULT_PROVIDER: 'openai' })
  const reply = await ask.chat({ messages: [{ role: 'user', content: 'hi' }], tools })
  expect(reply).toMatchObject({ text: 'One moment.', provider: 'openai' })
  expect(reply.toolCalls).toMatchObject([{ name: CALL.name }])
  expect(openai.received[0]?.path).toBe('/v1/responses')
})

test('who was rate-limited is not asked again until it said', async () => {
  claude.answer(json(429, anthropicError('rate_limit_error', 'slow'), { 'retry-after': '60' }))
  const unified = client()
  await unified.chat('one')
  await unified.chat('two')
  expect(asked()).toEqual({ claude: 1, ollama: 2, openai: 0 })
})

test('without failover nobody else is asked, and the words are the provider’s own', async () => {
  claude.answer(
    json(429, anthropicError('rate_limit_error', `slow down, ${KEY}`), { 'retry-after': '9' }),
  )
  const error = await failureOf(client({ LLM_FAILOVER_ENABLED: 'false' }).chat('hello'))
  expect(error).toMatchObject({
    name: 'UnifiedLLMError',
    code: 'rate-limited',
    message: 'slow down, … (claude/claude-haiku-5-5: rate limit)',
    provider: 'claude',
    model: 'claude-haiku-5-5',
    status: 429,
    retryAfterMs: 9000,
  })
  expect(asked()).toEqual({ claude: 1, ollama: 0, openai: 0 })
})

test('when all fail the error is the first one’s, with everybody who was asked', async () => {
  claude.answer(json(529, anthropicError('overloaded_error', 'Overloaded')))
  ollama.answer(ollamaServer(json(404, { error: 'model "llama3.2" not found' })))
  openai.answer(json(503, { error: { message: 'down', type: 'server_error', code: null } }))
  const error = await failureOf(client().chat('hello'))
  expect(error).toMatchObject({ code: 'overloaded', status: 529 })
  expect(error.attempts.map(({ provider, outcome }) => `${provider} ${outcome}`)).toEqual([
    'claude overloaded',
    'ollama model-missing',
    'openai overloaded',
  ])
})

test('a request at fault goes nowhere else', async () => {
  claude.answer(json(400, anthropicError('invalid_request_error', 'messages: too odd')))
  expect(await failureOf(client().chat('hello'))).toMatchObject({ code: 'request-fault' })
  expect(asked()).toEqual({ claude: 1, ollama: 0, openai: 0 })
  expect(await failureOf(client().chat({ messages: [] }))).toMatchObject({ code: 'invalid-input' })
})

test('without any key it says what each one lacks', async () => {
  const env = { LLM_FAILOVER_ENABLED: 'false' }
  const error = await failureOf(new UnifiedLLMClient({ env }).chat('hello'))
  expect(error).toMatchObject({ code: 'not-ready', provider: null, status: null, attempts: [] })
  expect(error.message).toContain('export ANTHROPIC_API_KEY')
})

test('a tool call comes whole, and goes back with its result', async () => {
  const tools = [{ name: 'weather', parameters: { type: 'object' } }] as const
  for (const [script, to] of [
    [claudeCalls, claude],
    [ollamaCalls, ollama],
  ] as const) {
    to.answer(script)
    const unified = client({ LLM_DEFAULT_PROVIDER: to === claude ? 'claude' : 'ollama' })
    const user = { role: 'user', content: 'Weather?' } as const
    const reply = await unified.chat({ messages: [user], tools })
    const [call] = reply.toolCalls
    expect(call).toMatchObject({ name: CALL.name, json: JSON.stringify(CALL.arguments) })
    const [, begun, end] = await events(unified.stream({ messages: [user], tools }))
    expect(begun).toMatchObject({ type: 'tool-call', name: CALL.name })
    expect(end).toMatchObject({ reply: { toolCalls: [{ json: JSON.stringify(CALL.arguments) }] } })
    const parts = [{ type: 'text', text: 'rain' }] as const
    const id = call?.id ?? ''
    await unified.chat({
      messages: [
        user,
        { role: 'assistant', content: reply.toolCalls },
        { role: 'user', content: [{ type: 'tool-result', id, parts, isError: false }] },
      ],
      tools,
    })
    expect(to.received.at(-1)?.body).toContain('rain')
  }
})

test.each<[string, string[], 'end' | 'destroy', string]>([
  ['an end', anthropicStream('Hello').slice(0, 3), 'end', 'cut-short'],
  ['a broken socket', anthropicStream('Hello').slice(0, 3), 'destroy', 'cut-short'],
  [
    'an error event',
    [
      ...anthropicStream('Hello').slice(0, 3),
      ...anthropicEvents({
        type: 'error',
        error: { type: 'overloaded_error', message: 'Overloaded' },
      } as never),
    ],
    'end',
    'overloaded',
  ],
])('after content %s is an error, and nothing is spliced', async (_, texts, ending, code) => {
  claude.answer(stream(texts, ending))
  const seen: ChatEvent[] = []
  const error = await failureOf(events(client().stream('hello'), seen))
  expect(error.code).toBe(code)
  expect(seen).toEqual([{ type: 'text', text: 'Hello' }])
  expect(asked()).toEqual({ claude: 1, ollama: 0, openai: 0 })
})

test('a signal ends the request at once, with its reason, and no circuit learns of it', async () => {
  claude.answer(hang)
  const unified = client()
  for (let times = 0; times < 6; times++) {
    const control = new AbortController()
    const reply = unified.chat('hello', { signal: control.signal })
    await expect.poll(() => claude.received.length).toBe(times + 1)
    control.abort(new Error('enough'))
    await expect(reply).rejects.toThrow('enough')
    await claude.received[times]?.aborted
  }
  expect(asked()).toEqual({ claude: 6, ollama: 0, openai: 0 })
})

test('who stops listening ends the request', async () => {
  claude.answer(stream(anthropicStream('Hello', 'there').slice(0, 3), 'hang'))
  for await (const event of client().stream('hello')) {
    expect(event).toEqual({ type: 'text', text: 'Hello' })
    break
  }
  await claude.received[0]?.aborted
})

test('printing a client shows no key', () => {
  expect(inspect(client(), { depth: 9, showHidden: true })).not.toContain('secret')
})

test('where its base URL is a gateway it makes one hop, and learns who answered', async () => {
  const gateway = await testGateway({
    claude: json(429, anthropicError('rate_limit_error', 'slow down')),
    ollama: ollamaSays('from behind'),
  })
  try {
    for (const [provider, env] of [
      ['claude', { LLMSEL_GATEWAY_URL: gateway.base('budget') }],
      ['claude', { ANTHROPIC_BASE_URL: gateway.base('budget') }],
      ['openai', { OPENAI_BASE_URL: `${gateway.base('budget')}/v1` }],
      ['ollama', { OLLAMA_HOST: gateway.base('budget') }],
    ] as const) {
      const unified = client({ ...env, LLM_DEFAULT_PROVIDER: provider, OPENAI_MODEL: 'haiku' })
      const reply = await unified.chat('hello')
      expect(reply).toMatchObject({ text: 'from behind', provider: 'ollama', model: 'llama3.2' })
      expect(reply.attempts).toHaveLength(1)
      expect(await events(unified.stream('hello'))).toMatchObject([
        { text: 'from behind' },
        { reply: { provider: 'ollama' } },
      ])
    }
    expect(asked()).toEqual({ claude: 0, ollama: 0, openai: 0 })
    gateway.ollama.answer(ollamaServer(json(500, { error: 'no memory' })))
    const error = await failureOf(client({ LLMSEL_GATEWAY_URL: gateway.base('budget') }).chat('x'))
    expect(error.message).not.toContain('llmsel-p-')
    expect(JSON.stringify(error)).not.toContain('llmsel-p-')
  } finally {
    await gateway.close()
  }
})
