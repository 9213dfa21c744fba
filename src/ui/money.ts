import { compare, fraction, isZero, toFixed, type Fraction } from '../domain/costs/fraction.ts'
import { PICO_PER_USD, usdOf } from '../domain/costs/pico.ts'
import type { UsdPerMillion } from '../domain/models/model.ts'

const CENT = fraction(1, 100)

/** A price per million tokens; unknown is never shown as 0. */
export function priceText(price: UsdPerMillion): string {
  if (price === null) return 'unknown'
  if (price === '0') return 'free'
  const [whole = '0', decimals = ''] = price.split('.')
  return `$${whole}.${decimals.padEnd(2, '0')}`
}

/** `$18.00`, `$0`, `unknown`; an amount under a cent shows its first digits. */
export function usd(amount: Fraction | null): string {
  if (amount === null) return 'unknown'
  if (isZero(amount)) return '$0'
  const negative = amount.numerator < 0n
  const size = negative ? { ...amount, numerator: -amount.numerator } : amount
  const text = compare(size, CENT) < 0 ? underCent(size) : `$${toFixed(size, 2)}`
  return negative ? `-${text}` : text
}

/** As `usd`, without cents where there are none: `$540`. */
export function wholeUsd(amount: Fraction | null): string {
  return amount !== null && amount.denominator === 1n
    ? usd(amount).replace(/\.00$/, '')
    : usd(amount)
}

const CENT_PICO = PICO_PER_USD / 100n

/** As `usd`, of pico-dollars, with two digits for an amount under a cent: `$0.0034`. */
export function usdOfPico(amount: bigint | null): string {
  if (amount === null) return 'unknown'
  const size = amount < 0n ? -amount : amount
  const rounded = size < CENT_PICO ? roundedTo(size, 2) : amount
  return usd(usdOf(size < CENT_PICO && amount < 0n ? -rounded : rounded))
}

/** To its first digits; `size` is not negative. */
function roundedTo(size: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(Math.max(0, size.toString().length - digits))
  return ((size + unit / 2n) / unit) * unit
}

function underCent(size: Fraction): string {
  const text = toFixed(size, 6).replace(/0+$/, '')
  return text === '0.' ? '<$0.000001' : `$${text}`
}
