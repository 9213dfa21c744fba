import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  ZERO,
  add,
  compare,
  divide,
  fraction,
  isZero,
  multiply,
  parseFraction,
  subtract,
  toDecimalString,
  toFixed,
  type Fraction,
} from '../../../src/domain/costs/fraction.ts'

const anyFraction = fc
  .tuple(
    fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
    fc.bigInt({ min: 1n, max: 10n ** 12n }),
  )
  .map(([above, below]) => fraction(above, below))

test.each([
  ['0', 0n, 1n],
  ['1/6', 1n, 6n],
  ['2/12', 1n, 6n],
  ['0.80', 4n, 5n],
  ['-1.5', -3n, 2n],
  ['0.1', 1n, 10n],
])('%s is %s/%s', (text, numerator, denominator) => {
  expect(parseFraction(text)).toEqual({ numerator, denominator })
})

test.each([
  '',
  '1/0',
  '1e400',
  'NaN',
  'Infinity',
  '0x10',
  '1.',
  '.5',
  '1/-6',
  ' 1',
  '1_0',
  '9'.repeat(99),
])('%j is no number', (text) => {
  expect(parseFraction(text)).toBeNull()
})

test.each([
  ['1/6', 2, '0.17'],
  ['0.005', 2, '0.01'],
  ['-0.005', 2, '-0.01'],
  ['-0.001', 2, '0.00'],
  ['999.995', 2, '1000.00'],
  ['55.5', 0, '56'],
  ['12', 0, '12'],
])('%s to %d places is %s', (text, places, expected) => {
  expect(toFixed(parseFraction(text) ?? ZERO, places)).toBe(expected)
})

test.each([
  ['18', 0, '18'],
  ['18', 2, '18.00'],
  ['0.125', 2, '0.125'],
  ['1/6', 2, '0.166666666667'],
  ['1/3', 0, '0.333333333333'],
  ['0', 2, '0.00'],
])('%s in full, at least %d places, is %s', (text, places, expected) => {
  expect(toDecimalString(parseFraction(text) ?? ZERO, places)).toBe(expected)
})

test('a denominator of 0 is refused', () => {
  expect(() => fraction(1, 0)).toThrow(RangeError)
})

test('the laws of a field hold', () => {
  fc.assert(
    fc.property(anyFraction, anyFraction, anyFraction, (a, b, c) => {
      expect(add(a, b)).toEqual(add(b, a))
      expect(add(add(a, b), c)).toEqual(add(a, add(b, c)))
      expect(multiply(a, add(b, c))).toEqual(add(multiply(a, b), multiply(a, c)))
      expect(subtract(a, a)).toEqual(ZERO)
    }),
  )
})

test('division undoes multiplication', () => {
  fc.assert(
    fc.property(anyFraction, anyFraction, (a, b) => {
      fc.pre(!isZero(b))
      expect(multiply(divide(a, b), b)).toEqual(a)
    }),
  )
})

test('order agrees with subtraction, and every value is in lowest terms', () => {
  fc.assert(
    fc.property(anyFraction, anyFraction, (a, b) => {
      expect(compare(a, b)).toBe(-compare(b, a) + 0)
      expect(compare(a, b) === 0).toBe(isZero(subtract(a, b)))
      expect(a.denominator > 0n).toBe(true)
      expect(fraction(a.numerator * 7n, a.denominator * 7n)).toEqual(a)
    }),
  )
})

test('a printed decimal is within half a unit of its last place', () => {
  fc.assert(
    fc.property(anyFraction, fc.integer({ min: 0, max: 9 }), (value, places) => {
      const printed = parseFraction(toFixed(value, places))
      const off = subtract(printed ?? ZERO, value)
      const magnitude: Fraction = compare(off, ZERO) < 0 ? subtract(ZERO, off) : off
      expect(compare(magnitude, fraction(1n, 2n * 10n ** BigInt(places)))).toBeLessThanOrEqual(0)
    }),
  )
})

test('a finite decimal comes back as it was', () => {
  const decimal = fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 12n }), fc.integer({ min: 0, max: 12 }))
    .map(([digits, places]) => fraction(digits, 10n ** BigInt(places)))
  fc.assert(
    fc.property(decimal, (value) => {
      expect(parseFraction(toDecimalString(value))).toEqual(value)
    }),
  )
})
