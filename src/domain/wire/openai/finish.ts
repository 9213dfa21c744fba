import type { Finish, FinishReason } from '../reply.ts'

/** What an answer holds, which decides the reason where the upstream's own word is loose. */
interface Held {
  readonly calls: boolean
  readonly refusal: boolean
}

/** Some say `stop` after tool calls, and OpenAI says it after a refusal. */
export function readChatFinish(reason: string, held: Held): Finish {
  switch (reason) {
    case 'length':
      return finish('max-tokens')
    case 'content_filter':
      return finish('refusal')
    default:
      return finish(heldReason(held))
  }
}

export function writeChatFinish({ reason }: Finish, hasRefusal: boolean): string {
  switch (reason) {
    case 'max-tokens':
    case 'context-full':
      return 'length'
    case 'tool-calls':
      return 'tool_calls'
    case 'refusal':
      // OpenAI's own: a refusal in words ends as any answer does, a filtered answer has no words.
      return hasRefusal ? 'stop' : 'content_filter'
    case 'end':
    case 'stop-sequence':
    case 'pause':
      return 'stop'
  }
}

function heldReason({ calls, refusal }: Held): FinishReason {
  if (calls) return 'tool-calls'
  return refusal ? 'refusal' : 'end'
}

function finish(reason: FinishReason): Finish {
  return { reason, stopSequence: null }
}
