import { expect, test } from 'vitest'
import { NO_SETTINGS } from '../../../src/domain/config/settings.ts'
import { profileSource } from '../../../src/domain/config/source.ts'
import { NO_USAGE } from '../../../src/domain/costs/counts.ts'
import type { LogRecord } from '../../../src/domain/costs/logs/record.ts'
import { STANDARD } from '../../../src/domain/costs/terms.ts'
import { resolveProfile } from '../../../src/domain/profiles/resolve.ts'
import { monthOf } from '../../../src/domain/setup/month.ts'

const source = profileSource(NO_SETTINGS, {}, new Date('2026-11-22'))
const PROFILES = ['premium', 'budget', 'free'].map((name) => resolveProfile(source, name))
const PICO = 10n ** 12n

function record(model: string | null, change: Partial<LogRecord> = {}): LogRecord {
  return {
    agent: 'claude-code',
    id: 'a',
    answerId: null,
    requestId: null,
    atMs: Date.UTC(2026, 10, 22),
    provider: null,
    model,
    project: null,
    session: null,
    isSidechain: false,
    usage: { ...NO_USAGE, input: 50_000, output: 20_000 },
    terms: STANDARD,
    billing: 'unknown',
    ...change,
  }
}

function month(...records: readonly LogRecord[]) {
  return monthOf(records, PROFILES, { catalogue: source.catalogue, asOf: source.today })
}

test('without a log it is the example of `llmsel costs`, against the first profile', () => {
  const { basis, requests, picoUsd, profiles } = month()
  expect({ basis, requests, picoUsd }).toEqual({ basis: 'example', requests: 0, picoUsd: null })
  expect(profiles.map((row) => [row.profile.name, row.picoUsd, row.savedPercent])).toEqual([
    ['premium', 360n * PICO, null],
    ['budget', 18n * PICO, 95],
    ['free', 0n, 100],
  ])
})

test('the logs’ own requests are priced on each profile, against what they did cost', () => {
  const { basis, requests, picoUsd, profiles } = month(
    record('claude-sonnet-5-5'),
    record('claude-sonnet-5-5', { billing: 'included' }),
  )
  // 2 × (50k in at $2 + 20k out at $10 a million), then at $0.10 and $0.50.
  expect({ basis, requests, picoUsd }).toEqual({
    basis: 'logs',
    requests: 2,
    picoUsd: (6n * PICO) / 10n,
  })
  expect(profiles.map((row) => [row.picoUsd, row.savedPercent])).toEqual([
    [(6n * PICO) / 10n, 0],
    [(3n * PICO) / 100n, 95],
    [0n, 100],
  ])
})

test('what costs nothing is known, and the unknown is left out of a sum', () => {
  const free = record('llama3.2')
  expect(month(free, record('another-model')).picoUsd).toBe(0n)
})

test('where what the requests cost is unknown, so is what they would cost', () => {
  const { requests, picoUsd, profiles, comparisons } = month(record('another-model'), record(null))
  expect({ requests, picoUsd }).toEqual({ requests: 2, picoUsd: null })
  expect(profiles.map((row) => row.picoUsd)).toEqual([null, null, null])
  expect(comparisons.map(({ unpriced }) => unpriced)).toEqual([2, 2, 2])
})
