import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  edited,
  elements,
  lastValue,
  removeElements,
  setMembers,
  stringAt,
  topLevel,
} from '../../../src/domain/wire/json-edit.ts'
import { jsonObjectText, jsonValueText } from '../../support/json-text.ts'

function isObjectText(text: string): boolean {
  try {
    return JSON.parse(text)?.constructor === Object
  } catch {
    return false
  }
}

test('the members of any object are found where they stand', () => {
  fc.assert(
    fc.property(jsonObjectText, (text) => {
      const found = topLevel(text)
      const read = Object.fromEntries(
        (found?.members ?? []).map(({ key, value }) => [
          key,
          JSON.parse(text.slice(value.start, value.end)),
        ]),
      )
      expect(read).toEqual(JSON.parse(text))
    }),
    { numRuns: 1000 },
  )
})

test('a member is set and every other byte is as it was', () => {
  fc.assert(
    fc.property(jsonObjectText, (text) => {
      const body = topLevel(text)
      expect.assert(body !== null)
      const result = edited(
        text,
        setMembers(body, new Map([['model', '"a-value-that-stands-nowhere-else"']])),
      )
      expect(JSON.parse(result)).toEqual({
        ...JSON.parse(text),
        model: 'a-value-that-stands-nowhere-else',
      })
      const old = body.members.filter(({ key }) => key === 'model')
      const pieces = result.split('"a-value-that-stands-nowhere-else"')
      expect(pieces).toHaveLength(Math.max(old.length, 1) + 1)
      const values = old.map(({ value }) => text.slice(value.start, value.end))
      const undone =
        old.length === 0
          ? result.replace(/"model":"a-value-that-stands-nowhere-else",?/, '')
          : pieces.map((piece, at) => piece + (values[at] ?? '')).join('')
      expect(undone).toBe(text)
    }),
    { numRuns: 1000 },
  )
})

test('any elements of any array are taken out with their commas', () => {
  const some = fc.tuple(fc.array(fc.tuple(jsonValueText, fc.boolean()), { maxLength: 6 }))
  fc.assert(
    fc.property(some, ([items]) => {
      const text = `[ ${items.map(([value]) => value).join(' ,\n')} ]`
      const all = elements(text, { start: 0, end: text.length }) ?? []
      const removed = new Set(all.filter((_, index) => items[index]?.[1]))
      const result = edited(
        text,
        removeElements(all, (element) => removed.has(element)),
      )
      expect(JSON.parse(result)).toEqual(
        items.filter(([, gone]) => !gone).map(([value]) => JSON.parse(value)),
      )
    }),
    { numRuns: 1000 },
  )
})

test('every JSON object is found, and nothing makes the search fail', () => {
  const broken = fc
    .tuple(jsonObjectText, fc.nat(), fc.constantFrom('', '{', '}', '[', ']', ',', ':', '"', 'x'))
    .map(([text, at, mark]) => {
      const cut = at % (text.length + 1)
      return text.slice(0, cut) + mark + text.slice(cut + 1)
    })
  fc.assert(
    fc.property(fc.oneof(broken, fc.string()), (text) => {
      expect(topLevel(text) === null && isObjectText(text)).toBe(false)
    }),
    { numRuns: 2000 },
  )
})

test.each([
  [''],
  ['[]'],
  ['"{}"'],
  ['{'],
  ['{}x'],
  ['{"a":1,}'],
  ['{"a" 1}'],
  ['{a:1}'],
  ['{"a":[}]}'],
  ['{"a":{"b":1]}'],
  ['{"a":"open}'],
  ['{"a":01}'],
  ['{"a":NaN}'],
  [`{"a":${'['.repeat(2000)}${']'.repeat(2000)}}`],
  [`{"a":${'['.repeat(5_000_000)}`],
  [`{${Array.from({ length: 100_001 }, () => '"a":1').join(',')}}`],
])('%.20j is refused', (text) => {
  expect(topLevel(text)).toBeNull()
})

test('a string is read with its escapes, and of doubled keys the last is', () => {
  const text = '{"model":1,"mod\\u0065l":"a\\"b"}'
  const body = topLevel(text)
  expect.assert(body !== null)
  const value = lastValue(body, 'model')
  expect(value === null ? null : stringAt(text, value)).toBe('a"b')
  expect(lastValue(body, 'none')).toBeNull()
  expect(stringAt(text, { start: 9, end: 10 })).toBeNull()
})

test('several absent members are inserted into an empty object', () => {
  const body = topLevel(' {} ')
  expect.assert(body !== null)
  const values = new Map([
    ['a', '1'],
    ['b', '2'],
  ])
  expect(edited(' {} ', setMembers(body, values))).toBe(' {"a":1,"b":2} ')
})
