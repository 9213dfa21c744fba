import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLedger } from '../../src/adapters/ledger/ledger.ts'
import { parseLimits } from '../../src/domain/ledger/limits.ts'
import { openUpstreams, type Upstreams } from '../../src/gateway/upstream.ts'
import { ask, ASK, ollama, ollamaReply } from '../support/ask.ts'
import { anthropicMessage, json } from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'
import { ledgerScript } from '../support/ledger-script.ts'

let state: string
let gateway: TestGateway
let refuses: boolean

/** Throws at once, as it would for a request that cannot be written. */
function refusing(): Upstreams {
  const real = openUpstreams({}, () => {})
  return {
    ...real,
    call: (request, handlers) => {
      if (refuses && request.path.startsWith('/v1/messages')) throw new TypeError('no such header')
      return real.call(request, handlers)
    },
  }
}

beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), 'llmsel-unaskable-'))
  refuses = true
  const script = ledgerScript()
  gateway = await testGateway({
    claude: json(200, {
      ...anthropicMessage('hi'),
      usage: { input_tokens: 10_000, output_tokens: 2000 },
    }),
    ollama: ollama(ollamaReply),
    upstreams: refusing(),
    openLedger: (onWarning) =>
      openLedger({ state, url: null, retentionDays: null, script, timeZone: 'UTC', onWarning }),
  })
})
afterEach(async () => {
  await gateway.close()
  rmSync(state, { recursive: true })
})

const OWN = { keys: {}, baseUrls: {} }
const limits = parseLimits('0.005/day', 'limit')

test('a hop that cannot be asked is ended in the ledger, and the next one answers', async () => {
  const base = gateway.session('budget', OWN, { limits })
  for (let i = 0; i < 4; i++) {
    const reply = await ask(base)
    expect(reply.headers.get('x-llmsel-target')).toBe('ollama/llama3.2')
    await reply.arrayBuffer()
  }
  expect(gateway.log.join('\n')).toContain(
    'gateway: claude/claude-haiku-5-5 could not be asked: no such header',
  )
  gateway.clock.nowMs += 1000
  const costs = await fetch(`${base}/api/llm/costs?since=2026-11-20`)
  // After the first failure the conversation stays away; an attempt without an end would be missing.
  expect(await costs.json()).toMatchObject({
    total: { requests: 5, failedRequests: 1, uncertainRequests: 0, usd: '0.00' },
  })
})

test('what was set aside for it is given back', async () => {
  const base = gateway.session('premium', OWN, { limits })
  const model = 'claude-haiku-5-5'
  for (let i = 0; i < 20; i++) {
    const reply = await ask(base, { ...ASK, model })
    expect(reply.status).toBe(503)
    await reply.arrayBuffer()
  }
  refuses = false
  const reply = await ask(base, { ...ASK, model })
  expect([reply.status, await reply.json()]).toMatchObject([200, { content: [{ text: 'hi' }] }])
})
