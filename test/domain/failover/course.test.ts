import fc from 'fast-check'
import { expect, test } from 'vitest'
import { judged, newCircuit, probing, type Circuit } from '../../../src/domain/failover/circuit.ts'
import {
  committed,
  ended,
  newCourse,
  nextStep,
  type Course,
  type CourseHop,
} from '../../../src/domain/failover/course.ts'
import type { Outcome, OutcomeClass } from '../../../src/domain/failover/outcome.ts'

const T = 1_800_000_000_000

function hop(key: string, more: Partial<CourseHop> = {}): CourseHop {
  return { key, unready: null, left: false, translated: false, contextTokens: null, ...more }
}

function outcome(kind: OutcomeClass, retries = false): Outcome {
  return { class: kind, retryAfterMs: null, reason: kind, retries }
}

const ABC = newCourse([hop('a'), hop('b'), hop('c')])

/** The hops that are asked when each ends so, with no circuit open. */
function asked(course: Course, kinds: readonly OutcomeClass[]): number[] {
  const hops: number[] = []
  let state = course
  for (const kind of [...kinds, 'answered' as const]) {
    const step = nextStep(state, new Map(), T)
    if (step.type === 'stop') break
    hops.push(step.hop)
    state = ended(state, step.hop, outcome(kind))
  }
  return hops
}

test.each<[readonly OutcomeClass[], readonly number[]]>([
  [[], [0]],
  [['rate-limited'], [0, 1]],
  [
    ['overloaded', 'server-error'],
    [0, 1, 2],
  ],
  [
    ['timeout', 'unreachable', 'cut-short'],
    [0, 1, 2],
  ],
  [
    ['auth', 'billing'],
    [0, 1, 2],
  ],
  [
    ['model-missing', 'malformed'],
    [0, 1, 2],
  ],
  [['request-fault'], [0]],
  [['context-too-long'], [0]],
  [['client-gone'], [0]],
])('after %j these were asked: %j', (kinds, hops) => {
  expect(asked(ABC, kinds)).toEqual(hops)
})

test('a prompt that is too long goes on to a larger window only', () => {
  const course = newCourse([
    hop('a', { contextTokens: 200_000 }),
    hop('b', { contextTokens: 32_000 }),
    hop('c', { contextTokens: 1_000_000 }),
  ])
  expect(asked(course, ['context-too-long'])).toEqual([0, 2])
})

test('what is not ready is passed over, and nobody is asked where nothing is', () => {
  const course = newCourse([hop('a', { unready: 'no key' }), hop('b')])
  expect(asked(course, [])).toEqual([1])
  expect(asked(newCourse([hop('a', { unready: 'no key' })]), [])).toEqual([])
})

test('a connection that was reset is tried once more at the same hop, and then the next', () => {
  let course = ABC
  const hops: number[] = []
  for (;;) {
    const step = nextStep(course, new Map(), T)
    if (step.type === 'stop') break
    hops.push(step.hop)
    course = ended(course, step.hop, outcome('unreachable', true))
  }
  expect(hops).toEqual([0, 0, 1, 1, 2, 2])
})

function open(lengthMs: number): Circuit {
  const limited = { ...outcome('rate-limited'), retryAfterMs: lengthMs }
  return judged(newCircuit(T), { outcome: limited, isProbe: false, turn: 0 }, T)
}

test('an open circuit is passed over, and its probe goes out when it is due', () => {
  const circuits = new Map([['a', open(30_000)]])
  expect(nextStep(ABC, circuits, T)).toEqual({ type: 'send', hop: 1, isProbe: false })
  expect(nextStep(ABC, circuits, T + 30_000)).toEqual({ type: 'send', hop: 0, isProbe: true })
  const half = new Map([['a', probing(open(30_000), T + 30_000)]])
  expect(nextStep(ABC, half, T + 30_000)).toEqual({ type: 'send', hop: 1, isProbe: false })
})

test('with all open the one nearest recovery is asked', () => {
  const circuits = new Map([
    ['a', open(60_000)],
    ['b', open(20_000)],
    ['c', open(40_000)],
  ])
  expect(nextStep(ABC, circuits, T)).toEqual({ type: 'send', hop: 1, isProbe: true })
})

test('with all being probed by others nobody is asked', () => {
  const half = probing(open(30_000), T)
  const circuits = new Map(['a', 'b', 'c'].map((key) => [key, half]))
  expect(nextStep(ABC, circuits, T)).toEqual({ type: 'stop' })
})

test('a prompt that was too long once goes to no smaller window later', () => {
  const course = newCourse([
    hop('a', { contextTokens: 200_000 }),
    hop('b', { contextTokens: 1_000_000 }),
    hop('c', { contextTokens: 32_000 }),
  ])
  expect(asked(course, ['context-too-long', 'server-error'])).toEqual([0, 1])
})

test('a refusal of what was written for another format says nothing of the request', () => {
  const course = newCourse([hop('a'), hop('b', { translated: true }), hop('c')])
  expect(asked(course, ['overloaded', 'request-fault'])).toEqual([0, 1, 2])
})

test('one hop alone is asked whatever its circuit says, and never a second time', () => {
  const alone = newCourse([hop('a')])
  expect(nextStep(alone, new Map([['a', open(60_000)]]), T)).toMatchObject({ hop: 0 })
  const failed = ended(alone, 0, outcome('unreachable', true))
  expect(nextStep(failed, new Map(), T)).toEqual({ type: 'stop' })
})

test('a conversation stays away from where it left, unless nothing else is there', () => {
  const left = newCourse([hop('a', { left: true }), hop('b')])
  expect(asked(left, [])).toEqual([1])
  expect(asked(left, ['server-error'])).toEqual([1, 0])
  expect(asked(newCourse([hop('a', { left: true })]), [])).toEqual([0])
  const blocked = newCourse([hop('a', { left: true }), hop('b', { unready: 'no key' })])
  expect(asked(blocked, [])).toEqual([0])
})

const CLASSES: readonly OutcomeClass[] = [
  'rate-limited',
  'overloaded',
  'unreachable',
  'timeout',
  'auth',
  'answered',
  'request-fault',
]

test('no request reaches more hops than its chain has, and none after content', () => {
  const world = fc.record({
    hops: fc.array(fc.record({ ready: fc.boolean(), open: fc.boolean(), left: fc.boolean() }), {
      minLength: 1,
      maxLength: 5,
    }),
    kinds: fc.array(fc.constantFrom(...CLASSES), { minLength: 12, maxLength: 12 }),
    resets: fc.boolean(),
    commitAt: fc.integer({ min: 0, max: 12 }),
  })
  fc.assert(
    fc.property(world, ({ hops, kinds, resets, commitAt }) => {
      const circuits = new Map(
        hops.flatMap(({ open: isOpen }, index) =>
          isOpen ? [[`${index}`, open(60_000)] as const] : [],
        ),
      )
      let course = newCourse(
        hops.map(({ ready, left }, index) =>
          hop(`${index}`, { left, unready: ready ? null : 'no key' }),
        ),
      )
      const sent: number[] = []
      for (const [index, kind] of kinds.entries()) {
        const step = nextStep(course, circuits, T)
        if (step.type === 'stop') break
        expect(course.committed).toBe(false)
        expect(hops[step.hop]?.ready).toBe(true)
        // An open one is asked as its probe, or because it is the only hop.
        const isOpen = hops[step.hop]?.open === true
        expect(step.isProbe || !isOpen || hops.length === 1).toBe(true)
        sent.push(step.hop)
        if (index === commitAt) course = committed(course)
        course = ended(course, step.hop, outcome(kind, resets))
      }
      expect(new Set(sent).size).toBeLessThanOrEqual(hops.length)
      for (const one of new Set(sent))
        expect(sent.filter((each) => each === one).length).toBeLessThanOrEqual(2)
    }),
  )
})
