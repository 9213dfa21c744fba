import { expect, test } from 'vitest'
import { ask, limited, ollama } from '../support/ask.ts'
import { hang, json, type Script } from '../support/fake-upstream.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { testGateway } from '../support/gateway.ts'
import { until } from '../support/until.ts'

/** With the model that it is asked for. */
function pulled(chat: Script): Script {
  const tags = json(200, { models: [{ name: 'llama3.2:latest' }] })
  return (response, request) =>
    (request.path === '/api/tags' ? tags : ollama(chat))(response, request)
}

const gateway = forEachTest(
  async () =>
    await testGateway({
      claude: limited,
      ollama: pulled(limited),
      keys: { claude: { header: 'x-api-key', value: 'sk-ant-alone' } },
    }),
)

function asked(): string[] {
  const chats = gateway.ollama.received.filter(({ path }) => path === '/api/chat')
  return [...gateway.claude.received, ...chats].map(({ path }) => path)
}

test('where others are just trying each hop, a request is told so of each', async () => {
  const base = gateway.base('budget')
  expect((await ask(base)).status).toBe(429)
  expect(asked()).toHaveLength(2)
  gateway.claude.answer(hang)
  gateway.ollama.answer(pulled(hang))
  gateway.clock.nowMs += 20_000
  const probes = [1, 2].map(async () => await ask(base).catch(() => null))
  await until(() => asked().length === 4)
  const reply = await ask(base)
  expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await reply.json()).toMatchObject({
    error: {
      message:
        'llmsel: claude/claude-haiku-5-5: another request is just trying it. ' +
        'ollama/llama3.2: another request is just trying it. ' +
        'openai/gpt-6-sol: no key; llmsel keys set openai',
    },
  })
  gateway.server.closeAllConnections()
  await Promise.all(probes)
})
