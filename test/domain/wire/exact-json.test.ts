import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json } from '../../../src/domain/json.ts'
import { exactObject, exactText, parseExact } from '../../../src/domain/wire/exact-json.ts'
import { jsonValueText } from '../../support/json-text.ts'

test.each([
  ['{"id":9007199254740993}', { id: 9007199254740993n }],
  ['[ -9007199254740993 ,1]', [-9007199254740993n, 1]],
  ['18446744073709551615', 18446744073709551615n],
  ['9007199254740992', 9007199254740992],
  ['9007199254740993.0', 9007199254740992],
  ['9007199254740993e0', 9007199254740992],
  ['0.9007199254740993', 0.9007199254740993],
  ['1e-9007199254740993', 0],
  ['{"n\\": 9007199254740993":"9007199254740993"}', { 'n": 9007199254740993': '9007199254740993' }],
  ['["\\u0000123",9007199254740993]', ['\u0000123', 9007199254740993n]],
])('%s is read as it is', (text, value) => {
  expect(parseExact(text)).toEqual(value)
})

test.each([
  '{9007199254740993:1}',
  '[09007199254740993]',
  '[90071992547409930',
  '9007199254740993 "',
])('what is no JSON is none: %s', (text) => {
  expect(() => parseExact(text)).toThrow(SyntaxError)
  expect(exactObject(text)).toBeNull()
})

test('where all marks are taken, a number is what a double makes of it', () => {
  const taken = Array.from({ length: 8 }, (_, code) => `\\u000${code}1`).join('')
  expect(parseExact(`["${taken}",9007199254740993]`)).toMatchObject([{}, 9007199254740992])
})

test('a number as long as a key of RSA is kept', () => {
  for (const digits of [100, 617, 1234, 5000]) {
    const text = `{"n":${'7'.repeat(digits)}}`
    expect(exactText(parseExact(text))).toBe(text)
  }
})

test('a number of megabytes is none to be kept', () => {
  expect(parseExact('1'.repeat(5001))).toBe(Number.POSITIVE_INFINITY)
  expect(parseExact(`[${'1'.repeat(5_000_000)}]`)).toEqual([Number.POSITIVE_INFINITY])
})

test('what a program passes beside a whole number is written as JSON.stringify writes it', () => {
  const id = 9007199254740993n
  const passed = [
    [{ a: undefined, id }, '{"id":9007199254740993}'],
    [[undefined, () => 1, id], '[null,null,9007199254740993]'],
    [[...Array(2), id], '[null,null,9007199254740993]'],
    [{ at: new Date(0), id }, '{"at":"1970-01-01T00:00:00.000Z","id":9007199254740993}'],
    [{ toJSON: () => id }, '9007199254740993'],
    [
      ['\u00001', '\u0000\u00001', '"\u00001', id],
      String.raw`["\u00001","\u0000\u00001","\"\u00001",9007199254740993]`,
    ],
    [{ '\u00001': id }, String.raw`{"\u00001":9007199254740993}`],
  ] as const
  // Of other types than it may be: a program in JavaScript passes it.
  for (const [value, text] of passed) expect(exactText(value as unknown as Json)).toBe(text)
})

test('a circle is said to be one', () => {
  const circle: Record<string, unknown> = { BigInt: 1 }
  circle['BigInt'] = circle
  for (const value of [circle, { id: 9007199254740993n, circle }])
    expect(() => exactText(value as unknown as Json)).toThrow('circular structure')
})

test('a key named __proto__ is one as any other', () => {
  const text = '{"__proto__":{"a":9007199254740993},"b":[{"__proto__":9007199254740993}]}'
  expect(exactText(parseExact(text))).toBe(text)
})

function rounded(value: Json): Json {
  return JSON.parse(
    JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? Number(one) : one)),
  )
}

test('any JSON is what it was, but for numbers that a double would change', () => {
  fc.assert(
    fc.property(jsonValueText, (text) => {
      const value = parseExact(text)
      const plain = JSON.stringify(JSON.parse(text))
      expect(JSON.stringify(rounded(value))).toBe(plain)
      expect(exactText(value).replaceAll('12345678901234567890', '12345678901234567000')).toBe(
        plain,
      )
      expect(exactText(parseExact(exactText(value)))).toBe(exactText(value))
    }),
  )
})
