import type { JsonObject } from '../../json.ts'
import type { ReplyIdentity } from '../dialect.ts'
import { stringOrNull } from '../parsed.ts'
import type { Reply, ReplyPart } from '../reply.ts'
import { lineEnd, lineHead, readFinish, readUsage, type AnswerShape } from './answer.ts'

export function readReply(shape: AnswerShape, body: JsonObject): Reply | null {
  const said = shape.read(body)
  if (said === null || body['done'] !== true || body['error'] !== undefined) return null
  const finish = readFinish(body, said.calls.length > 0)
  if (finish === null) return null
  const { thinking, text, calls } = said
  const parts: readonly ReplyPart[] = [
    ...(thinking === '' ? [] : [{ type: 'thinking' as const, text: thinking }]),
    ...(text === '' ? [] : [{ type: 'text' as const, text }]),
    ...calls,
  ]
  return { id: null, model: stringOrNull(body['model']), parts, finish, usage: readUsage(body) }
}

export function writeReply(shape: AnswerShape, reply: Reply, identity: ReplyIdentity): JsonObject {
  const texts: string[] = []
  const thoughts: string[] = []
  for (const part of reply.parts) {
    if (part.type === 'thinking') thoughts.push(part.text)
    else if (part.type === 'text' || part.type === 'refusal') texts.push(part.text)
  }
  const said = {
    text: texts.join(''),
    thinking: thoughts.join(''),
    calls: reply.parts.filter((part) => part.type === 'tool-call'),
  }
  return {
    ...lineHead(identity, reply.model),
    ...shape.write(said),
    ...lineEnd(reply.finish, reply.usage),
  }
}
