import { createHash } from 'node:crypto'
import { BadRequest } from '../domain/wire/dialect.ts'
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
  /** The one that left last comes last. */
  const since = new Map<string, number>()
  const dropOver = () => {
    for (const [key, at] of since) {
      if (now() < at + stayMs()) return
      since.delete(key)
    }
  }
  return {
    leave: (exchange, asked) => {
      const key = conversationOf(exchange, asked)
      if (key === null) return
      since.delete(key)
      since.set(key, now())
      const [oldest] = since.keys()
      if (since.size > MAX_KEPT && oldest !== undefined) since.delete(oldest)
    },
    hasLeft: (exchange, asked) => {
      dropOver()
      if (since.size === 0) return false
      const key = conversationOf(exchange, asked)
      const at = key === null ? undefined : since.get(key)
      // A clock that was set back does not keep it away for longer.
      return at !== undefined && now() >= at && now() < at + stayMs()
    },
    forget: () => since.clear(),
  }
}

/**
 * Claude Code names its own; of others the session and what was said first. Null: that cannot be read,
 * though the server that it is meant for may.
 */
function conversationOf({ request, access }: Exchange, asked: Asked): string | null {
  const named = request.headers['x-claude-code-session-id']
  if (typeof named === 'string') return named.slice(0, 200)
  try {
    const [first] = asked.reading().conversation.turns
    return createHash('sha256')
      .update(`${access.session}\n${access.profile}\n${JSON.stringify(first)}`)
      .digest('base64url')
  } catch (error) {
    if (error instanceof BadRequest) return null
    throw error
  }
}
