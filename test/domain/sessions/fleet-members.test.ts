import { expect, test } from 'vitest'
import { fleetMembers, type FoundFleetFile } from '../../../src/domain/sessions/fleet-members.ts'

/** The names of a fleet whose files are these; the first one is its root. */
function names(files: Readonly<Record<string, object>>): string[] {
  const [root = ''] = Object.keys(files)
  const found = (path: string): FoundFleetFile => {
    const text = JSON.stringify(files[path])
    return { path, shown: path, folder: '/w', text }
  }
  return fleetMembers(found(root), (path) => found(path)).map(({ name }) => name)
}

const of = (...keys: string[]) => Object.fromEntries(keys.map((key) => [key, {}]))

test('a fleet has the sessions of the files that it includes, each file once', () => {
  const files = {
    a: { include: ['b', 'c'], sessions: of('a1') },
    b: { include: ['d'], sessions: of('b1') },
    c: { include: ['d'], sessions: of('c1') },
    d: { sessions: of('d1') },
  }
  expect(names(files)).toEqual(['d1', 'b1', 'c1', 'a1'])
})

test('a cycle of includes is refused where it closes', () => {
  const files = {
    a: { include: ['b'], sessions: {} },
    b: { include: ['c'], sessions: {} },
    c: { include: ['b'], sessions: {} },
  }
  expect(() => names(files)).toThrow('c:1:13: "include" comes back to its own file: b → c → b')
  expect(() => names({ a: { include: ['a'], sessions: {} } })).toThrow('a → a')
})

test('one name twice is refused, with both places', () => {
  expect(() => names({ a: { sessions: { x: { count: 2 }, 'x-2': {} } } })).toThrow(
    'a:1:30: a session named x-2 is already at a:1:14',
  )
  const files = { a: { include: ['b'], sessions: of('x') }, b: { sessions: of('x') } }
  expect(() => names(files)).toThrow('a:1:30: a session named x is already at b:1:14')
})

test('a fleet of more than 500 is refused', () => {
  const files = { a: { sessions: { x: { count: 400 }, y: { count: 101 } } } }
  expect(() => names(files)).toThrow('a: 501 sessions; a fleet has at most 500')
})
