import { LlmselError } from '../errors.ts'
import { ONE, ZERO, compare, fraction, multiply, parseFraction, type Fraction } from './fraction.ts'

const SCALE: ReadonlyMap<string, bigint> = new Map([
  ['k', 1_000n],
  ['m', 1_000_000n],
  ['b', 1_000_000_000n],
])

/** Far above any real use; keeps the arithmetic and its printing small. */
const MAX_TOKENS = 1_000_000_000_000_000n

const TOKENS_HINT = { hint: 'write 250000, 20k, 1.5M or 1_000_000' }
const SHARE_HINT = { hint: 'write 1/6, 0.9 or 15%' }

/** `1M`, `1.5M`, `20k`, `250000`, `1_000` as a whole number of tokens; `option` names it in errors. */
export function parseTokens(text: string, option: string): bigint {
  const parts = /^(\d+(?:_\d+)*(?:\.\d+)?)([kmb])?$/i.exec(text)
  const amount = parts === null ? null : parseFraction((parts[1] ?? '').replaceAll('_', ''))
  if (amount === null) throw new LlmselError('usage', complaint(text, option), TOKENS_HINT)
  const scale = SCALE.get(parts?.[2]?.toLowerCase() ?? '') ?? 1n
  const tokens = multiply(amount, fraction(scale))
  if (tokens.denominator !== 1n) {
    throw new LlmselError('usage', `${option}: "${text}" is not a whole number of tokens`)
  }
  if (tokens.numerator > MAX_TOKENS) {
    throw new LlmselError('usage', `${option}: "${text}" is more than ${MAX_TOKENS} tokens`)
  }
  return tokens.numerator
}

/** `1/6`, `0.9` or `15%`, from 0 to 1. */
export function parseShare(text: string, option: string): Fraction {
  const percent = text.endsWith('%')
  const value = parseFraction(percent ? text.slice(0, -1) : text)
  if (value === null) {
    throw new LlmselError('usage', `${option}: "${shorten(text)}" is not a share`, SHARE_HINT)
  }
  const share = percent ? multiply(value, fraction(1, 100)) : value
  if (compare(share, ZERO) < 0 || compare(share, ONE) > 0) {
    throw new LlmselError('usage', `${option}: "${text}" is not between 0 and 1`, SHARE_HINT)
  }
  return share
}

function complaint(text: string, option: string): string {
  if (text === '') return `${option}: an empty amount`
  if (/^-[\d.]/.test(text)) return `${option}: "${shorten(text)}" is negative`
  return `${option}: "${shorten(text)}" is not a number of tokens`
}

function shorten(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
