import type { Model } from '../models/model.ts'
import { ONE, multiply, parseFraction, type Fraction } from './fraction.ts'

/** How a request was served besides by which model; `other` is a tier with no published price. */
export type Tier = 'standard' | 'batch' | 'fast' | 'other'

export interface Terms {
  readonly tier: Tier
  /** Kept within the US at the client's wish (`inference_geo`). */
  readonly usOnly: boolean
  /** The tokens are those of several requests, so that no one prompt is known. */
  readonly summed: boolean
}

export const STANDARD: Terms = { tier: 'standard', usOnly: false, summed: false }

export function isStandard({ tier, usOnly, summed }: Terms): boolean {
  return tier === 'standard' && !usOnly && !summed
}

/** Twice the price, by the model pages of Anthropic (2026-08-22); Opus 5.5's by a third party. */
const FAST: ReadonlySet<string> = new Set(['claude-opus-5-5', 'claude-opus-5', 'claude-opus-4-8'])
const FAST_FACTOR: Fraction = { numerator: 2n, denominator: 1n }

/** Anthropic's pricing page, 2026-08-22; models before 4.6 refuse such a request. */
const US_FACTOR: Fraction = { numerator: 11n, denominator: 10n }

/** What the terms put on every price of a token; null is unknown. */
export function factorOf(model: Model, { tier, usOnly }: Terms): Fraction | null {
  const factor = tierFactor(model, tier)
  if (factor === null || !usOnly) return factor
  return model.provider === 'claude' ? multiply(factor, US_FACTOR) : null
}

function tierFactor(model: Model, tier: Tier): Fraction | null {
  switch (tier) {
    case 'standard':
      return ONE
    case 'batch':
      return model.batchFactor === null ? null : parseFraction(model.batchFactor)
    case 'fast':
      return FAST.has(model.id) ? FAST_FACTOR : null
    case 'other':
      return null
  }
}
