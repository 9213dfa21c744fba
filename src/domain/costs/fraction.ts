/** An exact rational number in lowest terms; `denominator` is positive. */
export interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

/** Longer inputs are no prices, and would make bigints of any size. */
const MAX_LENGTH = 40

export const ZERO: Fraction = { numerator: 0n, denominator: 1n }
export const ONE: Fraction = { numerator: 1n, denominator: 1n }

export function fraction(numerator: bigint | number, denominator: bigint | number = 1n): Fraction {
  const above = BigInt(numerator)
  const below = BigInt(denominator)
  if (below === 0n) throw new RangeError('a fraction needs a denominator other than 0')
  const shared = greatestDivisor(above, below) * (below < 0n ? -1n : 1n)
  return { numerator: above / shared, denominator: below / shared }
}

/** `12`, `0.80`, `-3`, `1/6`; null for anything else, exponents included. */
export function parseFraction(text: string): Fraction | null {
  if (text.length > MAX_LENGTH) return null
  const ratio = /^(\d+)\/(\d+)$/.exec(text)
  if (ratio !== null) {
    const [, above = '', below = ''] = ratio
    return BigInt(below) === 0n ? null : fraction(BigInt(above), BigInt(below))
  }
  const decimal = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text)
  if (decimal === null) return null
  const [, sign = '', whole = '', places = ''] = decimal
  const value = fraction(BigInt(whole + places), 10n ** BigInt(places.length))
  return sign === '' ? value : subtract(ZERO, value)
}

export function add(a: Fraction, b: Fraction): Fraction {
  return fraction(
    a.numerator * b.denominator + b.numerator * a.denominator,
    a.denominator * b.denominator,
  )
}

export function subtract(a: Fraction, b: Fraction): Fraction {
  return add(a, { numerator: -b.numerator, denominator: b.denominator })
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.numerator, a.denominator * b.denominator)
}

/** `b` must not be zero. */
export function divide(a: Fraction, b: Fraction): Fraction {
  return fraction(a.numerator * b.denominator, a.denominator * b.numerator)
}

/** Negative, zero or positive as `a` is less than, equal to or greater than `b`. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = subtract(a, b).numerator
  if (difference === 0n) return 0
  return difference < 0n ? -1 : 1
}

export function isZero({ numerator }: Fraction): boolean {
  return numerator === 0n
}

/** With exactly `places` decimals; halves are rounded away from zero. */
export function toFixed({ numerator, denominator }: Fraction, places: number): string {
  const scaled = magnitude(numerator) * 10n ** BigInt(places)
  const digits = ((scaled * 2n + denominator) / (denominator * 2n))
    .toString()
    .padStart(places + 1, '0')
  const sign = numerator < 0n && /[1-9]/.test(digits) ? '-' : ''
  const whole = digits.slice(0, digits.length - places)
  return places === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-places)}`
}

/** Exact where a decimal can be, else rounded to 12 places; at least `minPlaces` decimals. */
export function toDecimalString(value: Fraction, minPlaces = 0): string {
  const places = finitePlaces(value.denominator)
  if (places !== null) return toFixed(value, Math.max(places, minPlaces))
  const rounded = toFixed(value, 12).replace(/0+$/, '')
  const [whole = '', decimals = ''] = rounded.split('.')
  const padded = decimals.padEnd(minPlaces, '0')
  return padded === '' ? whole : `${whole}.${padded}`
}

/** How many decimals a fraction of this denominator has; null when they do not end. */
function finitePlaces(denominator: bigint): number | null {
  let twos = 0
  let fives = 0
  let rest = denominator
  for (; rest % 2n === 0n; rest /= 2n) twos++
  for (; rest % 5n === 0n; rest /= 5n) fives++
  return rest === 1n ? Math.max(twos, fives) : null
}

function greatestDivisor(a: bigint, b: bigint): bigint {
  let [large, small] = [magnitude(a), magnitude(b)]
  while (small !== 0n) [large, small] = [small, large % small]
  return large
}

function magnitude(value: bigint): bigint {
  return value < 0n ? -value : value
}
