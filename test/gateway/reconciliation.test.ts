import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLedgerReader } from '../../src/adapters/ledger/command.ts'
import { openLedger } from '../../src/adapters/ledger/ledger.ts'
import type { Entry } from '../../src/domain/ledger/merge.ts'
import { bill, claudeBills, openaiBills, type Billed, type Draw } from '../support/billed.ts'
import { json } from '../support/fake-upstream.ts'
import { testGateway } from '../support/gateway.ts'
import { ledgerScript } from '../support/ledger-script.ts'
import { ollamaServer } from '../support/providers.ts'

const REQUESTS = 10_000
const AT_ONCE = 16

/** A linear congruential generator: the same numbers each time. */
function draws(seed: number): Draw {
  let state = BigInt(seed)
  return (below) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn
    return Number((state >> 33n) % BigInt(below))
  }
}

function rowOf({ model, outcome, mark, tokens, pico }: Billed): string {
  return [model, outcome, mark, ...tokens, pico].join(' ')
}

function rowOfEntry({ model, outcome, mark, usage, picoUsd }: Entry): string {
  const counts =
    usage === null
      ? [null]
      : [
          usage.input,
          usage.cacheRead,
          usage.cacheWrite5m,
          usage.cacheWrite1h,
          usage.output,
          usage.webSearches,
        ]
  return [model, outcome, mark, ...counts, picoUsd].join(' ')
}

test('what the providers bill for ten thousand requests is in the ledger, to the pico-dollar', async () => {
  const state = mkdtempSync(join(tmpdir(), 'llmsel-reconcile-'))
  const draw = draws(7)
  const billed: Billed[] = []
  const gateway = await testGateway({
    claude: claudeBills(draw, billed),
    openai: openaiBills(draw, billed),
    ollama: ollamaServer((response, request) => {
      const tokens = [1 + draw(50), 0, 0, 0, 1 + draw(9), 0]
      billed.push(bill('llama3.2', tokens))
      const message = { role: 'assistant', content: 'well' }
      const counts = { prompt_eval_count: tokens[0], eval_count: tokens[4] }
      const reply = { model: 'llama3.2', message, done: true, done_reason: 'stop', ...counts }
      return json(200, reply)(response, request)
    }),
    openLedger: (onWarning) =>
      openLedger({
        state,
        url: null,
        retentionDays: null,
        script: ledgerScript(),
        timeZone: 'UTC',
        onWarning,
      }),
  })
  try {
    await sendAll(gateway.base('budget'), draw)
  } finally {
    await gateway.close()
  }
  const reader = await openLedgerReader({ state, url: null })
  const entries: Entry[] = []
  for await (const rows of reader.attempts({ range: null, where: {} })) entries.push(...rows)
  expect(entries.map(rowOfEntry).toSorted()).toEqual(billed.map(rowOf).toSorted())
  expect(new Set(entries.map(({ requestId }) => requestId)).size).toBe(REQUESTS)
  const total = (await reader.spent({ range: null, where: {}, per: null, timeZone: 'UTC' })).reduce(
    (sum, { totals }) => sum + totals.picoUsd,
    0n,
  )
  expect(total).toBe(billed.reduce((sum, { pico }) => sum + pico, 0n))
  await reader.close()
  rmSync(state, { recursive: true })
})

async function sendAll(base: string, draw: Draw): Promise<void> {
  let left = REQUESTS
  const client = async () => {
    while (left-- > 0) await send(base, draw)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, client))
}

/** In one of three formats, for one of three models, whole or as a stream. */
async function send(base: string, draw: Draw): Promise<void> {
  const messages = [{ role: 'user', content: 'hello' }]
  const stream = draw(2) === 0
  const [path, model] = (
    [
      ['/v1/messages', 'claude-haiku-5-5'],
      ['/v1/messages', 'claude-sonnet-5-5'],
      ['/v1/chat/completions', 'gpt-6-sol'],
      ['/v1/chat/completions', 'haiku'],
    ] as const
  )[draw(4)] ?? ['/v1/messages', 'haiku']
  const reply = await fetch(base + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, max_tokens: 99, messages, stream }),
  })
  await reply.text().catch(() => '')
}
