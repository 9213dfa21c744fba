import { incapable } from '../capabilities.ts'
import type { Conversation, ImagePart, TextPart } from '../conversation.ts'
import type { RequestWriting, WriteTarget } from '../dialect.ts'
import { spokenTurns } from '../turns.ts'
import { windowFor } from './window.ts'
import { refusal, writeSaid } from './write-chat.ts'
import { lostSettings, writeSettings } from './write-settings.ts'

export function writeGenerate(conversation: Conversation, target: WriteTarget): RequestWriting {
  const said = onlySaid(conversation)
  if (said === null) return { impossible: 'this format holds one prompt, and no conversation' }
  const reason = incapable(conversation, target) ?? refusal(conversation)
  if (reason !== null) return { impossible: reason }
  const window = windowFor(conversation, target)
  if (typeof window !== 'number') return window
  const { content, images } = writeSaid(said)
  const { system } = conversation
  return {
    body: {
      ...writeSettings(conversation, target, window),
      prompt: content,
      ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
      ...(images === undefined ? {} : { images }),
    },
    dropped: lostSettings(conversation, target),
    toolNames: new Map(),
  }
}

/** Null: more than one prompt, or tools. */
function onlySaid({
  turns,
  tools,
  toolChoice,
}: Conversation): readonly (TextPart | ImagePart)[] | null {
  const [turn, ...more] = spokenTurns(turns)
  if (turn?.role !== 'user' || more.length > 0) return null
  if (tools.length > 0 && toolChoice?.type !== 'none') return null
  const said = turn.parts.filter((part) => part.type !== 'tool-result')
  return said.length === turn.parts.length ? said : null
}
