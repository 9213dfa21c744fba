import { expect, test } from 'vitest'
import { processesOf, type ProcessRow } from '../../../src/domain/sessions/process-tree.ts'

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
const TARGET = { folder: '/s/a', panePids: [100], spared: [10] }

function pids(rows: readonly ProcessRow[]): number[] {
  return rows.map(({ pid }) => pid)
}

test('the tree, the terminal session, and what only the environment still tells', () => {
  expect(pids(processesOf(ROWS, TARGET, []))).toEqual([100, 101, 102, 103, 104, 105])
})

test('what belonged to it before still does, unless the pid is another process’s now', () => {
  expect(pids(processesOf(ROWS, TARGET, [row(106, 104)]))).toContain(106)
  expect(pids(processesOf(ROWS, TARGET, [row(106, 104, { started: 'before' })]))).not.toContain(106)
})

test('llmsel and its ancestors are spared when it runs inside the session', () => {
  const spared = [10, 102]
  expect(pids(processesOf(ROWS, { ...TARGET, spared }, []))).toEqual([103, 104, 105])
})
