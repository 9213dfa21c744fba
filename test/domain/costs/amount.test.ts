import { expect, test } from 'vitest'
import { parseShare, parseTokens } from '../../../src/domain/costs/amount.ts'
import { fraction } from '../../../src/domain/costs/fraction.ts'

test.each([
  ['1M', 1_000_000n],
  ['1.5M', 1_500_000n],
  ['20k', 20_000n],
  ['20K', 20_000n],
  ['250000', 250_000n],
  ['1_000', 1_000n],
  ['1.000', 1n],
  ['0', 0n],
  ['2b', 2_000_000_000n],
])('%s is %d tokens', (text, tokens) => {
  expect(parseTokens(text, '--input')).toBe(tokens)
})

test.each([
  ['-1', '--input: "-1" is negative'],
  ['-1.5M', '--input: "-1.5M" is negative'],
  ['', '--input: an empty amount'],
  ['NaN', '--input: "NaN" is not a number of tokens'],
  ['Infinity', '--input: "Infinity" is not a number of tokens'],
  ['1e400', '--input: "1e400" is not a number of tokens'],
  ['1.5', '--input: "1.5" is not a whole number of tokens'],
  ['0.0001k', '--input: "0.0001k" is not a whole number of tokens'],
  ['1,000', '--input: "1,000" is not a number of tokens'],
  ['1MM', '--input: "1MM" is not a number of tokens'],
  ['_1', '--input: "_1" is not a number of tokens'],
  ['1 M', '--input: "1 M" is not a number of tokens'],
  ['٣', '--input: "٣" is not a number of tokens'],
  ['9999999999999999', '--input: "9999999999999999" is more than 1000000000000000 tokens'],
])('%j is refused by name', (text, message) => {
  expect(() => parseTokens(text, '--input')).toThrow(
    expect.objectContaining({ code: 'usage', message }),
  )
})

test('a giant input is refused without being worked on, and cut in the message', () => {
  expect(() => parseTokens('9'.repeat(1_000_000), '--input')).toThrow(/^--input: "9{40}…" is not/)
})

test.each([
  ['1/6', fraction(1, 6)],
  ['0.9', fraction(9, 10)],
  ['15%', fraction(3, 20)],
  ['0', fraction(0)],
  ['1', fraction(1)],
  ['100%', fraction(1)],
])('%s is a share', (text, share) => {
  expect(parseShare(text, '--cache-read')).toEqual(share)
})

test.each([
  ['1.1', '--cache-read: "1.1" is not between 0 and 1'],
  ['-0.1', '--cache-read: "-0.1" is not between 0 and 1'],
  ['7/6', '--cache-read: "7/6" is not between 0 and 1'],
  ['101%', '--cache-read: "101%" is not between 0 and 1'],
  ['1/0', '--cache-read: "1/0" is not a share'],
  ['NaN', '--cache-read: "NaN" is not a share'],
  ['', '--cache-read: "" is not a share'],
  ['%', '--cache-read: "%" is not a share'],
  ['1e-1', '--cache-read: "1e-1" is not a share'],
])('%j is refused as a share', (text, message) => {
  expect(() => parseShare(text, '--cache-read')).toThrow(
    expect.objectContaining({ code: 'usage', message }),
  )
})
