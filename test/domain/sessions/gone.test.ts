import { expect, test } from 'vitest'
import { goneRuns } from '../../../src/domain/sessions/gone.ts'
import type { Run, SessionRecord, SessionView } from '../../../src/domain/sessions/session.ts'

const RECORD: SessionRecord = {
  version: 1,
  name: 'a',
  profile: 'budget',
  model: 'claude-haiku-5-5',
  work: { kind: 'worker', argv: ['true'] },
  run: 'true',
  args: [],
  cwd: '/work',
  startedAt: '2026-11-22T12:00:00.000Z',
  socket: null,
  set: {},
  unset: [],
}

function run(name: string, id: string): Run {
  return { name, id, folder: `/state/${name}.${id}` }
}

function present(name: string, folder: string): SessionView {
  const { profile, model, startedAt } = RECORD
  const state = { kind: 'running' } as const
  const spending = { spentUsd: null, spentMore: false, limit: null }
  const rest = { attached: false, pid: 1, restarts: 0, fleet: null, id: '$1', ...spending }
  return { name, profile, model, state, startedAt, folder, ...rest }
}

function gone(
  runs: readonly Run[],
  views: readonly SessionView[] = [],
  ended: readonly string[] = [],
): string[] {
  const facts = {
    hasEnded: (folder: string) => ended.includes(folder),
    record: (folder: string) =>
      folder.endsWith('broken')
        ? null
        : { ...RECORD, socket: folder.endsWith('other') ? 'other' : null },
    socket: null,
  }
  return goneRuns(runs, views, facts).map(({ folder, state }) => `${folder} ${state.kind}`)
}

test('a run without a session and without an end is gone', () => {
  expect(gone([run('a', '1')])).toEqual(['/state/a.1 gone'])
})

test('one that ended, that is there, or of which nothing is kept is not', () => {
  expect(gone([run('a', '1')], [], ['/state/a.1'])).toEqual([])
  expect(gone([run('a', '1')], [present('a', '/state/a.1')])).toEqual([])
  // The person renamed the session.
  expect(gone([run('a', '1')], [present('b', '/state/a.1')])).toEqual([])
  expect(gone([run('a', 'broken')])).toEqual([])
})

test('a run on another server is not missing on this one, and hides none of this one', () => {
  expect(gone([run('a', 'other')])).toEqual([])
  expect(gone([run('a', 'other'), run('a', '1')], [], ['/state/a.other'])).toEqual([
    '/state/a.1 gone',
  ])
})

test('of a name, only the newest run counts', () => {
  const runs = [run('a', '2'), run('a', '1')]
  expect(gone(runs)).toEqual(['/state/a.2 gone'])
  expect(gone(runs, [], ['/state/a.2'])).toEqual([])
  expect(gone(runs, [present('a', '/state/a.3')])).toEqual([])
})
