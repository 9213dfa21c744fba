import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
import { afterEach, expect, test } from 'vitest'
import { parseLimits } from '../../src/domain/ledger/limits.ts'
import { openUpstreams, type Upstreams } from '../../src/gateway/upstream.ts'
import { json, type FakeUpstream } from '../support/fake-upstream.ts'
import { KEYS, testGateway, type GatewayWishes, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway | null = null
afterEach(async () => {
  await gateway?.close()
  gateway = null
})

async function open(wishes: GatewayWishes = {}): Promise<TestGateway> {
  const found = json(200, { id: 'x', data: [] })
  gateway = await testGateway({ claude: found, openai: found, ollama: found, ...wishes })
  return gateway
}

function keysAt({ received }: FakeUpstream): string[] {
  return received.map(({ headers }) =>
    String(headers['x-api-key'] ?? headers.authorization ?? '').replace('Bearer ', ''),
  )
}

const CLAUDE_KEY = 'sk-ant-of-the-client'
const OPENAI_KEY = 'sk-openai-of-the-client'

test.each([
  ['none is kept', {}, CLAUDE_KEY, OPENAI_KEY],
  ['both are kept', KEYS, 'sk-ant-of-the-gateway', 'sk-openai-of-the-gateway'],
])(
  'where %s, models and files are those of the provider whose client asks',
  async (_, keys, ofClaude, ofOpenai) => {
    const at = await open({ keys })
    const claude = new Anthropic({ baseURL: at.base('budget'), apiKey: CLAUDE_KEY })
    const openai = new OpenAI({ baseURL: `${at.base('budget')}/v1`, apiKey: OPENAI_KEY })
    await claude.models.retrieve('claude-haiku-5-5')
    await claude.beta.files.list()
    await openai.models.retrieve('gpt-6-sol')
    await openai.files.list()
    expect(keysAt(at.claude)).toEqual([ofClaude, ofClaude])
    expect(keysAt(at.openai)).toEqual([ofOpenai, ofOpenai])
    const models = [at.claude, at.openai].map(({ received: [first] }) => first?.path)
    expect(models).toEqual(['/v1/models/claude-haiku-5-5', '/v1/models/gpt-6-sol'])
  },
)

test.each([
  ['/api/tags', `Bearer ${OPENAI_KEY}`, 200],
  ['/api/oauth/usage', 'Bearer sk-ant-oat01-of-the-client', 200],
  ['/v1/embeddings', `Bearer ${CLAUDE_KEY}`, 503],
  ['/v1/messages/batches', `Bearer ${OPENAI_KEY}`, 503],
])(
  'a client’s key is not sent with %s to another provider',
  async (path, authorization, status) => {
    const at = await open({ keys: {} })
    const reply = await fetch(at.base('budget') + path, { headers: { authorization } })
    expect(reply.status).toBe(status)
    expect([at.claude, at.openai, at.ollama].flatMap(keysAt).join('')).toBe('')
  },
)

test('nothing on a path of the gateway itself goes on to a provider', async () => {
  const at = await open()
  const base = at.base('budget')
  const asked = async (method: string, path: string) =>
    (await fetch(base + path, { method })).status
  expect(await asked('HEAD', '/healthz')).toBe(200)
  expect(await asked('HEAD', '/metrics')).toBe(200)
  expect(await asked('POST', '/healthz')).toBe(404)
  expect(await asked('GET', '/api/llm/limit')).toBe(404)
  expect(await asked('POST', '/api/llm/costs')).toBe(404)
  expect(await asked('DELETE', '/api/llm/circuits')).toBe(404)
  expect([at.claude, at.openai, at.ollama].flatMap(({ received }) => received)).toEqual([])
})

test.each([
  ['POST', '/v1/messages/batches', 429],
  ['POST', '/v1/messages//batches/', 429],
  ['POST', '/v1/embeddings', 429],
  ['GET', '/v1/messages/batches', 200],
  ['POST', '/v1/files', 200],
  ['POST', '/v1/messages/batches/msgbatch_1/cancel', 200],
  ['POST', '/v1/batches/batch-1/cancel/?x=1', 200],
  ['POST', '/v1/embeddings?/cancel', 429],
  ['POST', '/v1/embeddings;/cancel', 429],
  // Free where OpenAI answers it, and others ask money for it.
  ['POST', '/v1/moderations', 429],
  ['POST', '/api/embed', 200],
])('under a limit, %s %s is %i, since nobody would count what it costs', async (...request) => {
  const [method, path, status] = request
  const at = await open()
  const limits = parseLimits('5/day', 'limit')
  const base = at.session('budget', { keys: {}, baseUrls: {} }, { limits })
  const reply = await fetch(base + path, { method })
  expect(reply.status).toBe(status)
  expect((await fetch(at.base('budget') + path, { method })).status).toBe(200)
  if (status === 200) return
  expect(reply.headers.get('x-should-retry')).toBe('false')
  expect(await reply.json()).toMatchObject({
    error: { message: expect.stringContaining('the limit of $5/day on session test') },
  })
})

/** What is meant for OpenAI's own server comes to one on loopback. */
function inOpenaisPlace(url: () => string): Upstreams {
  const real = openUpstreams({}, () => {})
  return {
    ...real,
    call: ({ origin, ...request }, handlers) => {
      expect(origin).toBe('https://api.openai.com')
      return real.call({ ...request, origin: url() }, handlers)
    },
  }
}

test('under a limit, moderations pass to OpenAI itself, which asks no money for them', async () => {
  const at = await open({ upstreams: inOpenaisPlace(() => at.openai.url) })
  const limits = parseLimits('5/day', 'limit')
  const own = { keys: {}, baseUrls: { openai: 'https://api.openai.com' } }
  const asked = async (path: string) =>
    (await fetch(at.session('budget', own, { limits }) + path, { method: 'POST' })).status
  expect(await asked('/v1/moderations')).toBe(200)
  expect(await asked('/v1/moderations/x')).toBe(429)
  expect(await asked('/v1/embeddings')).toBe(429)
  expect(at.openai.received.map(({ path }) => path)).toEqual(['/v1/moderations'])
})

test('what a Claude subscription has paid passes under a limit', async () => {
  const at = await open({ keys: {} })
  const limits = parseLimits('5/day', 'limit')
  const base = at.session('budget', { keys: {}, baseUrls: {} }, { limits })
  const headers = { authorization: 'Bearer sk-ant-oat01-of-a-subscription' }
  const reply = await fetch(`${base}/v1/messages/batches`, { method: 'POST', headers })
  expect(reply.status).toBe(200)
})
