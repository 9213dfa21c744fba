import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  admits,
  DEFAULT_NUMBERS,
  judged,
  newCircuit,
  nextProbeMs,
  probing,
  proved,
  type Circuit,
} from '../../../src/domain/failover/circuit.ts'
import type { Outcome, OutcomeClass } from '../../../src/domain/failover/outcome.ts'
import { restoredCircuits, savedCircuits } from '../../../src/domain/failover/restore.ts'

const T = 1_800_000_000_000

function outcome(kind: OutcomeClass, retryAfterMs: number | null = null): Outcome {
  return { class: kind, retryAfterMs, reason: kind }
}

function after(circuit: Circuit, kinds: readonly OutcomeClass[], atMs = T): Circuit {
  return kinds.reduce(
    (state, kind) =>
      judged(state, { outcome: outcome(kind), isProbe: false, turn: state.turn }, atMs),
    circuit,
  )
}

const FIVE: readonly OutcomeClass[] = Array(5).fill('server-error')

test('five failures one after the other open it, four do not', () => {
  expect(after(newCircuit(T), FIVE.slice(1)).state).toBe('closed')
  expect(after(newCircuit(T), FIVE).state).toBe('open')
  const interrupted = after(newCircuit(T), [...FIVE.slice(1), 'answered', ...FIVE.slice(1)])
  expect(interrupted.failures).toBe(4)
})

test('half of ten within a minute open it, and not of nine, and not over two minutes', () => {
  const mixed: OutcomeClass[] = ['answered', 'timeout', 'answered', 'timeout', 'answered']
  expect(after(newCircuit(T), [...mixed, ...mixed.slice(0, 4)]).state).toBe('closed')
  expect(after(newCircuit(T), [...mixed, ...mixed.slice(0, 4), 'timeout']).state).toBe('open')
  const early = after(newCircuit(T), mixed)
  expect(after(early, [...mixed.slice(0, 4), 'timeout'], T + 120_000).state).toBe('closed')
})

test.each<[OutcomeClass, number | null, number]>([
  ['rate-limited', null, 30_000],
  ['rate-limited', 7000, 7000],
  ['rate-limited', 86_400_000, 3_600_000],
  ['auth', null, 30_000],
  ['billing', null, 30_000],
])('one %s with retry-after %s opens it for %i ms', (kind, retryAfterMs, lengthMs) => {
  const open = judged(
    newCircuit(T),
    { outcome: outcome(kind, retryAfterMs), isProbe: false, turn: 0 },
    T,
  )
  expect(open.state).toBe('open')
  expect(nextProbeMs(open)).toBe(T + lengthMs)
  expect(admits(open, T + lengthMs - 1)).toBe('no')
  expect(admits(open, T + lengthMs)).toBe('probe')
})

test('opening it again keeps the later end, never the earlier', () => {
  const limited = (circuit: Circuit, waitMs: number, atMs: number) =>
    judged(
      circuit,
      { outcome: outcome('rate-limited', waitMs), isProbe: false, turn: circuit.turn },
      atMs,
    )
  const open = limited(newCircuit(T), 60_000, T)
  expect(nextProbeMs(limited(open, 5000, T + 1000))).toBe(T + 60_000)
  expect(nextProbeMs(limited(open, 90_000, T + 1000))).toBe(T + 91_000)
})

test('one probe goes out; others follow at its first content', () => {
  const open = after(newCircuit(T), FIVE)
  const half = probing(open, T + 30_000)
  expect(admits(half, T + 30_001)).toBe('no')
  expect(admits(proved(half), T + 30_001)).toBe('send')
  const closed = judged(
    half,
    { outcome: outcome('answered'), isProbe: true, turn: half.turn },
    T + 31_000,
  )
  expect(closed).toMatchObject({ state: 'closed', failures: 0, reason: null })
})

test('a failed probe doubles the time up to five minutes', () => {
  let circuit = after(newCircuit(T), FIVE)
  const lengths = []
  for (let i = 0; i < 6; i++) {
    const at = nextProbeMs(circuit) ?? 0
    const half = probing(circuit, at)
    const ended = { outcome: outcome('timeout'), isProbe: true, turn: half.turn }
    circuit = judged(half, ended, at)
    lengths.push((nextProbeMs(circuit) ?? 0) - at)
  }
  expect(lengths).toEqual([60_000, 120_000, 240_000, 300_000, 300_000, 300_000])
})

test('a probe whose client went away, or whose request was at fault, is given back', () => {
  for (const kind of ['client-gone', 'request-fault'] as const) {
    const half = probing(after(newCircuit(T), FIVE), T + 30_000)
    const ended = { outcome: outcome(kind), isProbe: true, turn: half.turn }
    const back = judged(half, ended, T + 31_000)
    expect(back.state).toBe('open')
    expect(admits(back, T + 31_000)).toBe('probe')
  }
})

test('a probe that never reports is given up', () => {
  const half = probing(after(newCircuit(T), FIVE), T)
  expect(admits(half, T + DEFAULT_NUMBERS.probeMs - 1)).toBe('no')
  expect(admits(half, T + DEFAULT_NUMBERS.probeMs)).toBe('probe')
})

test('what was sent before it opened neither closes it, nor keeps it open, nor opens it again', () => {
  const open = after(newCircuit(T), FIVE)
  const old = (circuit: Circuit, kind: OutcomeClass) =>
    judged(circuit, { outcome: outcome(kind), isProbe: false, turn: 0 }, T + 29_000)
  expect(old(open, 'answered').state).toBe('open')
  expect(nextProbeMs(old(open, 'timeout'))).toBe(T + 30_000)
  const half = probing(open, T + 30_000)
  const ended = { outcome: outcome('answered'), isProbe: true, turn: half.turn }
  const closed = judged(half, ended, T + 31_000)
  const late = [...FIVE, ...FIVE].reduce((circuit, kind) => old(circuit, kind), closed)
  expect(late).toMatchObject({ state: 'closed', failures: 0 })
})

test('a lost probe that reports late has no say in the next one', () => {
  const first = probing(after(newCircuit(T), FIVE), T + 30_000)
  const second = probing(first, T + 30_000 + DEFAULT_NUMBERS.probeMs)
  const gone = { outcome: outcome('client-gone'), isProbe: true, turn: first.turn }
  const now = T + 30_001 + DEFAULT_NUMBERS.probeMs
  expect(admits(judged(second, gone, now), now)).toBe('no')
})

test('short waits that an upstream asks for are kept, and doubled by a failed probe', () => {
  const limited = { outcome: outcome('rate-limited', 2000), isProbe: false, turn: 0 }
  const open = judged(newCircuit(T), limited, T)
  const half = probing(open, T + 2000)
  const again = judged(half, { ...limited, isProbe: true, turn: half.turn }, T + 2000)
  expect(nextProbeMs(again)).toBe(T + 6000)
})

test('a clock that is put right by a little changes nothing', () => {
  expect(admits(after(newCircuit(T), FIVE), T - 2)).toBe('no')
})

test('a clock that is set back, or forward, leaves nothing stuck', () => {
  const open = judged(
    newCircuit(T),
    { outcome: outcome('rate-limited', 3_600_000), isProbe: false, turn: 0 },
    T,
  )
  expect(admits(open, T - 86_400_000)).toBe('probe')
  expect(admits(open, T + 10 * 86_400_000)).toBe('probe')
  expect(admits(probing(open, T), T - 86_400_000)).toBe('probe')
})

const kinds: readonly OutcomeClass[] = [
  'answered',
  'rate-limited',
  'overloaded',
  'server-error',
  'timeout',
  'unreachable',
  'cut-short',
  'auth',
  'request-fault',
  'client-gone',
]

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom(...kinds),
    wait: fc.option(fc.integer({ min: 0, max: 10_000_000 })),
    passed: fc.integer({ min: -100_000, max: 400_000 }),
  }),
  { maxLength: 60 },
)

test('whatever happens, an open one sends its probe and nothing else, and is never stuck', () => {
  fc.assert(
    fc.property(steps, (events) => {
      let circuit = newCircuit(T)
      let now = T
      for (const { kind, wait, passed } of events) {
        now += passed
        const admitted = admits(circuit, now)
        const isAllowed = { closed: ['send'], open: ['probe', 'no'], 'half-open': ['probe', 'no'] }
        expect(isAllowed[circuit.state]).toContain(admitted)
        const until = now + DEFAULT_NUMBERS.maxRetryAfterMs + DEFAULT_NUMBERS.probeMs
        expect(admits(circuit, until)).not.toBe('no')
        if (admitted === 'no') continue
        const isProbe = admitted === 'probe'
        if (isProbe) circuit = probing(circuit, now)
        expect(admits(circuit, now)).toBe(isProbe ? 'no' : 'send')
        circuit = judged(
          circuit,
          { outcome: outcome(kind, wait), isProbe, turn: circuit.turn },
          now,
        )
        expect(circuit.recent.length).toBeLessThanOrEqual(7)
      }
    }),
  )
})

test('it is read back from a file as it was, but for what a restart makes untrue', () => {
  const open = after(newCircuit(T), FIVE)
  const half = probing(open, T + 30_000)
  const saved = JSON.parse(JSON.stringify(savedCircuits(new Map(Object.entries({ open, half })))))
  const restored = restoredCircuits(saved, T + 40_000)
  expect(restored.get('open')).toMatchObject({
    state: 'open',
    openForMs: 30_000,
    reason: 'server-error',
  })
  expect(nextProbeMs(restored.get('open') ?? newCircuit(T))).toBe(nextProbeMs(open))
  expect(admits(restored.get('half') ?? newCircuit(T), T + 40_000)).toBe('probe')
})

test.each([
  null,
  {},
  { version: 2, circuits: { a: { state: 'open', sinceMs: 1, openForMs: 1 } } },
  { version: 1, circuits: [] },
  { version: 1, circuits: { a: 7, b: { state: 'open' }, c: { state: 'open', sinceMs: -1 } } },
  { version: 1, circuits: { a: { state: 'open', sinceMs: 'x', openForMs: 1e300 } } },
])('of a file with %j nothing is believed', (saved) => {
  expect(restoredCircuits(saved as never, T).size).toBe(0)
})
