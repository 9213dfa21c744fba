import { afterEach, expect, test } from 'vitest'
import { ask, limited, ollama, ollamaReply } from '../support/ask.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
afterEach(async () => await gateway.close())

test('whoever listens sees each request with its hops, and each circuit that changes', async () => {
  gateway = await testGateway({ claude: limited, ollama: ollama(ollamaReply) })
  const base = gateway.base('budget')
  const events = await fetch(`${base}/api/llm/events`)
  const reader = events.body?.getReader()
  await ask(base)
  const decoder = new TextDecoder()
  let text = ''
  while (!text.includes('event: request')) {
    const chunk = await reader?.read()
    text += decoder.decode(chunk?.value, { stream: true })
  }
  await reader?.cancel()
  const data = (type: string) =>
    JSON.parse(new RegExp(`event: ${type}\\ndata: (.*)\\n`).exec(text)?.[1] ?? 'null')
  expect(data('circuit')).toMatchObject({ state: 'open', reason: '429 rate limit' })
  expect(data('request')).toMatchObject({
    route: '/v1/messages',
    status: 200,
    session: null,
    profile: 'budget',
    addedMs: expect.any(Number),
    hops: ['claude/claude-haiku-5-5 rate-limited', 'ollama/llama3.2 answered'],
  })
})
