import type { JsonObject } from '../../json.ts'
import type { Finish, FinishReason } from '../reply.ts'
import { objectIn, textIn } from './fields.ts'

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

export function readCompletedFinish(held: Held): Finish {
  return finish(heldReason(held))
}

export function readIncompleteFinish(response: JsonObject): Finish {
  const reason = textIn(objectIn(response['incomplete_details'])['reason'])
  return finish(reason === 'content_filter' ? 'refusal' : 'max-tokens')
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

/** The reason in `incomplete_details`; null: the answer is complete. */
export function incompleteReason({ reason }: Finish, hasRefusal: boolean): string | null {
  switch (reason) {
    case 'max-tokens':
    case 'context-full':
      return 'max_output_tokens'
    case 'refusal':
      return hasRefusal ? null : 'content_filter'
    case 'end':
    case 'stop-sequence':
    case 'tool-calls':
    case 'pause':
      return null
  }
}

function heldReason({ calls, refusal }: Held): FinishReason {
  if (calls) return 'tool-calls'
  return refusal ? 'refusal' : 'end'
}

function finish(reason: FinishReason): Finish {
  return { reason, stopSequence: null }
}
