import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseLocated, placesIn, type Located } from '../../src/domain/located-json.ts'

/** The value without its places; `FAULT` and where, for what is no JSON. */
function read(text: string): unknown {
  try {
    return plain(parseLocated(text, ({ at, message }) => new Error(`${at} ${message}`)))
  } catch (error) {
    return error instanceof Error ? `FAULT ${error.message}` : error
  }
}

function plain(node: Located): unknown {
  if (node.kind === 'list') return node.items.map(plain)
  if (node.kind !== 'object') return node.value
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plain(value)]))
}

test('reads every JSON as JSON.parse does, however it is laid out', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 2, '\t'), (json, space) => {
      const value: unknown = JSON.parse(json)
      expect(JSON.stringify(read(JSON.stringify(value, null, space)))).toBe(JSON.stringify(value))
    }),
  )
})

test('refuses what JSON.parse refuses', () => {
  const pieces = ['{', '}', '[', ']', ',', ':', '"a"', '"b', '1', '-', '01', 'true', 'nul', ' ']
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces), { maxLength: 8 }), (words) => {
      const text = words.join('')
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      const result = read(text)
      const isTwice = typeof result === 'string' && result.endsWith('is there twice')
      expect(isTwice || (typeof result === 'string' && result.startsWith('FAULT'))).toBe(
        isTwice || !isJson,
      )
    }),
    { numRuns: 2000 },
  )
})

test.each([
  ['', 'FAULT 0 the text ends where a value should be'],
  ['{"a": }', 'FAULT 6 "}" where a value should be'],
  ['{"a": 1,}', 'FAULT 7 nothing follows this ","'],
  ['[1 2]', 'FAULT 3 "2" where "," or "]" should be'],
  ["{'a': 1}", 'FAULT 1 "\'" where a key in double quotes should be'],
  ['{"a" 1}', 'FAULT 5 "1" where ":" should be'],
  ['{"a": 1, "a": 2}', 'FAULT 9 the key "a" is there twice'],
  ['{} {}', 'FAULT 3 "{" after the end of the value'],
  ['["two\nlines"]', 'FAULT 1 """ where a value should be'],
  ['[\u0000]', 'FAULT 1 U+0000 where a value should be'],
  ['// no\n{}', 'FAULT 0 "/" where a value should be'],
])('%j: %s', (text, expected) => {
  expect(read(text)).toBe(expected)
})

test('brackets without end are refused, as is a text of a megabyte in one string read', () => {
  expect(read('['.repeat(100_000))).toBe('FAULT 65 too many brackets within each other')
  const long = 'x'.repeat(1 << 20)
  expect(read(JSON.stringify([long]))).toEqual([long])
})

test('an offset is a line and a column from 1 on', () => {
  const place = placesIn('ab\n\ncd')
  expect([0, 2, 3, 4, 5, 6].map(place)).toEqual(['1:1', '1:3', '2:1', '3:1', '3:2', '3:3'])
})
