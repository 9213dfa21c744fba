import type { Model } from './model.ts'

/** A prompt that the model is known to refuse; an unknown window refuses nothing. */
export function exceedsWindow({ contextTokens }: Model, promptTokens: number): boolean {
  return contextTokens !== null && promptTokens > contextTokens
}
