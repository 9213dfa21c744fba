import { request, type IncomingMessage } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import {
  anthropicMessage,
  anthropicStream,
  json,
  stream,
  unread,
  type Script,
} from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'
import { CALL, claudeSays, ollamaSays, ollamaServer } from '../support/providers.ts'

let gateway: TestGateway
afterEach(async () => await gateway.close())

const LAST = `${JSON.stringify({
  message: { role: 'assistant', content: '', tool_calls: [{ function: CALL }] },
  done: true,
  done_reason: 'stop',
})}\n`

const SHORT = { silenceMs: 500, wholeMs: 20_000 }

function after(ms: number, script: Script): Script {
  return (response, request) => setTimeout(() => void script(response, request), ms)
}

async function ask(profile: string, wish: object): Promise<string> {
  const reply = await fetch(`${gateway.base(profile)}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'claude-haiku-5-5',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'hi' }],
      ...wish,
    }),
  })
  return await reply.text()
}

test('an answer in one piece has more time than a stream has between two pieces', async () => {
  const slow = after(1500, claudeSays('slow'))
  gateway = await testGateway({ claude: slow, ollama: ollamaSays('no'), failover: SHORT })
  expect(await ask('budget', {})).toContain('slow')
  expect(await ask('budget', { stream: true })).toContain('"no"')
})

test('the only hop may be silent for as long as its client waits', async () => {
  gateway = await testGateway({
    claude: after(1500, stream(anthropicStream('slow'))),
    failover: { ...SHORT, wholeMs: 100 },
  })
  expect(await ask('premium', { stream: true })).toContain('slow')
  gateway.claude.answer(after(1500, json(200, { content: 'odd' })))
  expect(await ask('premium', {})).toBe('{"content":"odd"}')
})

test('what came while the gateway was kept from running was no silence', async () => {
  gateway = await testGateway({
    claude: unread(json(200, anthropicMessage('it was there')), 3 * SHORT.silenceMs),
    ollama: ollamaSays('no'),
    failover: { ...SHORT, wholeMs: SHORT.silenceMs },
  })
  expect(await ask('budget', {})).toContain('it was there')
})

test('a local model may be silent within its answer, too: it gives out a tool call when it is whole', async () => {
  const limited = json(429, { type: 'error', error: { type: 'rate_limit_error', message: 'x' } })
  const [begin, end] = ['{"message":{"role":"assistant","content":"let me"},"done":false}\n', LAST]
  const slow: Script = (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    response.write(begin)
    setTimeout(() => response.end(end), 1500)
  }
  const failover = { ...SHORT, loadingMs: 20_000 }
  gateway = await testGateway({ claude: limited, ollama: ollamaServer(slow), failover })
  const text = await ask('budget', { stream: true })
  expect(text).toContain('let me')
  expect(text).toContain('tool_use')
  expect(text).toContain('message_stop')
})

test('an answer of a local model in one piece has the time to load on top', async () => {
  const limited = json(429, { type: 'error', error: { type: 'rate_limit_error', message: 'x' } })
  gateway = await testGateway({
    claude: limited,
    ollama: ollamaServer(after(1500, ollamaSays('slow'))),
    failover: { ...SHORT, loadingMs: 1000, wholeMs: 1000 },
  })
  expect(await ask('budget', {})).toContain('slow')
})

test('a conversation that has left Claude comes back when the config says', async () => {
  const limited = json(429, { type: 'error', error: { type: 'rate_limit_error', message: 'x' } })
  gateway = await testGateway({
    claude: limited,
    ollama: ollamaSays('no'),
    failover: { awayMs: 0 },
  })
  expect(await ask('budget', {})).toContain('"no"')
  gateway.clock.nowMs += 30_000
  gateway.claude.answer(claudeSays('back'))
  expect(await ask('budget', {})).toContain('back')
})

/** Far more than the sockets between an upstream and a client hold. */
const MANY = Array.from({ length: 40 }, () => 'x'.repeat(500_000))

test('a client that reads slowly is no silence of its upstream', async () => {
  gateway = await testGateway({
    claude: stream(anthropicStream(...MANY)),
    failover: { ...SHORT, silenceMs: 1500 },
  })
  const reply = await new Promise<IncomingMessage>((resolve) => {
    const url = `${gateway.base('budget')}/v1/messages`
    request(url, { method: 'POST' }, resolve).end(
      JSON.stringify({ model: 'haiku', max_tokens: 9, messages: [], stream: true }),
    )
  })
  await new Promise((resolve) => setTimeout(resolve, 2500))
  let text = ''
  for await (const chunk of reply.setEncoding('utf8')) text += chunk
  expect(text).not.toContain('event: error')
  expect(text).toContain('message_stop')
  expect(gateway.log.at(-1)).toContain('claude/claude-haiku-5-5 answered')
})
