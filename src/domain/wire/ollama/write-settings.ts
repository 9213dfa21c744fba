import type { Json, JsonObject } from '../../json.ts'
import type { Conversation, Effort } from '../conversation.ts'
import type { WriteTarget } from '../dialect.ts'
import { present } from '../fields.ts'

const LEVELS: Readonly<Record<Exclude<Effort, 'none'>, string>> = {
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  // Known to the newest servers only; the others refuse the request.
  max: 'high',
}

/** A prompt that does not fit is to be refused, not cut, and so is an answer that would push it out. */
export function writeSettings(
  conversation: Conversation,
  target: WriteTarget,
  window: number,
): JsonObject {
  const { stream, format, maxOutputTokens, stop } = conversation
  const { outputTokens } = target
  const most = maxOutputTokens ?? outputTokens
  return present({
    model: target.model,
    stream,
    think: writeThink(conversation, target),
    format: format === null ? null : format.type === 'json' ? 'json' : format.schema,
    truncate: false,
    shift: false,
    options: present({
      num_ctx: window,
      num_predict: most === null ? null : Math.min(most, outputTokens ?? most),
      temperature: conversation.temperature,
      top_p: conversation.topP,
      top_k: conversation.topK,
      stop: stop.length === 0 ? null : stop,
    }),
  })
}

/** Any model can be told not to think; one that cannot think refuses to be told to. */
function writeThink({ effort }: Conversation, { thinking }: WriteTarget): Json {
  if (effort === null || thinking === false) return null
  if (effort === 'none') return false
  return thinking === true ? LEVELS[effort] : null
}

/** What Ollama has no field for. */
export function lostSettings(conversation: Conversation, target: WriteTarget): readonly string[] {
  const { effort, userId, tools, parallelTools, toolChoice } = conversation
  const asksThinking = effort !== null && effort !== 'none'
  const forces = toolChoice?.type === 'any' || toolChoice?.type === 'tool'
  return [
    ...(asksThinking && target.thinking !== true ? ['effort'] : []),
    ...(userId === null ? [] : ['user']),
    ...(tools.length > 0 && parallelTools === false ? ['parallel_tool_calls'] : []),
    ...(tools.length > 0 && forces ? ['tool_choice'] : []),
  ]
}
