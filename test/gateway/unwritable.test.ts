import { afterEach, expect, test } from 'vitest'
import { ask, ASK, ollama, ollamaReply } from '../support/ask.ts'
import { dead } from '../support/fake-upstream.ts'
import { testGateway, type GatewayWishes, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
afterEach(async () => await gateway.close())

const CLAUDE_ONLY = { claude: { header: 'x-api-key', value: 'sk-ant-alone' } } as const
const TIFF = 'data:image/tiff;base64,SUkqAA=='
const SHOWN = { role: 'user', content: [{ type: 'image_url', image_url: { url: TIFF } }] }
/** In Ollama's format an image's kind is in its bytes, and these are of no kind that Claude reads. */
const SHOWN_LOCALLY = { role: 'user', content: 'hi', images: ['SUkqAA=='] }

async function started(wishes: GatewayWishes = {}): Promise<void> {
  gateway = await testGateway({ ollama: ollama(ollamaReply), ...wishes })
}

interface Told {
  readonly status: number
  readonly retry: string | null
  readonly body: unknown
}

async function post(profile: string, path: string, body: object): Promise<Told> {
  const url = `${gateway.base(profile)}${path}`
  const reply = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  return {
    status: reply.status,
    retry: reply.headers.get('x-should-retry'),
    body: await reply.json(),
  }
}

async function chat(profile: string, message: object, more: object = {}): Promise<Told> {
  return await post(profile, '/v1/chat/completions', {
    model: 'claude-haiku-5-5',
    messages: [message],
    ...more,
  })
}

function nobodyAsked(): boolean {
  const { claude, openai } = gateway
  return [...claude.received, ...openai.received].length === 0
}

test('what the only hop cannot take is the request’s fault, in the client’s own format', async () => {
  await started()
  const words = 'claude-haiku-5-5 reads no image/tiff'
  expect(await chat('premium', SHOWN)).toMatchObject({
    status: 400,
    retry: 'false',
    body: { error: { message: words, type: 'invalid_request_error' } },
  })
  const asked = { model: 'claude-haiku-5-5', messages: [SHOWN_LOCALLY] }
  expect(await post('premium', '/api/chat', asked)).toMatchObject({
    status: 400,
    body: { error: 'claude-haiku-5-5 reads no application/octet-stream' },
  })
  expect(nobodyAsked()).toBe(true)
})

test('a prompt longer than the only hop’s window is told so that clients shorten it', async () => {
  await started()
  const content = 'a word '.repeat(80_000)
  const reply = await ask(gateway.base('free'), { ...ASK, messages: [{ role: 'user', content }] })
  expect(reply.status).toBe(400)
  expect(await reply.json()).toMatchObject({
    type: 'error',
    error: {
      type: 'invalid_request_error',
      message: expect.stringMatching(/^prompt is too long: .*llama3\.2 holds 131072/),
    },
  })
})

const TWO = { profiles: { two: { model: 'haiku', failover: true, chain: ['sonnet'] } } }

test('what no hop can take is told of each', async () => {
  await started({ config: TWO })
  expect(await chat('two', SHOWN)).toMatchObject({
    status: 400,
    retry: 'false',
    body: {
      error: {
        message:
          'llmsel: claude/claude-haiku-5-5: claude-haiku-5-5 reads no image/tiff. ' +
          'claude/claude-sonnet-5-5: claude-sonnet-5-5 reads no image/tiff',
      },
    },
  })
})

test('a hop without a key that might take it is told with what mends it', async () => {
  await started({
    config: { profiles: { two: { model: 'haiku', failover: true, chain: ['gpt'] } } },
    keys: CLAUDE_ONLY,
  })
  const { status, body } = await chat('two', SHOWN)
  expect([status, JSON.stringify(body)]).toEqual([
    400,
    expect.stringMatching(
      /reads no image\/tiff\. openai\/gpt-6-sol: no key.*llmsel keys set openai/,
    ),
  ])
})

test('where a hop that might take it does not run, it is not the request’s fault', async () => {
  await started({ keys: CLAUDE_ONLY, ollama: dead })
  expect(await chat('budget', SHOWN)).toMatchObject({ status: 503 })
})
