import { afterEach, expect, test } from 'vitest'
import { ask, ASK, limited, ollama, ollamaReply, overloaded } from '../support/ask.ts'
import { anthropicMessage, chatCompletion, dead, json } from '../support/fake-upstream.ts'
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

/** No reader here takes it, and OpenAI may. */
const ODD = { temperature: 'warm' }
const HI = { role: 'user', content: 'hi' }

async function circuits(): Promise<unknown> {
  return await (await fetch(`${gateway.base('budget')}/api/llm/circuits`)).json()
}

test('what cannot be written for the first hops is asked of one that takes it as it came', async () => {
  await started({ openai: json(200, chatCompletion('from openai')) })
  for (let i = 0; i < 6; i++) expect(await chat('budget', HI, ODD)).toMatchObject({ status: 200 })
  const [seen] = gateway.openai.received
  expect(JSON.parse(seen?.body ?? '')).toEqual({ model: 'gpt-6-sol', messages: [HI], ...ODD })
  const untouched = { state: 'closed', failures: 0, lastOutcome: null }
  expect(await circuits()).toMatchObject({
    circuits: [untouched, untouched, { lastOutcome: 'answered' }],
  })
})

test('a probe that the request cannot be written for is left to the next one', async () => {
  await started({
    openai: json(200, chatCompletion('from openai')),
    claude: limited,
    ollama: dead,
  })
  await chat('budget', { ...HI, content: 'another conversation' })
  gateway.clock.nowMs += 60_000
  gateway.claude.answer(json(200, anthropicMessage('hi')))
  expect(await chat('budget', HI, ODD)).toMatchObject({ status: 200 })
  expect(gateway.claude.received).toHaveLength(1)
  await chat('budget', HI)
  expect(gateway.claude.received).toHaveLength(2)
})

test('where the hop that takes it fails, its words are told', async () => {
  const error = { message: 'not warm', type: 'invalid_request_error', code: null }
  await started({ openai: json(400, { error }), claude: overloaded })
  expect(await chat('budget', HI, ODD)).toMatchObject({ status: 400, body: { error } })
  const odd = await ask(gateway.base('budget'), { ...ASK, ...ODD })
  expect([odd.status, await odd.json()]).toMatchObject([529, { error: { message: 'Overloaded' } }])
})

test('where no hop can take it, its field is told', async () => {
  await started({ keys: CLAUDE_ONLY })
  for (const profile of ['premium', 'budget'])
    expect(await chat(profile, HI, ODD)).toMatchObject({
      status: 400,
      retry: 'false',
      body: {
        error: {
          message: expect.stringContaining('temperature: expected a number'),
          type: 'invalid_request_error',
        },
      },
    })
  expect(nobodyAsked()).toBe(true)
})

test('a long one goes to its own provider, though nobody here can count its tokens', async () => {
  await started({ openai: json(200, chatCompletion('from openai')) })
  const long = { ...HI, content: 'a word '.repeat(200_000) }
  expect(await chat('budget', long, { ...ODD, model: 'gpt-6-sol' })).toMatchObject({ status: 200 })
})
