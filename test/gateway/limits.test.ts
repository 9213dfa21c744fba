import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLedger } from '../../src/adapters/ledger/ledger.ts'
import { parseLimits } from '../../src/domain/ledger/limits.ts'
import { ask, ASK, ollama, ollamaReply } from '../support/ask.ts'
import { anthropicMessage, dead, json } from '../support/fake-upstream.ts'
import { testGateway, type GatewayWishes, type TestGateway } from '../support/gateway.ts'
import { ledgerScript } from '../support/ledger-script.ts'

/** With usage of 10 000 in and 2000 out it costs $0.002. */
const ANSWER = {
  ...anthropicMessage('hi'),
  usage: { input_tokens: 10_000, output_tokens: 2000 },
}
const OWN = { keys: {}, baseUrls: {} }

let state = ''
let gateway: TestGateway | null = null
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'llmsel-limits-'))
})
afterEach(async () => {
  await gateway?.close()
  gateway = null
  rmSync(state, { recursive: true })
})

async function open(wishes: GatewayWishes = {}): Promise<TestGateway> {
  const script = ledgerScript()
  gateway = await testGateway({
    claude: json(200, ANSWER),
    ollama: ollama(ollamaReply),
    openLedger: (onWarning) =>
      openLedger({ state, url: null, retentionDays: null, script, timeZone: 'UTC', onWarning }),
    ...wishes,
  })
  return gateway
}

function limited(at: TestGateway, limit: string, profile = 'budget'): string {
  return at.session(profile, OWN, { limits: parseLimits(limit, 'limit') })
}

async function times(count: number, base: string, body: object = ASK): Promise<Response[]> {
  const all: Response[] = []
  for (let i = 0; i < count; i++) {
    const reply = await ask(base, body)
    await reply.arrayBuffer()
    all.push(reply)
  }
  return all
}

test('at its limit a session goes on with what is free, and its client is told', async () => {
  const at = await open()
  const base = limited(at, '0.005/day')
  const replies = await times(5, base)
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  const targets = replies.map(({ headers }) => headers.get('x-llmsel-target'))
  expect(targets.slice(0, 2)).toEqual(['claude/claude-haiku-5-5', 'claude/claude-haiku-5-5'])
  expect(targets.at(-1)).toBe('ollama/llama3.2')
  expect(decodeURI(replies.at(-1)?.headers.get('x-llmsel-limit') ?? '')).toBe(
    'the limit of $0.005/day on session test is reached',
  )
  expect(replies[0]?.headers.get('x-llmsel-limit')).toBeNull()
  // $0.002 each: the third would be the one too much.
  expect(at.claude.received.length).toBeLessThanOrEqual(3)
  expect(at.openai.received).toHaveLength(0)
})

test('with nothing free left it is a clear 429 that is not tried again', async () => {
  const at = await open({ ollama: dead })
  const base = limited(at, '0.002/day', 'premium')
  await times(1, base, { ...ASK, model: 'claude-haiku-5-5' })
  const reply = await ask(base)
  expect(reply.status).toBe(429)
  expect(reply.headers.get('x-should-retry')).toBe('false')
  // It is noon.
  expect(Number(reply.headers.get('retry-after'))).toBeGreaterThan(3600)
  const { error } = (await reply.json()) as { error: { type: string; message: string } }
  expect(error.type).toBe('rate_limit_error')
  expect(error.message).toBe(
    'llmsel: claude/claude-haiku-5-5: the limit of $0.002/day on session test is reached',
  )
})

test('requests at the same time exceed the limit by one each at most, and a large max_tokens takes no day', async () => {
  const at = await open()
  const base = limited(at, '0.01/day')
  const body = { ...ASK, max_tokens: 64_000 }
  const replies = await Promise.all(Array.from({ length: 20 }, async () => await ask(base, body)))
  for (const reply of replies) await reply.arrayBuffer()
  expect(replies.every(({ status }) => status === 200)).toBe(true)
  const paid = at.claude.received.length
  expect(paid).toBeGreaterThanOrEqual(5)
  expect(paid).toBeLessThanOrEqual(20)
  const next = await times(3, base, body)
  expect(next.map(({ headers }) => headers.get('x-llmsel-target'))).toEqual(
    Array.from({ length: 3 }, () => 'ollama/llama3.2'),
  )
})

test("a profile's limit is shared by its sessions, and another profile is free of it", async () => {
  const at = await open({ config: { profiles: { budget: { limit: '0.003/month' } } } })
  const [first, second] = [at.session('budget'), at.base('budget')]
  await times(2, first)
  const [reply] = await times(1, second)
  expect(reply?.headers.get('x-llmsel-target')).toBe('ollama/llama3.2')
  expect(decodeURI(reply?.headers.get('x-llmsel-limit') ?? '')).toContain(
    'the limit of $0.003/month on profile budget',
  )
  const [other] = await times(1, at.base('haiku'))
  expect(other?.headers.get('x-llmsel-target')).toBe('claude/claude-haiku-5-5')
})

const saying = (usage: object) => json(200, { ...anthropicMessage('hi'), usage })

test('answers of a length that the model cannot write set no more aside than it can', async () => {
  const at = await open({ claude: saying({ input_tokens: 10, output_tokens: 900_000_000 }) })
  await times(3, at.session('budget'))
  at.claude.answer(json(200, ANSWER))
  const [reply] = await times(1, limited(at, '1/day'))
  expect(reply?.headers.get('x-llmsel-target')).toBe('claude/claude-haiku-5-5')
})

test('what nobody can have used counts as what was set aside, and the limit goes on', async () => {
  const searches = { web_search_requests: 1_000_000_000 }
  const usage = { input_tokens: 10, output_tokens: 5, server_tool_use: searches }
  const at = await open({ claude: saying(usage) })
  const base = limited(at, '1/day')
  await times(1, base)
  at.claude.answer(json(200, ANSWER))
  const [reply] = await times(1, base)
  expect(reply?.headers.get('x-llmsel-limit')).toBeNull()
  expect(reply?.headers.get('x-llmsel-target')).toBe('claude/claude-haiku-5-5')
})

test("Claude's subscription counts against no limit", async () => {
  const at = await open({ keys: {} })
  const base = limited(at, '0.002/day')
  const login = { authorization: 'Bearer sk-ant-oat01-of-a-subscription' }
  for (let i = 0; i < 4; i++) {
    const reply = await ask(base, ASK, login)
    await reply.arrayBuffer()
    expect(reply.headers.get('x-llmsel-target')).toBe('claude/claude-haiku-5-5')
  }
})

test('half, four fifths and all of a limit are told once each, and shown at the session', async () => {
  const at = await open()
  const token = limited(at, '0.01/day').split('/s/')[1] ?? ''
  const base = at.session('budget', OWN, {
    limits: parseLimits('0.01/day', 'limit'),
    tmuxSocket: '/nowhere/tmux.sock',
    sinceMs: at.clock.nowMs,
  })
  const events = await fetch(`${at.url}/s/${token}/api/llm/events`)
  const heard: string[] = []
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of events.body ?? []) heard.push(decoder.decode(chunk))
  })().catch(() => {})
  await times(6, base)
  const told = () =>
    heard
      .join('')
      .split('\n\n')
      .filter((event) => event.startsWith('event: limit'))
      .map((event) => Number(/"percent":(\d+)/.exec(event)?.[1]))
  await expect.poll(told).toEqual([50, 80, 100])
  await expect.poll(() => at.told.join('')).toContain('@llmsel_spent')
  await expect.poll(() => at.told.at(-1) ?? '').toContain('100% of \\$0.01/day')
  expect(at.log.join('\n')).toContain('80 % of the limit of $0.01/day on session test are spent')
  await at.close()
  gateway = null
  await reading
})
