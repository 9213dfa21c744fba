import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { ASK, ask, ollama, ollamaReply } from '../support/ask.ts'
import {
  anthropicEvents,
  anthropicStream,
  hang,
  MESSAGE_START,
  ollamaStream,
  stream,
  type Script,
} from '../support/fake-upstream.ts'
import { testGateway, type GatewayWishes, type TestGateway } from '../support/gateway.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
afterEach(async () => await gateway.close())

function chats({ ollama: upstream }: TestGateway): number {
  return upstream.received.filter(({ path }) => path === '/api/chat').length
}

async function started(wishes: GatewayWishes): Promise<string> {
  gateway = await testGateway(wishes)
  return gateway.base('budget')
}

async function streamed(base: string): Promise<string> {
  const reply = await ask(base, { ...ASK, stream: true })
  expect(reply.status).toBe(200)
  return await reply.text()
}

test('a stream comes through byte for byte', async () => {
  const texts = anthropicStream('Hel', 'lo')
  const base = await started({ claude: stream(texts) })
  expect(await streamed(base)).toBe(texts.join(''))
})

test.each<[string, Script]>([
  [
    'an error event before content',
    stream(
      anthropicEvents(MESSAGE_START, {
        type: 'error',
        error: { type: 'overloaded_error', message: 'Overloaded' },
      } as never),
    ),
  ],
  ['an end before content', stream(anthropicEvents(MESSAGE_START))],
  ['a broken connection before content', stream(anthropicEvents(MESSAGE_START), 'destroy')],
  ['an empty stream', stream([])],
])('%s is never seen: the next hop’s answer is one clean stream', async (_, script) => {
  const base = await started({ claude: script, ollama: ollama(ollamaStream('from ', 'ollama')) })
  const text = await streamed(base)
  expect(text).not.toContain('Overloaded')
  expect(text.match(/event: message_start/g)).toHaveLength(1)
  expect(text.match(/event: message_stop/g)).toHaveLength(1)
  expect(text).toContain('"from "')
})

test.each<[string, string[], 'end' | 'destroy']>([
  ['an end', anthropicStream('Hello').slice(0, 3), 'end'],
  ['a broken connection', anthropicStream('Hello').slice(0, 3), 'destroy'],
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
  ],
])('after content %s is one error, and nobody else is asked', async (_, texts, ending) => {
  const base = await started({
    claude: stream(texts, ending),
    ollama: ollama(ollamaStream('no')),
  })
  const text = await streamed(base)
  expect(text).toContain('Hello')
  expect(text.match(/event: error/g)).toHaveLength(1)
  expect(text).not.toContain('end_turn')
  expect(text).not.toContain('message_stop')
  expect(chats(gateway)).toBe(0)
})

test.each(['destroy', 'hang'] as const)(
  'a stream that has said it all is whole, however its connection ends: %s',
  async (ending) => {
    const texts = anthropicStream('Hello')
    const failover = { silenceMs: 600 }
    const base = await started({ claude: stream(texts, ending), failover })
    expect(await streamed(base)).toBe(texts.join(''))
    await until(() => gateway.active() === 0)
    expect(gateway.log.at(-1)).toContain('claude/claude-haiku-5-5 answered')
    await gateway.claude.received[0]?.aborted
  },
)

/** Whatever the request asks for. */
const gzipped: Script = (response) => {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' })
  response.end(gzipSync(anthropicStream('Hello').join('')))
}

test('a stream that was compressed unasked comes whole through the only hop', async () => {
  await started({ claude: gzipped })
  const reply = await ask(gateway.base('premium'), { ...ASK, stream: true })
  expect(await reply.text()).toBe(anthropicStream('Hello').join(''))
  expect(gateway.log.at(-1)).toContain('claude/claude-haiku-5-5 answered')
})

test('in a chain a stream that was compressed unasked is no answer', async () => {
  const base = await started({ claude: gzipped, ollama: ollama(ollamaStream('from ollama')) })
  expect(await streamed(base)).toContain('"from ollama"')
})

test('a silent upstream is left, and a waiting stream is kept alive meanwhile', async () => {
  const base = await started({
    claude: hang,
    ollama: ollama(ollamaStream('late')),
    failover: { silenceMs: 900 },
    timing: { headMs: 50, pingMs: 50 },
  })
  const text = await streamed(base)
  expect(text.match(/event: ping/g)?.length).toBeGreaterThan(1)
  expect(text).toContain('late')
  expect(text.indexOf('event: ping')).toBeLessThan(text.indexOf('message_start'))
})

test('a client that goes away ends the upstream’s request at once', async () => {
  const base = await started({ claude: hang, ollama: ollama(ollamaReply) })
  const control = new AbortController()
  const reply = fetch(`${base}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify(ASK),
    signal: control.signal,
  }).catch(() => 'gone')
  await expect.poll(() => gateway.claude.received.length).toBe(1)
  control.abort()
  expect(await reply).toBe('gone')
  await gateway.claude.received[0]?.aborted
  expect(chats(gateway)).toBe(0)
})

test('an OpenAI stream without its terminator is whole for a client of another format', async () => {
  const chunk = (choice: object) =>
    `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'gpt-6-sol', choices: [{ index: 0, finish_reason: null, ...choice }] })}\n\n`
  const base = await started({
    claude: (response) => response.destroy(),
    ollama: (response) => response.destroy(),
    openai: stream([
      chunk({ delta: { role: 'assistant', content: 'hi' } }),
      chunk({ delta: {}, finish_reason: 'stop' }),
    ]),
  })
  const text = await streamed(base)
  expect(text).toContain('"hi"')
  expect(text.match(/event: message_stop/g)).toHaveLength(1)
})
