import { afterEach, beforeEach, expect, test } from 'vitest'
import { ended, NOON_MS, usage } from '../support/attempts.ts'
import { ledgerState, type LedgerState } from '../support/ledger-state.ts'

let ledger: LedgerState
beforeEach(() => {
  ledger = ledgerState()
})
afterEach(() => ledger.remove())

const whatIf = async (line = '', isTty = false) =>
  await ledger.costs(`what-if --timezone UTC ${line}`, isTty)

/** On Haiku, for $0.01 a request. */
async function keepWork(): Promise<void> {
  const startedAtMs = NOON_MS - 3_600_000
  const picoUsd = 10_000_000_000n
  const work = { startedAtMs, picoUsd, usage: usage(50_000, 10_000) }
  await ledger.keep(
    ended('a', work),
    ended('b', { ...work, session: 'night' }),
    // Nothing was done.
    ended('c', { ...work, outcome: 'refused', usage: usage(0, 0), picoUsd: 0n }),
  )
}

test('without a name the work is priced on the model of each profile', async () => {
  await keepWork()
  expect((await whatIf('', true)).stdout).toMatchInlineSnapshot(`
    "on                 requests  spent  there   saving
    claude-sonnet-5-5         2  $0.02  $0.40  -1900 %
    claude-haiku-5-5          2  $0.02  $0.02      0 %
    llama3.2                  2  $0.02     $0    100 %

    prices of each request’s day, from the catalogue of 2026-11-22
    2 requests counted by another tokenizer than that of llama3.2
    "
  `)
})

test.each([
  ['opus', ['claude-opus-5-5 2 0.80']],
  ['opus premium sonnet', ['claude-opus-5-5 2 0.80', 'claude-sonnet-5-5 2 0.40']],
  ['budget --session night', ['claude-haiku-5-5 1 0.01']],
  ['free --since today', ['llama3.2 2 0.00']],
])('%s', async (line, expected) => {
  await keepWork()
  const { models } = JSON.parse((await whatIf(`${line} --json`)).stdout)
  expect(
    models.map(
      (each: { model: string; requests: number; paid: { thereUsd: string } }) =>
        `${each.model} ${each.requests} ${each.paid.thereUsd}`,
    ),
  ).toEqual(expected)
})

test('what goose logs is the sum of a session, whose requests have no known size', async () => {
  const work = { startedAtMs: NOON_MS - 3_600_000, usage: usage(1_000_000, 1000), picoUsd: 0n }
  await ledger.keep(ended('a', { ...work, source: 'goose', model: 'llama3.2', provider: 'ollama' }))
  const { models } = JSON.parse((await whatIf('sonnet --json')).stdout)
  expect(models).toMatchObject([
    {
      paid: { requests: 0 },
      leftOut: { unknown: [{ what: 'size of each request of claude-sonnet-5-5', requests: 1 }] },
    },
  ])
})

test('with no ledger it says how to get one, and the JSON has its shape', async () => {
  expect(await whatIf()).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringContaining('llmsel session new'),
  })
  const { models } = JSON.parse((await whatIf('haiku --json')).stdout)
  expect(models).toMatchObject([{ model: 'claude-haiku-5-5', requests: 0, paid: { usd: '0.00' } }])
  await keepWork()
  expect((await whatIf('--session nobody')).stderr).toBe('no request in this period fits\n')
})

test('an unknown name is refused with the nearest one', async () => {
  expect(await whatIf('hiaku')).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('did you mean "haiku"'),
  })
})
