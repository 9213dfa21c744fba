import { expect, test } from 'vitest'
import {
  planFleet,
  type PlannedMember,
  type PresentSession,
  type WantedSession,
} from '../../../src/domain/sessions/fleet-plan.ts'
import type { SessionRecord, SessionState } from '../../../src/domain/sessions/session.ts'

const WANTED: WantedSession = {
  profile: 'budget',
  model: 'claude-haiku-5-5',
  kind: 'worker',
  run: 'w.py',
  args: ['-x'],
  cwd: '/work',
  set: { CLAUDE_MODEL: 'claude-haiku-5-5', DEPTH: '3' },
  restart: null,
  limit: null,
}

interface Change {
  readonly state?: SessionState
  readonly record?: Partial<SessionRecord> | null
  /** tmux's name for it. */
  readonly named?: string
  readonly profile?: string
}

/** A session as WANTED has it, but for the change. */
function there(name: string, { state, record = {}, named, profile }: Change = {}): PresentSession {
  const startedAt = '2026-11-22T12:00:00.000Z'
  const whole: SessionRecord = {
    ...WANTED,
    version: 1,
    name,
    work: { kind: 'worker', argv: ['/usr/bin/python3', 'w.py', '-x'] },
    startedAt,
    socket: null,
    unset: [],
    ...record,
  }
  return {
    view: {
      name: named ?? name,
      profile: profile ?? 'budget',
      model: 'claude-haiku-5-5',
      state: state ?? { kind: 'running' },
      startedAt,
      attached: false,
      pid: 1,
      restarts: 0,
      fleet: '/work/f.json',
      spentUsd: null,
      spentMore: false,
      limit: null,
      folder: `/state/sessions/${name}.20261122T120000000Z-1`,
      id: '$1',
    },
    record: record === null ? null : whole,
  }
}

function plan(
  members: readonly (string | PlannedMember)[],
  present: readonly PresentSession[] = [],
  taken: readonly string[] = [],
): string[] {
  const planned = members.map((each) =>
    typeof each === 'string' ? { name: each, wanted: WANTED } : each,
  )
  return planFleet(planned, present, new Set(taken)).map(({ name, action, why }) =>
    [action, name, ...why].join(' '),
  )
}

test('what is missing is started, what is there is kept, what the file has no longer is ended', () => {
  expect(plan(['a', 'ab'], [there('a'), there('abc')], ['a', 'abc'])).toEqual([
    'keep a',
    'start ab',
    'stop abc the file has it no longer',
  ])
})

test('a name that something else has is left to it, also where it is a prefix of others', () => {
  expect(plan(['a', 'ab'], [], ['a'])).toEqual([
    'refuse a another session, which this file did not start, has its name',
    'start ab',
  ])
})

test('a session that somebody renamed is still the member', () => {
  expect(plan(['a'], [there('a', { named: 'mine' })])).toEqual(['keep a'])
  expect(plan([], [there('a', { named: 'mine' })])).toEqual(['stop mine the file has it no longer'])
})

test('what cannot be worked out keeps what is there', () => {
  const broken = { name: 'a', wanted: { problem: 'missing worker file: w.py' } }
  expect(plan([broken], [there('a')])).toEqual(['refuse a missing worker file: w.py'])
})

test.each<[string, Change, string]>([
  ['runs', {}, 'keep a'],
  ['waits to run again', { state: { kind: 'restarting', after: 1 } }, 'keep a'],
  ['has done its work', { state: { kind: 'exited', code: 0 } }, 'keep a'],
  ['failed', { state: { kind: 'exited', code: 3 } }, 'restart a exited 3'],
  ['was killed', { state: { kind: 'killed', signal: 'KILL', code: 137 } }, 'restart a killed KILL'],
  ['ended somehow', { state: { kind: 'unknown' } }, 'restart a exited, status unknown'],
  ['ran something else', { record: { run: 'v.py' } }, 'restart a run'],
  ['had other arguments', { record: { args: [] } }, 'restart a args'],
  ['ran elsewhere', { record: { cwd: '/x' } }, 'restart a folder: /x → /work'],
  [
    'had another variable',
    { record: { set: { CLAUDE_MODEL: 'claude-haiku-5-5', DEPTH: 'secret', OLD: '1' } } },
    'restart a variables: DEPTH, OLD',
  ],
  [
    'is on another model',
    { profile: 'free', record: { set: {} } },
    'restart a profile: free → budget',
  ],
  [
    'has later windows on the wanted profile, and a worker on another',
    { profile: 'free' },
    'restart a profile: free → budget',
  ],
  ['was a shell', { record: { work: { kind: 'shell', typed: null } } }, 'replace a it was a shell'],
  ['has lost its record', { record: null }, 'replace a nothing is kept about it'],
  [
    'was to be restarted',
    { record: { restart: { delayMs: 1000, maxDelayMs: 2000, maxRestarts: 3 } } },
    'update a restart: never',
  ],
])('one that %s', (_, change, expected) => {
  expect(plan(['a'], [there('a', change)])).toEqual([expected])
})

test('another restart policy is told, and changes no worker', () => {
  const restart = { delayMs: 500, maxDelayMs: 60_000, maxRestarts: 10 }
  expect(plan([{ name: 'a', wanted: { ...WANTED, restart } }], [there('a')])).toEqual([
    'update a restart: on failure, after 0.5 s to 60 s, up to 10 times',
  ])
})
