import { fraction, type Fraction } from './fraction.ts'

/** Amounts are kept as whole numbers of 10⁻¹² dollars: the price of a token is one. */
export const PICO_PER_USD = 1_000_000_000_000n

export function usdOf(picoUsd: bigint): Fraction {
  return fraction(picoUsd, PICO_PER_USD)
}

/** What is less than one is left out. */
export function picoOf({ numerator, denominator }: Fraction): bigint {
  return (numerator * PICO_PER_USD) / denominator
}
