import { expect, test } from 'vitest'
import { announcementOf, chainPictures } from '../../src/dashboard/chains.ts'
import type { ChainReport, CircuitReport, HopReport } from '../../src/domain/failover/report.ts'

const CLOSED: CircuitReport = {
  target: 'claude/claude-haiku-5-5#abc',
  state: 'closed',
  since: '2026-11-22T12:00:00.000Z',
  reason: null,
  failures: 0,
  nextProbe: null,
  lastOutcome: 'answered',
  lastAt: '2026-11-22T12:00:00.000Z',
}
const OPEN: CircuitReport = {
  ...CLOSED,
  state: 'open',
  reason: '429 rate limit',
  nextProbe: '2026-11-22T12:00:30.000Z',
  lastOutcome: 'rate-limited',
}

function hop(provider: HopReport['provider'], model: string, fix: string | null = null): HopReport {
  const reason = fix === null ? 'a key' : 'no key'
  return { provider, model, ready: fix === null, reason, fix, contextTokens: null, circuit: null }
}

const HAIKU = hop('claude', 'claude-haiku-5-5')
const LLAMA = hop('ollama', 'llama3.2')
const GPT = hop('openai', 'gpt-6-sol', 'llmsel keys set openai')

function picturesOf(hops: readonly HopReport[], ...circuits: readonly CircuitReport[]) {
  const chain: ChainReport = { profile: 'budget', failover: true, gateway: null, hops }
  return chainPictures([chain], new Map(circuits.map((each) => [each.target, each])))[0]?.hops
}

test('an open circuit has its reason, how long it waits, and a name to reset it by', () => {
  expect(picturesOf([HAIKU, LLAMA], OPEN)).toMatchObject([
    {
      state: 'open',
      isNext: false,
      words: '429 rate limit',
      wait: { fromMs: Date.parse(OPEN.since), untilMs: Date.parse('2026-11-22T12:00:30Z') },
      target: OPEN.target,
    },
    { state: 'closed', isNext: true, words: 'not asked yet', wait: null, target: null },
  ])
})

test.each([
  ['never asked', [], { state: 'closed', words: 'not asked yet' }],
  ['answers', [CLOSED], { state: 'closed', words: 'answers', target: null }],
  [
    'an attempt failed',
    [{ ...CLOSED, failures: 1, lastOutcome: 'timeout' }],
    { words: 'failed once, last: timeout' },
  ],
  [
    'three failed',
    [{ ...CLOSED, failures: 3, lastOutcome: 'timeout' }],
    { words: 'failed 3 times, last: timeout' },
  ],
  [
    'a probe is out',
    [{ ...OPEN, state: 'half-open', nextProbe: null }],
    { state: 'half-open', isNext: true, words: 'one request tries it, after: 429 rate limit' },
  ],
  [
    'another key of it is open',
    [{ ...CLOSED, target: 'claude/claude-haiku-5-5#other' }, OPEN],
    { state: 'open' },
  ],
  [
    'a model whose name begins alike is open',
    [{ ...OPEN, target: 'claude/claude-haiku-5-5-fast#abc' }],
    { state: 'closed' },
  ],
] as const)('where %s', (_, circuits, expected) => {
  expect(picturesOf([HAIKU, LLAMA], ...circuits)?.[0]).toMatchObject(expected)
})

test('one model alone is asked whatever became of it before, and is not drawn open', () => {
  expect(picturesOf([HAIKU], OPEN)).toMatchObject([
    { state: 'closed', isNext: true, words: 'asked all the same, after: 429 rate limit' },
  ])
})

test('what cannot be asked says what would change that, and is passed over', () => {
  expect(picturesOf([GPT, LLAMA])).toMatchObject([
    { state: 'off', isNext: false, words: 'no key', fix: 'llmsel keys set openai' },
    { isNext: true },
  ])
})

test('a model that a request named by itself is drawn for as long as it is left alone', () => {
  const opus = { ...OPEN, target: 'claude/claude-opus-5-5#abc' }
  const chain: ChainReport = { profile: 'premium', failover: false, gateway: null, hops: [HAIKU] }
  const drawn = (circuit: CircuitReport) =>
    chainPictures([chain], new Map([[circuit.target, circuit]]))
  expect(drawn(opus)).toMatchObject([
    { profile: 'premium' },
    { hops: [{ provider: 'claude', model: 'claude-opus-5-5', state: 'open', isNext: false }] },
  ])
  expect(drawn({ ...opus, state: 'closed' })).toHaveLength(1)
})

test.each([
  [OPEN, CLOSED, 'claude-haiku-5-5 is left alone: 429 rate limit'],
  [OPEN, undefined, 'claude-haiku-5-5 is left alone: 429 rate limit'],
  [{ ...OPEN, state: 'half-open' } as const, OPEN, 'one request tries claude-haiku-5-5'],
  [CLOSED, OPEN, 'claude-haiku-5-5 answers again'],
  [CLOSED, undefined, null],
  [OPEN, OPEN, null],
])('a change of state is said in a sentence: %#', (after, before, expected) => {
  expect(announcementOf(after, before)).toBe(expected)
})
