import { expect, test } from 'vitest'
import {
  processesOf,
  type ProcessRow,
  type Target,
} from '../../../src/domain/sessions/process-tree.ts'

function row(pid: number, parent: number, more: Partial<ProcessRow> = {}): ProcessRow {
  return { pid, parent, group: pid, started: `at ${pid}`, folder: null, ...more }
}

/** 1 init, 10 the tmux server, 100 the session's pane, 200 another session's. */
const ROWS = [
  row(1, 0),
  row(10, 1),
  row(100, 10),
  row(101, 100, { group: 100 }),
  row(102, 101),
  row(103, 1, { group: 100 }),
  row(104, 1, { folder: '/s/a' }),
  row(105, 104),
  row(106, 1),
  row(200, 10, { folder: '/s/b' }),
  row(201, 200),
]
const A: Target = { folder: '/s/a', panePids: [100], keptPids: [] }
const B: Target = { folder: '/s/b', panePids: [], keptPids: [] }

interface Question {
  readonly targets?: readonly Target[]
  readonly spared?: readonly number[]
  readonly seen?: readonly ProcessRow[]
}

function pids({ targets = [A], spared = [10], seen = [] }: Question): number[] {
  const owned = seen.map((each) => ({ row: each, target: A }))
  return processesOf(ROWS, { targets, spared, seen: owned }).map(({ row: { pid } }) => pid)
}

test('the tree, the terminal session, and what only the environment still tells', () => {
  expect(pids({})).toEqual([100, 101, 102, 103, 104, 105])
})

test('what belonged to it before still does, unless the pid is another process’s now', () => {
  expect(pids({ seen: [row(106, 104)] })).toContain(106)
  expect(pids({ seen: [row(106, 104, { started: 'before' })] })).not.toContain(106)
})

test('llmsel and its ancestors are spared when it runs inside the session', () => {
  expect(pids({ spared: [10, 102] })).toEqual([103, 104, 105])
})

test('of several sessions each process is of its own', () => {
  const found = processesOf(ROWS, { targets: [A, B], spared: [10], seen: [] })
  expect(found.filter(({ target }) => target === B).map(({ row: { pid } }) => pid)).toEqual([
    200, 201,
  ])
  expect(found).toHaveLength(8)
})

test('the other panes of a session keep theirs, whatever their environment says', () => {
  const other = [row(300, 10, { folder: '/s/a' }), row(301, 300, { group: 300, folder: '/s/a' })]
  const targets = [{ ...A, keptPids: [300] }]
  const found = processesOf([...ROWS, ...other], { targets, spared: [10], seen: [] })
  expect(found.map(({ row: { pid } }) => pid)).toEqual([100, 101, 102, 103, 104, 105])
})
