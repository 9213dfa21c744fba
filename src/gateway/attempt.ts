import type { IncomingHttpHeaders } from 'node:http'
import { reasonOf } from '../domain/errors.ts'
import { connectionWords, isReset } from '../domain/failover/connection.ts'
import type { Answer } from './answer.ts'
import {
  failed,
  NOTHING_KNOWN,
  type Known,
  type Attempt,
  type AttemptEnd,
  type AttemptPlan,
  type AttemptResult,
  type Body,
} from './attempt-parts.ts'
import { streamBody } from './stream-body.ts'
import type { UpstreamCall, UpstreamHandlers, Upstreams } from './upstream.ts'
import { refusedBody, wholeBody } from './whole-body.ts'

export interface AttemptHooks {
  /** Content has come: from here on no other upstream may take over. */
  readonly onContent: () => void
  /** The answer is whole, which the client does not know as yet; perhaps again, with more known. */
  readonly onComplete: (known: Known) => void
  /** The same; the client is to know once this resolves. */
  readonly onWhole: (known: Known) => Promise<void>
  /** It could not be asked at all. */
  readonly onUnaskable: (error: unknown) => void
  /** Calls it once the client has gone; what it returns takes that back. */
  readonly whenGone: (act: () => void) => () => void
}

/** How often silence is looked for. */
const LOOK_MS = 500

/** Asks one upstream and hands what it says to the client; ends when the upstream has. */
export function runAttempt(
  plan: AttemptPlan,
  answer: Answer,
  upstreams: Upstreams,
  hooks: AttemptHooks,
): Promise<AttemptEnd> {
  return new Promise((resolve) => {
    let call: UpstreamCall | null = null
    let known = NOTHING_KNOWN
    let body: Body | null = null
    const silence = watchSilence(plan, (result) => lose(result))
    let over = false
    const finish = (result: AttemptResult) => {
      if (over) return
      over = true
      silence.stop()
      stopWaiting()
      if (result.kind === 'failed' || result.kind === 'client-gone') call?.abort()
      resolve({ result, known })
    }
    const lose = (result: AttemptResult) => {
      if (over) return
      if (body?.isWhole() === true) guard(attempt, () => body?.end())
      finish(result)
      call?.abort()
    }
    const attempt: Attempt = {
      plan,
      answer,
      finish,
      learn: (more) => {
        known = { ...known, ...more }
      },
      known: () => known,
      onContent: () => {
        known = { ...known, firstContentMs: silence.elapsedMs() }
        hooks.onContent()
      },
      onComplete: () => hooks.onComplete(known),
      onWhole: (then) => {
        void hooks.onWhole(known).then(() => {
          if (!over) guard(attempt, then)
        })
      },
    }
    const stopWaiting = hooks.whenGone(() => finish({ kind: 'client-gone' }))
    const hold = () => {
      if (!over && call !== null) pauseFor(answer, call, silence)
    }
    try {
      const open = (status: number, headers: IncomingHttpHeaders) =>
        (body = bodyFor(attempt, status, headers))
      call = upstreams.call(plan.upstream, handlersFor(attempt, silence, { open, hold, lose }))
    } catch (error) {
      hooks.onUnaskable(error)
      finish(failed('unreachable', 'it could not be asked'))
    }
    if (over) call?.abort()
  })
}

function pauseFor(answer: Answer, call: UpstreamCall, silence: Silence): void {
  call.pause()
  silence.hold()
  answer.onDrain(() => {
    silence.release()
    call.resume()
  })
}

interface Turns {
  readonly open: (status: number, headers: IncomingHttpHeaders) => Body
  /** The client is slower than the upstream. */
  readonly hold: () => void
  /** The connection is of no more use. */
  readonly lose: (result: AttemptResult) => void
}

function handlersFor(
  attempt: Attempt,
  silence: Silence,
  { open, hold, lose }: Turns,
): UpstreamHandlers {
  let body: Body | null = null
  const guarded = (act: () => void) => {
    silence.seen()
    guard(attempt, act)
  }
  return {
    onHead: (status, headers) => {
      silence.begun()
      body = open(status, headers)
    },
    onData: (chunk) =>
      guarded(() => {
        if (body?.data(chunk) === false) hold()
      }),
    onEnd: () => guarded(() => body?.end()),
    onError: (error, begun) =>
      lose({
        ...failed(begun ? 'cut-short' : 'unreachable', connectionWords(error)),
        isReset: !begun && isReset(error),
      }),
  }
}

function guard({ finish }: Attempt, act: () => void): void {
  try {
    act()
  } catch (error) {
    finish(failed('malformed', reasonOf(error)))
  }
}

interface Silence {
  readonly seen: () => void
  /** Until `release` nothing can come, since nothing is read. */
  readonly hold: () => void
  readonly release: () => void
  /** The answer has begun: from now on less patience is due. */
  readonly begun: () => void
  readonly elapsedMs: () => number
  readonly stop: () => void
}

function watchSilence(
  { silenceMs }: AttemptPlan,
  finish: (result: AttemptResult) => void,
): Silence {
  const startMs = performance.now()
  let lastMs = startMs
  let limitMs = silenceMs.before
  let held = false
  const isOver = () => !held && performance.now() - lastMs >= limitMs
  const judge = () => {
    if (isOver()) finish(failed('timeout', `nothing came for ${limitMs / 1000} s`))
  }
  const look = setInterval(
    () => {
      // After what has come is read: where this process was kept from running, it waits there.
      if (isOver()) setImmediate(judge)
    },
    Math.min(LOOK_MS, silenceMs.between),
  )
  const seen = () => {
    lastMs = performance.now()
  }
  return {
    seen,
    hold: () => {
      held = true
    },
    release: () => {
      held = false
      seen()
    },
    begun: () => {
      seen()
      limitMs = silenceMs.between
    },
    elapsedMs: () => performance.now() - startMs,
    stop: () => clearInterval(look),
  }
}

function bodyFor(attempt: Attempt, status: number, headers: IncomingHttpHeaders): Body {
  if (status < 200 || status > 299) return refusedBody(attempt, status, headers)
  const { dialect, wantsStream } = attempt.plan
  const isStream = dialect.framing === 'sse' ? /event-stream/ : /ndjson/
  return wantsStream && isStream.test(headers['content-type'] ?? '')
    ? streamBody(attempt, status, headers)
    : wholeBody(attempt, status, headers)
}
