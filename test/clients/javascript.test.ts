import { afterEach, describe, expect, test } from 'vitest'
import {
  anthropicError,
  anthropicEvents,
  anthropicStream,
  dead,
  hang,
  json,
  MESSAGE_START,
  stream,
  type FakeUpstream,
  type Script,
} from '../support/fake-upstream.ts'
import { KEYS, testGateway, type GatewayWishes, type TestGateway } from '../support/gateway.ts'
import {
  CALL,
  claudeCalls,
  claudeSays,
  either,
  events,
  ollamaCalls,
  ollamaSays,
  ollamaServer,
  responsesCalls,
} from '../support/providers.ts'
import { CLIENTS, generated, rawAnthropicText, type OfficialClient } from './official.ts'

let gateway: TestGateway

afterEach(async () => {
  const { claude, ollama, openai } = gateway
  const { claude: claudeKey, openai: openaiKey } = KEYS
  const seen = [
    ...foreignKeys(claude, [openaiKey?.value]),
    ...foreignKeys(openai, [claudeKey?.value]),
    ...foreignKeys(ollama, [claudeKey?.value, openaiKey?.value]),
  ]
  await gateway.close()
  if (seen.length > 0) throw new Error(`a server was shown what is another’s: ${seen.join(', ')}`)
})

/** A token of the gateway is nobody's but its own. */
function foreignKeys(
  { received }: FakeUpstream,
  values: readonly (string | undefined)[],
): string[] {
  const text = JSON.stringify(received.map(({ headers, path }) => [headers, path]))
  return [...values, 'llmsel-s-', 'llmsel-p-'].filter(
    (value): value is string => value !== undefined && text.includes(value),
  )
}

async function started(wishes: GatewayWishes): Promise<string> {
  gateway = await testGateway({ ollama: ollamaSays('from ollama'), ...wishes })
  return gateway.base('budget')
}

/** How many requests for an answer each got. */
function asked(): { claude: number; ollama: number; openai: number } {
  const { claude, ollama, openai } = gateway
  const chats = ollama.received.filter(({ path }) => path === '/api/chat')
  return { claude: claude.received.length, ollama: chats.length, openai: openai.received.length }
}

const overloaded = json(529, anthropicError('overloaded_error', 'Overloaded'))
const limited = json(429, anthropicError('rate_limit_error', 'slow down'), { 'retry-after': '20' })
const begun = anthropicStream('Hello', 'there').slice(0, 3)
const errorEvent = anthropicEvents({
  type: 'error',
  error: { type: 'overloaded_error', message: 'Overloaded' },
} as never)

/** The first part of a body that was to be longer. */
const truncated: Script = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '9999' })
  response.write('{"id":"msg_1","type":"message",')
  setTimeout(() => response.destroy(), 20)
}

/** One that says something before it has said what it says. */
const hugeReply: Script = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const piece = ' '.repeat(1 << 20)
  for (let mebibytes = 0; mebibytes < 66; mebibytes++) response.write(piece)
  response.end('{}')
}

/** Name, what Claude’s server does, and how often it is asked. */
const FAILURES: readonly [string, Script, number][] = [
  ['429', limited, 1],
  ['529', overloaded, 1],
  ['500 with HTML', json(500, '<html>oops</html>', { 'content-type': 'text/html' }), 1],
  ['a socket that is closed without a word', dead, 2],
  [
    'a redirect',
    (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    1,
  ],
  ['garbage', json(200, '<html>no</html>'), 1],
  ['silence', hang, 1],
  ['an answer that stops in the middle', either(truncated, stream(begun.slice(0, 1))), 1],
  [
    'a socket that breaks before content',
    either(truncated, stream(anthropicEvents(MESSAGE_START), 'destroy')),
    1,
  ],
  [
    'an error event before content',
    either(overloaded, stream([...anthropicEvents(MESSAGE_START), ...errorEvent])),
    1,
  ],
  ['an answer without end', hugeReply, 1],
]

const QUICK = { failover: { silenceMs: 1000, wholeMs: 1000 } }

describe.each(Object.entries(CLIENTS))('%s', (_, client: OfficialClient) => {
  const ways = [
    ['whole', client.whole],
    ['streamed', client.streamed],
  ] as const

  test.each(ways)('gets a %s answer from Claude, and its tool call', async (_way, ask) => {
    const base = await started({ claude: claudeCalls })
    expect(await ask(base)).toEqual({ text: 'One moment.', calls: [CALL] })
    expect(asked()).toEqual({ claude: 1, ollama: 0, openai: 0 })
    const [seen] = gateway.claude.received
    expect(seen?.headers['x-api-key']).toBe(KEYS.claude?.value)
    expect(JSON.parse(seen?.body ?? '')).toMatchObject({
      model: 'claude-haiku-5-5',
      tools: [{ name: 'weather', input_schema: { required: ['city'] } }],
    })
  })

  test.each(ways)('gets a %s tool call from Ollama after a rate limit', async (_way, ask) => {
    const base = await started({ claude: limited, ollama: ollamaCalls })
    expect(await ask(base)).toEqual({ text: 'One moment.', calls: [CALL] })
    expect(asked()).toEqual({ claude: 1, ollama: 1, openai: 0 })
  })

  test.each(ways)(
    'gets a %s tool call from an OpenAI model after two limits',
    async (_way, ask) => {
      const base = await started({
        claude: limited,
        ollama: ollamaServer(limited),
        openai: responsesCalls,
      })
      expect(await ask(base)).toEqual({ text: 'One moment.', calls: [CALL] })
      expect(gateway.openai.received.map(({ path }) => path)).toEqual(['/v1/responses'])
    },
  )

  describe.each(FAILURES)('after %s', (_failure, script, times) => {
    test.each(ways)('gets a %s answer of the next hop, clean', async (_way, ask) => {
      const base = await started({ claude: script, ...(script === hang ? QUICK : {}) })
      expect(await ask(base)).toEqual({ text: 'from ollama', calls: [] })
      expect(asked()).toEqual({ claude: times, ollama: 1, openai: 0 })
    })
  })

  test('a slow first token is waited for', async () => {
    const slow: Script = (response, request) =>
      setTimeout(() => void claudeSays('at last')(response, request), 600)
    const timing = { headMs: 100, pingMs: 100 }
    const base = await started({ claude: slow, timing })
    expect(await client.streamed(base)).toEqual({ text: 'at last', calls: [] })
    expect(asked()).toEqual({ claude: 1, ollama: 0, openai: 0 })
  })

  test.each<[string, Script, RegExp]>([
    ['an end without a stop', stream(begun), /broke off/],
    ['a broken socket', stream(begun, 'destroy'), /connection failed/],
    ['an error event', stream([...begun, ...errorEvent]), /Overloaded/],
    ['silence', stream(begun, 'hang'), /nothing came for 1 s/],
  ])(
    'after content %s is an error for it, and nobody is asked again',
    async (_end, script, why) => {
      const base = await started({ claude: script, ...QUICK })
      const texts: string[] = []
      const failed = client.streamed(base, { onText: (text) => texts.push(text) })
      await expect(failed).rejects.toThrow(why)
      expect(texts.join('')).toBe('Hello')
      expect(asked()).toEqual({ claude: 1, ollama: 0, openai: 0 })
    },
  )

  test.each(ways)('when all fail a %s request ends at once', async (_way, ask) => {
    const base = await started({
      claude: limited,
      ollama: ollamaServer(json(500, { error: 'no memory' })),
      openai: json(503, { error: { message: 'down', type: 'server_error', code: null } }),
    })
    await expect(ask(base)).rejects.toThrow(/slow down/)
    expect(asked()).toEqual({ claude: 1, ollama: 1, openai: 1 })
  })

  test('a prompt of 20 MB arrives whole', async () => {
    const base = await started({ claude: claudeSays('long') })
    const prompt = 'wörd '.repeat(3_500_000)
    expect(await client.whole(base, { prompt })).toEqual({ text: 'long', calls: [] })
    expect(gateway.claude.received[0]?.body).toContain(prompt)
  })
})

test('a long answer comes through in one piece', async () => {
  const text = 'Ünïcödé '.repeat(100_000)
  const base = await started({ claude: claudeSays(text) })
  for (const client of Object.values(CLIENTS)) {
    expect((await client.streamed(base)).text).toBe(text)
    expect((await client.whole(base)).text).toBe(text)
  }
})

test('content of its own that Claude streams is kept from no client of its format', async () => {
  const thinking = events(
    MESSAGE_START,
    { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
    { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'Hm.' } },
    {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'signature_delta', signature: 'c2ln' },
    },
    { type: 'content_block_stop', index: 0 },
  )
  const rest = anthropicStream('Well.')
    .slice(1)
    .map((text) => text.replace('"index":0', '"index":1'))
  const base = await started({ claude: stream([...thinking, ...rest]) })
  for (const client of Object.values(CLIENTS)) {
    expect(await client.streamed(base)).toEqual({ text: 'Well.', calls: [] })
  }
})

test.each<[string, Script]>([
  ['closed in the middle', stream(begun)],
  ['broken', stream(begun, 'destroy')],
])('a stream that is %s is an error to who reads its raw events, too', async (_, script) => {
  const base = await started({ claude: script })
  await expect(rawAnthropicText(base)).rejects.toThrow(/broke off|connection failed/)
  expect(asked()).toEqual({ claude: 1, ollama: 0, openai: 0 })
})

test('Ollama’s client generates with Claude, and with Ollama after a rate limit', async () => {
  const answer = { model: 'llama3.2', created_at: '2026-11-22T12:00:00Z', response: 'from ollama' }
  const line = `${JSON.stringify({ ...answer, done: true, done_reason: 'stop' })}\n`
  const ndjson = { 'content-type': 'application/x-ndjson' }
  const base = await started({
    claude: claudeSays('from claude'),
    ollama: either(json(200, line), json(200, line, ndjson)),
  })
  expect(await generated(base)).toBe('from claude')
  gateway.claude.answer(limited)
  expect(await generated(base)).toBe('from ollama')
  expect(gateway.claude.received).toHaveLength(3)
  expect(gateway.ollama.received.map(({ path }) => path)).toEqual([
    '/api/generate',
    '/api/generate',
  ])
})
