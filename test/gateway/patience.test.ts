import { afterEach, expect, test } from 'vitest'
import { anthropicStream, json, stream, type Script } from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'
import { claudeSays, ollamaSays } from '../support/providers.ts'

let gateway: TestGateway
afterEach(async () => await gateway.close())

const SHORT = { silenceMs: 100, wholeMs: 20_000 }

function after(ms: number, script: Script): Script {
  return (response, request) => setTimeout(() => void script(response, request), ms)
}

async function ask(profile: string, wish: object): Promise<string> {
  const reply = await fetch(`${gateway.base(profile)}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({
      model: 'claude-haiku-5-5',
      max_tokens: 9,
      messages: [{ role: 'user', content: 'hi' }],
      ...wish,
    }),
  })
  return await reply.text()
}

test('an answer in one piece has more time than a stream has between two pieces', async () => {
  const slow = after(900, claudeSays('slow'))
  gateway = await testGateway({ claude: slow, ollama: ollamaSays('no'), failover: SHORT })
  expect(await ask('budget', {})).toContain('slow')
  expect(await ask('budget', { stream: true })).toContain('"no"')
})

test('the only hop may be silent for as long as its client waits', async () => {
  gateway = await testGateway({
    claude: after(900, stream(anthropicStream('slow'))),
    failover: { ...SHORT, wholeMs: 100 },
  })
  expect(await ask('premium', { stream: true })).toContain('slow')
  gateway.claude.answer(after(900, json(200, { content: 'odd' })))
  expect(await ask('premium', {})).toBe('{"content":"odd"}')
})

test('a conversation that has left Claude comes back when the config says', async () => {
  const limited = json(429, { type: 'error', error: { type: 'rate_limit_error', message: 'x' } })
  gateway = await testGateway({
    claude: limited,
    ollama: ollamaSays('no'),
    failover: { awayMs: 0 },
  })
  expect(await ask('budget', {})).toContain('"no"')
  gateway.clock.nowMs += 30_000
  gateway.claude.answer(claudeSays('back'))
  expect(await ask('budget', {})).toContain('back')
})
