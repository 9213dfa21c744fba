import { afterEach, expect, test } from 'vitest'
import { limited } from '../support/ask.ts'
import { chatCompletion, json } from '../support/fake-upstream.ts'
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
