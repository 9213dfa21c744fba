import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLedger } from '../../src/adapters/ledger/ledger.ts'
import { parseLimits } from '../../src/domain/ledger/limits.ts'
import { ask, ASK, limited, ollama, ollamaReply } from '../support/ask.ts'
import {
  anthropicEvents,
  anthropicMessage,
  json,
  MESSAGE_START,
  stream as sent,
} from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'
import { ledgerScript } from '../support/ledger-script.ts'

/** $0.002 with Haiku 5.5. */
const ANSWER = json(200, {
  ...anthropicMessage('hi'),
  usage: { input_tokens: 10_000, output_tokens: 2000 },
})

let state = ''
let gateway: TestGateway
/** Undefined: the ledger's own. */
let flush: (() => Promise<boolean>) | undefined
beforeEach(async () => {
  flush = undefined
  state = mkdtempSync(join(tmpdir(), 'llmsel-costs-'))
  const script = ledgerScript()
  gateway = await testGateway({
    claude: ANSWER,
    ollama: ollama(ollamaReply),
    config: { profiles: { budget: { limit: '1/month' } } },
    openLedger: (onWarning) => {
      const options = { state, url: null, retentionDays: null, script, timeZone: 'UTC', onWarning }
      const ledger = openLedger(options)
      return {
        ...ledger,
        flush: async () => (flush === undefined ? await ledger.flush() : await flush()),
      }
    },
  })
})
afterEach(async () => {
  await gateway.close()
  rmSync(state, { recursive: true })
})

async function report(query: string): Promise<{ readonly status: number; readonly body: unknown }> {
  gateway.clock.nowMs += 1000
  const reply = await fetch(`${gateway.base('budget')}/api/llm/${query}`)
  return { status: reply.status, body: await reply.json() }
}

async function times(count: number, base: string, body: object = ASK): Promise<void> {
  for (let i = 0; i < count; i++) await (await ask(base, body)).arrayBuffer()
}

test('what was spent, as of this moment, with the same figures for each way to tell requests apart', async () => {
  const crawler = gateway.session('budget', undefined, { session: 'crawler' })
  await times(3, crawler)
  gateway.claude.answer(limited)
  await times(1, crawler)
  const { status, body } = await report('costs?since=today&timezone=UTC')
  expect(status).toBe(200)
  expect(body).toMatchObject({
    by: 'model',
    timeZone: 'UTC',
    total: { usd: '0.006', requests: 5, failedRequests: 1 },
    rows: [
      { key: 'claude-haiku-5-5', usd: '0.006', requests: 4, input: 30_000, output: 6000 },
      { key: 'llama3.2', usd: '0.00', requests: 1 },
    ],
    saved: { failover: { requests: 1 } },
  })
  const bySession = await report('costs?by=session&session=crawler&since=today&timezone=UTC')
  expect(bySession.body).toMatchObject({ rows: [{ key: 'crawler', usd: '0.006' }] })
  const split = await report('costs?by=day&split=model&since=7d&timezone=UTC')
  expect(split.body).toMatchObject({
    rows: [
      { key: '2026-11-22', split: 'claude-haiku-5-5', usd: '0.006' },
      { key: '2026-11-22', split: 'llama3.2' },
    ],
  })
})

test.each([false, true])(
  'calls within a request are billed besides it (streaming: %s)',
  async (stream) => {
    const iterations = [
      { type: 'compaction', input_tokens: 180_000, output_tokens: 3500 },
      { type: 'message', input_tokens: 10_000, output_tokens: 2000 },
      { type: 'advisor_message', model: 'claude-sonnet-5-5', input_tokens: 900, output_tokens: 80 },
      { type: 'advisor_message', model: 'claude-nobody-knows', input_tokens: 1, output_tokens: 1 },
      { type: 'advisor_message', model: 'claude-opus-5-5', input_tokens: -1, output_tokens: 1 },
    ]
    const usage = { input_tokens: 10_000, output_tokens: 2000, iterations }
    const events = [
      MESSAGE_START,
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'hi' } },
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
      { type: 'message_stop' },
    ]
    gateway.claude.answer(
      stream ? sent(anthropicEvents(...events)) : json(200, { ...anthropicMessage('hi'), usage }),
    )
    await times(1, gateway.base('budget'), { ...ASK, stream })
    const { body } = await report('costs?since=today&timezone=UTC')
    // Haiku 5.5: $0.002 as ever; 180 000 at $0.5 and 3500 at $2.5 a million, as for all long prompts. Sonnet
    // 5.5: 900 at $2 and 80 at $10.
    expect(body).toMatchObject({
      total: { requests: 5 },
      rows: [
        { key: 'claude-haiku-5-5', usd: '0.10075', requests: 2, input: 190_000, output: 5500 },
        { key: 'claude-sonnet-5-5', usd: '0.0026', requests: 1 },
        { key: 'claude-nobody-knows', requests: 1, usd: null },
        { key: 'claude-opus-5-5', requests: 1, usd: null, unmeteredRequests: 1 },
      ],
    })
  },
)

test('what the same requests would have cost elsewhere', async () => {
  await times(2, gateway.base('budget'))
  const { body } = await report('costs/what-if?on=premium&since=today&timezone=UTC')
  // Sonnet 5.5: 20 000 at $2 and 4000 at $10 a million.
  expect(body).toMatchObject({
    models: [
      {
        model: 'claude-sonnet-5-5',
        paid: { requests: 2, usd: '0.004', thereUsd: '0.08', savedUsd: '-0.076' },
      },
    ],
  })
})

test('limits with what is spent of them, from before the gateway began too', async () => {
  await times(2, gateway.session('budget', undefined, { limits: parseLimits('0.01/day', '') }))
  const { body } = await report('limits')
  expect(body).toEqual({
    limits: [
      {
        scope: 'session',
        name: 'test',
        limit: '0.01/day',
        limitUsd: '0.01',
        spentUsd: '0.004',
        fraction: 0.4,
        untilMs: Date.parse('2026-11-23T00:00:00Z'),
      },
      expect.objectContaining({
        scope: 'profile',
        name: 'budget',
        limit: '1/month',
        fraction: 0.004,
      }),
    ],
  })
})

test.each([
  ['costs?since=yesteryear', 'is no time'],
  ['costs?by=colour', 'is none of model, session'],
  ['costs?timezone=Mars/Olympus', 'is no time zone'],
  ['costs/what-if?on=premum', 'did you mean "premium"?'],
])('%s is refused with the reason', async (query, words) => {
  const { status, body } = await report(query)
  expect(status).toBe(400)
  expect(JSON.stringify(body)).toContain(JSON.stringify(words).slice(1, -1))
})

test.each(['costs?since=today', 'costs/what-if?since=today'])(
  '%s says that it may be behind where the ledger is slow or away, and comes all the same',
  async (query) => {
    await times(1, gateway.base('budget'))
    expect((await report(query)).body).toMatchObject({ behind: false })
    for (const slow of [async () => await new Promise<never>(() => {}), async () => false]) {
      flush = slow
      expect(await report(query)).toMatchObject({ status: 200, body: { behind: true } })
    }
  },
)
