import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, ASK, limited, ollama, ollamaReply, overloaded } from '../support/ask.ts'
import { dead, json } from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await testGateway({
    config: { profiles: { held: { model: 'haiku', enforce: true } } },
    claude: json(200, COUNTED),
    ollama: ollama(ollamaReply),
  })
})
afterEach(async () => await gateway.close())

const COUNTED = { input_tokens: 1234 }
const ESTIMATED = { input_tokens: expect.any(Number) }

async function count(profile: string, body: object = ASK): Promise<object> {
  const reply = await fetch(`${gateway.base(profile)}/v1/messages/count_tokens`, {
    method: 'POST',
    headers: { 'anthropic-version': '2023-06-01' },
    body: JSON.stringify(body),
  })
  const said = (await reply.json()) as object
  return { status: reply.status, ...said }
}

test.each(['budget', 'held'])(
  'Claude counts what profile %s asks Claude itself',
  async (profile) => {
    expect(await count(profile)).toEqual({ status: 200, ...COUNTED })
  },
)

test('what another model is asked is estimated', async () => {
  const estimate = await count('budget', { ...ASK, model: 'llama3.2' })
  expect(estimate).toEqual({ status: 200, ...ESTIMATED })
  expect(gateway.claude.received).toHaveLength(0)
})

test.each([
  ['has no time', limited],
  ['is overloaded', overloaded],
  ['does not answer', dead],
])('where Claude %s, there is an estimate', async (_, script) => {
  gateway.claude.answer(script)
  const estimate = await count('budget')
  expect(estimate).toEqual({ status: 200, ...ESTIMATED })
  expect(estimate).not.toMatchObject(COUNTED)
})

test('what cannot be estimated either is a fault of the request', async () => {
  gateway.claude.answer(limited)
  expect(await count('budget', { ...ASK, messages: 7 })).toMatchObject({ status: 400 })
})

test('a fault of the request is told as Claude tells it', async () => {
  gateway.claude.answer(json(400, { type: 'error', error: { type: 'invalid_request_error' } }))
  expect(await count('budget')).toMatchObject({ status: 400 })
})

test('where Claude’s circuit is open, Claude is not asked for a count', async () => {
  gateway.claude.answer(limited)
  expect((await ask(gateway.base('budget'))).headers.get('x-llmsel-target')).toContain('ollama')
  expect(await count('budget')).toEqual({ status: 200, ...ESTIMATED })
  expect(gateway.claude.received).toHaveLength(1)
})

test('thinking of another model is not sent to Claude to be counted', async () => {
  const thinking = { type: 'thinking', thinking: 'hm', signature: 'llmsel-not-from-claude' }
  const messages = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: [thinking, { type: 'text', text: 'yes' }] },
    { role: 'user', content: 'and?' },
  ]
  expect(await count('budget', { ...ASK, messages })).toEqual({ status: 200, ...COUNTED })
  expect(gateway.claude.received[0]?.body).toContain('yes')
  expect(gateway.claude.received[0]?.body).not.toContain('not-from-claude')
})
