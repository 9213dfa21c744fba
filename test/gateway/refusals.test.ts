import { Ollama } from 'ollama'
import { expect, test } from 'vitest'
import { dead } from '../support/fake-upstream.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { testGateway } from '../support/gateway.ts'

const gateway = forEachTest(async () => await testGateway({ ollama: dead }))

const ASKED = { model: 'llama3.2', messages: [{ role: 'user', content: 'hi' }] }

/** What its person sees of it. */
async function told(ask: () => Promise<unknown>): Promise<string> {
  return await ask().then(
    () => 'answered',
    (error: unknown) => String(error),
  )
}

test('Ollama’s own client shows why it is refused', async () => {
  const client = new Ollama({ host: `${gateway.url}/s/wrong` })
  const asks = [
    async () => await client.chat(ASKED),
    async () => await client.chat({ ...ASKED, stream: true }),
    async () => await client.list(),
    async () => await client.show(ASKED),
  ]
  for (const ask of asks)
    expect(await told(ask)).toMatch(/^ResponseError: no token of this gateway: run llmsel/)
})

test('and why what is passed on is not answered', async () => {
  const client = new Ollama({ host: gateway.base('budget') })
  expect(await told(async () => await client.show(ASKED))).toBe(
    'ResponseError: ollama does not answer',
  )
})

test('the gateway’s own reports below the same path are refused as ever', async () => {
  const reply = await fetch(`${gateway.url}/api/llm/costs`)
  expect([reply.status, await reply.json()]).toMatchObject([
    401,
    { type: 'error', error: { type: 'authentication_error' } },
  ])
})
