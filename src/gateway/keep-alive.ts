import type { Answer } from './answer.ts'
import type { Asked } from './asked.ts'
import type { Timing } from './timing.ts'
import { streamHeaders } from './whole-body.ts'

/** Keeps the streams that wait from being given up by their clients. */
export interface KeepAlive {
  /** Until the returned function is called. */
  watch(answer: Answer, asked: Asked): () => void
  close(): void
}

const LOOK_MS = 500

/** One timer for all, since most answers have come before it looks. */
export function openKeepAlive({ headMs, pingMs }: Timing): KeepAlive {
  const waiting = new Map<Answer, { readonly asked: Asked; readonly startMs: number }>()
  const look = setInterval(
    () => {
      const nowMs = performance.now()
      for (const [answer, { asked, startMs }] of waiting) {
        const silentMs = nowMs - answer.lastSentMs()
        if (answer.isHeadSent() ? silentMs < pingMs : nowMs - startMs < headMs) continue
        answer.sendHead({ status: 200, headers: streamHeaders(asked.client.framing) })
        answer.ping()
      }
    },
    Math.min(LOOK_MS, pingMs),
  )
  look.unref()
  return {
    watch: (answer, asked) => {
      if (!asked.stream) return () => {}
      waiting.set(answer, { asked, startMs: performance.now() })
      return () => waiting.delete(answer)
    },
    close: () => clearInterval(look),
  }
}
