import type { Conversation } from '../conversation.ts'
import type { Impossible, WriteTarget } from '../dialect.ts'
import { estimateTokens } from '../estimate.ts'

const SMALLEST = 4096
/** Clients ask for room that no local answer fills, and each token of a window takes memory. */
const MOST_OUTPUT = 32_768
const USUAL_OUTPUT = 4096

/**
 * The window to ask for, in tokens. Another window means that the model is loaded anew: the steps
 * double, so that a conversation that grows seldom meets one.
 * @returns why it cannot be, where the prompt alone is longer than the model's window.
 */
export function windowFor(
  conversation: Conversation,
  { model, contextTokens, outputTokens }: WriteTarget,
): number | Impossible {
  const prompt = estimateTokens(conversation)
  const most = contextTokens ?? Number.POSITIVE_INFINITY
  if (prompt > most) {
    const words = `the prompt is about ${prompt} tokens, and ${model} holds ${most}`
    return { impossible: words, tooLong: true }
  }
  const asked = conversation.maxOutputTokens ?? USUAL_OUTPUT
  const needed = prompt + Math.min(asked, outputTokens ?? MOST_OUTPUT, MOST_OUTPUT)
  let window = SMALLEST
  while (window < needed) window *= 2
  return Math.min(window, most)
}
