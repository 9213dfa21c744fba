import { afterEach, expect, test } from 'vitest'
import {
  anthropicError,
  anthropicMessage,
  chatCompletion,
  dead,
  json,
  type Script,
} from '../support/fake-upstream.ts'
import { ASK, ask, limited, ollama, ollamaReply, overloaded } from '../support/ask.ts'
import { testGateway, type GatewayWishes, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
afterEach(async () => await gateway.close())

const CLAUDE_ONLY = { claude: { header: 'x-api-key', value: 'sk-ant-alone' } } as const

function chats({ ollama: upstream }: TestGateway): number {
  return upstream.received.filter(({ path }) => path === '/api/chat').length
}

async function started(wishes: GatewayWishes): Promise<string> {
  gateway = await testGateway(wishes)
  return gateway.base('budget')
}

test('the first hop answers, and its bytes come through as they were', async () => {
  const text = JSON.stringify(anthropicMessage('hi')).replace('{"id"', '{  "id"')
  const base = await started({ claude: json(200, text, { 'request-id': 'req_9' }) })
  const reply = await ask(base)
  expect(await reply.text()).toBe(text)
  expect(Object.fromEntries(reply.headers)).toMatchObject({
    'request-id': 'req_9',
    'x-llmsel-target': 'claude/claude-haiku-5-5',
    'x-llmsel-attempts': '1',
  })
  const [seen] = gateway.claude.received
  expect(seen?.headers).toMatchObject({
    'x-api-key': 'sk-ant-of-the-gateway',
    'anthropic-version': '2023-06-01',
    'accept-encoding': 'identity',
  })
  expect(seen?.headers.authorization).toBeUndefined()
  expect(JSON.parse(seen?.body ?? '')).toEqual(ASK)
})

test.each<[string, Script]>([
  ['429', limited],
  ['529', overloaded],
  ['500', json(500, 'oops')],
  ['a dead socket', dead],
  ['a redirect', (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end()],
  ['garbage', json(200, '<html>not json</html>')],
  [
    'a spend limit',
    json(400, anthropicError('invalid_request_error', 'Your credit balance is too low')),
  ],
  ['a refused key', json(401, anthropicError('authentication_error', 'invalid x-api-key'))],
  ['a missing model', json(404, anthropicError('not_found_error', 'model: x'))],
])('after %s the next hop answers in the client’s format', async (_, script) => {
  const base = await started({ claude: script, ollama: ollama(ollamaReply) })
  const reply = await ask(base)
  expect(reply.status).toBe(200)
  expect(await reply.json()).toMatchObject({
    type: 'message',
    model: 'llama3.2',
    content: [{ type: 'text', text: 'from ollama' }],
    stop_reason: 'end_turn',
    usage: { input_tokens: 30, output_tokens: 7 },
  })
  expect(reply.headers.get('x-llmsel-target')).toBe('ollama/llama3.2')
  const [asked] = gateway.ollama.received.filter(({ path }) => path === '/api/chat')
  expect(asked?.headers['x-api-key']).toBeUndefined()
  expect(asked?.headers.authorization).toBeUndefined()
})

test('a rate limit opens the circuit, so that the next request does not ask there', async () => {
  const base = await started({ claude: limited, ollama: ollama(ollamaReply) })
  await ask(base)
  await ask(base, { ...ASK, messages: [{ role: 'user', content: 'another' }] })
  expect(gateway.claude.received).toHaveLength(1)
  expect(chats(gateway)).toBe(2)
  gateway.claude.answer(json(200, anthropicMessage('back')))
  gateway.clock.nowMs += 20_000
  const reply = await ask(base, { ...ASK, messages: [{ role: 'user', content: 'a third' }] })
  expect(await reply.json()).toMatchObject({ content: [{ text: 'back' }] })
})

test('a request that cannot be written keeps nobody from the probe', async () => {
  const base = await started({ claude: limited, keys: CLAUDE_ONLY })
  await ask(base)
  gateway.claude.answer(json(200, anthropicMessage('back')))
  gateway.clock.nowMs += 20_000
  const odd = await fetch(`${base}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ model: 'claude-haiku-5-5', messages: [] }),
  })
  expect(odd.status).toBe(400)
  expect(await (await ask(base)).json()).toMatchObject({ content: [{ text: 'back' }] })
})

test('a conversation that left Claude stays away for five minutes', async () => {
  const base = await started({ claude: overloaded, ollama: ollama(ollamaReply) })
  await ask(base)
  gateway.claude.answer(json(200, anthropicMessage('back')))
  expect(await (await ask(base)).json()).toMatchObject({ model: 'llama3.2' })
  const other = await ask(base, { ...ASK, messages: [{ role: 'user', content: 'new' }] })
  expect(await other.json()).toMatchObject({ content: [{ text: 'back' }] })
  gateway.clock.nowMs += 300_000
  expect(await (await ask(base)).json()).toMatchObject({ content: [{ text: 'back' }] })
})

test('what only Ollama understands is answered as ever after a conversation has left Claude', async () => {
  const base = await started({ claude: limited, ollama: ollama(ollamaReply) })
  await ask(base)
  const odd = {
    model: 'haiku',
    messages: [{ role: 'control', content: 'thinking' }],
    stream: false,
  }
  // The second leaves Claude, too, whose circuit is open.
  for (const model of ['llama3.2', 'haiku']) {
    const reply = await fetch(`${base}/api/chat`, {
      method: 'POST',
      body: JSON.stringify({ ...odd, model }),
    })
    expect([reply.status, await reply.json()]).toMatchObject([
      200,
      { message: { content: 'from ollama' }, done: true },
    ])
  }
})

test('a request at fault is told so by the first hop, and goes nowhere else', async () => {
  const body = JSON.stringify(anthropicError('invalid_request_error', 'messages: too odd'))
  const base = await started({ claude: json(400, body), ollama: ollama(ollamaReply) })
  const reply = await ask(base)
  expect(reply.status).toBe(400)
  expect(await reply.text()).toBe(body)
  expect(gateway.ollama.received).toHaveLength(0)
})

test('when all fail the client gets the first one’s own words, and is told not to retry', async () => {
  const base = await started({
    claude: overloaded,
    ollama: ollama(json(404, { error: 'model "llama3.2" not found' })),
    openai: json(400, { error: { message: 'odd', type: 'invalid_request_error', code: null } }),
  })
  const reply = await ask(base)
  expect(reply.status).toBe(529)
  expect(await reply.json()).toEqual(anthropicError('overloaded_error', 'Overloaded'))
  expect(reply.headers.get('x-should-retry')).toBe('false')
  expect(reply.headers.get('retry-after')).toBe('30')
  expect(gateway.openai.received).toHaveLength(1)
})

test('an OpenAI client gets its own format from Claude, and tools come back whole', async () => {
  gateway = await testGateway({
    claude: json(200, {
      ...anthropicMessage(''),
      content: [{ type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Kiel' } }],
      stop_reason: 'tool_use',
    }),
  })
  const reply = await fetch(`${gateway.base('budget')}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'haiku',
      messages: [{ role: 'user', content: 'weather?' }],
      tools: [
        {
          type: 'function',
          function: { name: 'weather', parameters: { type: 'object', properties: {} } },
        },
      ],
    }),
  })
  expect(await reply.json()).toMatchObject({
    object: 'chat.completion',
    choices: [
      {
        finish_reason: 'tool_calls',
        message: {
          tool_calls: [{ function: { name: 'weather', arguments: '{"city":"Kiel"}' } }],
        },
      },
    ],
  })
})

test('premium goes to its one model whatever became of it before, word for word', async () => {
  gateway = await testGateway({ claude: limited })
  const base = gateway.base('premium')
  for (let i = 0; i < 3; i++) {
    const reply = await ask(base, { ...ASK, model: 'claude-sonnet-5-5' })
    expect(reply.status).toBe(429)
    expect(reply.headers.get('retry-after')).toBe('20')
    expect(reply.headers.get('x-should-retry')).toBeNull()
    expect(await reply.json()).toEqual(anthropicError('rate_limit_error', 'slow down'))
  }
  expect(gateway.claude.received).toHaveLength(3)
})

test('free asks its local model alone, whatever model the program names', async () => {
  gateway = await testGateway({ ollama: ollama(ollamaReply) })
  const reply = await ask(gateway.base('free'), { ...ASK, model: 'claude-opus-5-5' })
  expect(await reply.json()).toMatchObject({ model: 'llama3.2' })
  expect(gateway.claude.received).toHaveLength(0)
})

test('with no hop ready the answer is at once what each one needs', async () => {
  gateway = await testGateway({ keys: {} })
  await gateway.ollama.close()
  const reply = await ask(gateway.base('budget'))
  expect(reply.status).toBe(503)
  expect(reply.headers.get('x-should-retry')).toBe('false')
  const { error } = (await reply.json()) as { error: { message: string } }
  expect(error.message).toContain('claude/claude-haiku-5-5: no key; llmsel keys set claude')
  expect(error.message).toContain('ollama serve')
  expect(error.message).toContain('llmsel keys set openai')
})

test('a session’s own key goes before the gateway’s, and the client’s own to its provider only', async () => {
  gateway = await testGateway({
    keys: {},
    claude: json(500, 'no'),
    openai: json(200, chatCompletion('from openai')),
    ollama: dead,
  })
  const own = { keys: { openai: { header: 'authorization', value: 'Bearer own' } }, baseUrls: {} }
  const base = gateway.session('budget', own as never)
  const reply = await ask(base, ASK, { 'x-api-key': 'sk-ant-client' })
  expect(await reply.json()).toMatchObject({ content: [{ text: 'from openai' }] })
  expect(gateway.claude.received[0]?.headers['x-api-key']).toBe('sk-ant-client')
  const [seen] = gateway.openai.received
  expect(seen?.headers.authorization).toBe('Bearer own')
  expect(JSON.stringify(seen)).not.toContain('sk-ant-client')
})

test.each([
  ['sk-ant-of-a-client', { 'x-api-key': 'sk-ant-of-a-client' }],
  ['sk-ant-oat01-login', { authorization: 'Bearer sk-ant-oat01-login' }],
])(
  'Claude’s own key in another format goes to Claude and to nobody else: %s',
  async (key, shown) => {
    gateway = await testGateway({ keys: {}, claude: json(500, 'no'), ollama: dead })
    const reply = await fetch(`${gateway.base('budget')}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify(ASK),
      headers: { authorization: `Bearer ${key}` },
    })
    expect(reply.status).toBe(500)
    expect(gateway.claude.received[0]?.headers).toMatchObject(shown)
    expect(gateway.openai.received).toEqual([])
    expect(JSON.stringify(gateway.ollama.received)).not.toContain(key)
  },
)

test.each<[string, object, RegExp]>([
  ['of other letters than a header may hold', { 日: 1 }, /^%E6%97%A5$/],
  ['with a line end', { 'a\nb': 1 }, /^a%0Ab$/],
  ['of half a character', { '\ud800': 1 }, /^%EF%BF%BD$/],
  [
    'more than a header should hold',
    Object.fromEntries(Array.from({ length: 600 }, (_, at) => [`x_${at}_${'y'.repeat(90)}`, 1])),
    /^x_0_y+, x_1_.{1,1000}\.\.\.$/,
  ],
])('unknown fields leave the answer as it is: %s', async (_, fields, dropped) => {
  await started({ claude: json(200, anthropicMessage('hi')) })
  const reply = await fetch(`${gateway.base('budget')}/v1/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ ...ASK, ...fields }),
  })
  expect(reply.headers.get('content-type')).toBe('application/json')
  expect(await reply.json()).toMatchObject({ choices: [{ message: { content: 'hi' } }] })
  expect(reply.headers.get('x-llmsel-dropped')).toMatch(dropped)
})
