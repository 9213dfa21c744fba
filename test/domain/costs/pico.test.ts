import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fraction, toDecimalString } from '../../../src/domain/costs/fraction.ts'
import { picoOf, usdOf } from '../../../src/domain/costs/pico.ts'

test('an amount becomes dollars, and comes back as it was', () => {
  expect(toDecimalString(usdOf(2_500_000_000_001n))).toBe('2.500000000001')
  expect(toDecimalString(usdOf(-1n))).toBe('-0.000000000001')
  fc.assert(
    fc.property(fc.bigInt(), (amount) => {
      expect(picoOf(usdOf(amount))).toBe(amount)
    }),
  )
})

test('what is less than a pico-dollar is left out', () => {
  expect(picoOf(fraction(1, 3))).toBe(333_333_333_333n)
  expect(picoOf(fraction(-2, 3))).toBe(-666_666_666_666n)
  expect(picoOf(fraction(1, 10n ** 13n))).toBe(0n)
})
