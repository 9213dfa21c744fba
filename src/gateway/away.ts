import { createHash } from 'node:crypto'
import type { Asked } from './asked.ts'
import type { Exchange } from './exchange.ts'

/**
 * Conversations that have left Claude. Their prompt cache there is cold, and to write it again is
 * dear, so that they stay where they went for a while.
 */
export interface Away {
  leave(exchange: Exchange, asked: Asked): void
  hasLeft(exchange: Exchange, asked: Asked): boolean
  forget(): void
}

const MAX_KEPT = 10_000

export function openAway(now: () => number, stayMs: () => number): Away {
  const since = new Map<string, number>()
  return {
    leave: (exchange, asked) => {
      const key = conversationOf(exchange, asked)
      since.delete(key)
      since.set(key, now())
      const [oldest] = since.keys()
      if (since.size > MAX_KEPT && oldest !== undefined) since.delete(oldest)
    },
    hasLeft: (exchange, asked) => {
      if (since.size === 0) return false
      const at = since.get(conversationOf(exchange, asked))
      // A clock that was set back does not keep it away for longer.
      return at !== undefined && now() >= at && now() < at + stayMs()
    },
    forget: () => since.clear(),
  }
}

/** Claude Code names its own; of others the session and what was said first. */
function conversationOf({ request, access }: Exchange, asked: Asked): string {
  const named = request.headers['x-claude-code-session-id']
  if (typeof named === 'string') return named.slice(0, 200)
  const [first] = asked.reading().conversation.turns
  return createHash('sha256')
    .update(`${access.session}\n${access.profile}\n${JSON.stringify(first)}`)
    .digest('base64url')
}
