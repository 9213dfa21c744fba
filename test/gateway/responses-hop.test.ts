import { afterEach, expect, test } from 'vitest'
import { ask, ASK, limited } from '../support/ask.ts'
import { chatCompletion, json, type Script } from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'
import { ollamaServer, responsesCalls } from '../support/providers.ts'

let gateway: TestGateway
afterEach(async () => await gateway.close())

const TOOL = { type: 'function', function: { name: 'weather', parameters: { type: 'object' } } }

async function chat(wish: object): Promise<{ readonly status: number; readonly path: string }> {
  const body = { messages: [{ role: 'user', content: 'hi' }], ...wish }
  const url = `${gateway.base('budget')}/v1/chat/completions`
  const reply = await fetch(url, { method: 'POST', body: JSON.stringify(body) })
  await reply.text()
  return { status: reply.status, path: gateway.openai.received.at(-1)?.path ?? '' }
}

async function started(): Promise<void> {
  gateway = await testGateway({
    claude: limited,
    ollama: ollamaServer(limited),
    openai: responsesCalls,
  })
}

test('with tools, what was meant for another model goes to Responses', async () => {
  await started()
  expect(await chat({ model: 'claude-haiku-5-5', tools: [TOOL] })).toEqual({
    status: 200,
    path: '/v1/responses',
  })
  expect(JSON.parse(gateway.openai.received[0]?.body ?? '')).toMatchObject({
    model: 'gpt-6-sol',
    input: [{ role: 'user', content: 'hi' }],
    tools: [{ type: 'function', name: 'weather' }],
    store: false,
  })
})

test('without tools it stays in Chat Completions', async () => {
  await started()
  gateway.openai.answer(json(200, chatCompletion('hi')))
  expect(await chat({ model: 'claude-haiku-5-5' })).toEqual({
    status: 200,
    path: '/v1/chat/completions',
  })
})

test('what was made for the model itself goes as it came, whatever that says', async () => {
  await started()
  const asked = { model: 'gpt-6-sol', tools: [TOOL], reasoning_effort: 'low' }
  expect(await chat(asked)).toEqual({ status: 400, path: '/v1/chat/completions' })
  expect(JSON.parse(gateway.openai.received[0]?.body ?? '')).toMatchObject(asked)
})

test('with what only Chat Completions has it stays there', async () => {
  await started()
  const asked = { model: 'gpt', tools: [TOOL], store: true }
  expect((await chat(asked)).path).toBe('/v1/chat/completions')
})

/** A server of the user's own: no Responses, and tools with thinking in Chat Completions. */
const chatOnly =
  (status: number, words: object | string): Script =>
  (response, request) => {
    const script = request.path.endsWith('/responses')
      ? json(status, words)
      : json(200, chatCompletion('from chat'))
    void script(response, request)
  }

const NOWHERE = { error: { message: 'Not Found', type: 'not_found', code: null } }

test.each([
  [404, NOWHERE],
  [404, '404 page not found'],
  [405, { detail: 'Method Not Allowed' }],
])(
  'a server of one’s own without Responses is asked in Chat Completions: %s %j',
  async (status, words) => {
    await started()
    gateway.openai.answer(chatOnly(status, words))
    const wish = { model: 'claude-haiku-5-5', tools: [TOOL] }
    expect(await chat(wish)).toEqual({ status: 200, path: '/v1/chat/completions' })
    const paths = () => gateway.openai.received.map(({ path }) => path)
    expect(paths()).toEqual(['/v1/responses', '/v1/chat/completions'])
    expect(JSON.parse(gateway.openai.received[1]?.body ?? '')).toMatchObject({
      model: 'gpt-6-sol',
      tools: [{ type: 'function', function: { name: 'weather' } }],
    })
    expect(gateway.log.join('\n')).toContain(
      `the server of openai/gpt-6-sol has no /v1/responses (${status})`,
    )
    // It is remembered, and said to be nobody's failure.
    expect((await chat(wish)).status).toBe(200)
    expect(paths().slice(2)).toEqual(['/v1/chat/completions'])
    const { circuits } = (await (await gateway.control('circuits')).json()) as {
      circuits: readonly { readonly target: string; readonly state: string }[]
    }
    const own = circuits.filter(({ target }) => target.startsWith('openai/'))
    expect(own.map(({ state }) => state)).not.toContain('open')
  },
)

test('so does the only hop of a chain, for a client of another format', async () => {
  await started()
  gateway.openai.answer(chatOnly(404, NOWHERE))
  const tools = [{ name: 'weather', input_schema: { type: 'object' } }]
  const reply = await ask(gateway.base('gpt'), { ...ASK, model: 'gpt-6-sol', tools })
  expect([reply.status, await reply.json()]).toMatchObject([
    200,
    { content: [{ type: 'text', text: 'from chat' }] },
  ])
  expect(gateway.openai.received).toHaveLength(2)
})

test.each([
  ['a model that is not there', 404, { error: { message: 'x', code: 'model_not_found' } }],
  ['a key that is refused', 401, { error: { message: 'no', code: 'invalid_api_key' } }],
])('%s is asked once', async (_, status, words) => {
  await started()
  gateway.openai.answer(json(status, words))
  await chat({ model: 'claude-haiku-5-5', tools: [TOOL] })
  expect(gateway.openai.received.map(({ path }) => path)).toEqual(['/v1/responses'])
})

test('an answer that is to be asked for later goes to its client, and is nobody’s failure', async () => {
  await started()
  const queued = { id: 'resp_1', object: 'response', status: 'queued', output: [] }
  gateway.openai.answer(json(200, queued))
  const body = JSON.stringify({ model: 'gpt-6-sol', input: 'hi', background: true })
  const url = `${gateway.base('budget')}/v1/responses`
  const reply = await fetch(url, { method: 'POST', body })
  expect([reply.status, await reply.json()]).toEqual([200, queued])
  expect(gateway.log.at(-1)).toContain('openai/gpt-6-sol answered')
})

test('a client that speaks Responses itself gets the answer as it is', async () => {
  await started()
  gateway.openai.answer(chatOnly(404, NOWHERE))
  const body = JSON.stringify({ model: 'gpt-6-sol', input: 'hi', tools: [] })
  const url = `${gateway.base('gpt')}/v1/responses`
  const reply = await fetch(url, { method: 'POST', body })
  expect([reply.status, await reply.json()]).toEqual([404, NOWHERE])
  expect(gateway.openai.received).toHaveLength(1)
})
