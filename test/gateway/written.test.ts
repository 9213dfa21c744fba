import { afterEach, beforeEach, expect, test } from 'vitest'
import { NO_USAGE } from '../../src/domain/costs/counts.ts'
import type { Attempt } from '../../src/domain/ledger/attempt.ts'
import { NO_LEDGER } from '../../src/gateway/no-ledger.ts'
import { ask, ASK } from '../support/ask.ts'
import { anthropicMessage, json } from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
let ends: Attempt[]
/** A disk that takes its time: what waits for it, and whether anything has to. */
let waiting: (() => void)[]
let slow: 'begin' | 'end'

const written = async (which: 'begin' | 'end') => {
  if (which === slow) await new Promise<void>((resolve) => waiting.push(resolve))
}

beforeEach(async () => {
  ends = []
  waiting = []
  gateway = await testGateway({
    claude: json(200, anthropicMessage('hi')),
    openLedger: () => ({
      ...NO_LEDGER,
      begin: async () => await written('begin'),
      end: async (attempt) => {
        ends.push(attempt)
        await written('end')
      },
    }),
  })
})
afterEach(async () => await gateway.close())

/** As soon as something waits. */
async function askAndLeave(): Promise<void> {
  const left = new AbortController()
  const reply = fetch(`${gateway.session('budget')}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ASK),
    signal: left.signal,
  })
  await until(() => waiting.length === 1)
  left.abort()
  await expect(reply).rejects.toThrow('abort')
}

test('nobody is asked before the attempt is written down', async () => {
  slow = 'begin'
  const reply = ask(gateway.session('budget'))
  await until(() => waiting.length === 1)
  expect(gateway.claude.received).toEqual([])
  waiting[0]?.()
  expect((await reply).status).toBe(200)
  expect(gateway.claude.received).toHaveLength(1)
})

test('who has gone until then is not asked for, and has used nothing', async () => {
  slow = 'begin'
  await askAndLeave()
  await until(() => gateway.active() === 0)
  waiting[0]?.()
  await until(() => ends.length === 1)
  expect(ends[0]).toMatchObject({ outcome: 'client-gone', usage: NO_USAGE, picoUsd: 0n })
  expect(gateway.claude.received).toEqual([])
})

test('an answer reaches its client once it is written down', async () => {
  slow = 'end'
  let isAnswered = false
  const reply = ask(gateway.session('budget')).finally(() => (isAnswered = true))
  await until(() => waiting.length === 1)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(isAnswered).toBe(false)
  waiting[0]?.()
  expect((await reply).status).toBe(200)
  expect(ends.map(({ outcome }) => outcome)).toEqual(['answered'])
})

test('who has gone meanwhile leaves one that knows what it used', async () => {
  slow = 'end'
  await askAndLeave()
  await until(() => ends.length === 2)
  waiting[0]?.()
  expect(ends.map(({ outcome }) => outcome)).toEqual(['answered', 'client-gone'])
  expect(ends[1]?.usage).toEqual(ends[0]?.usage)
})
