import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { JsonObject } from '../domain/json.ts'
import { exactObject, exactText } from '../domain/wire/exact-json.ts'
import { MAX_PROBLEM_BYTES } from '../domain/wire/problem.ts'
import { eventsOf, shownReply } from '../domain/wire/replay.ts'
import { MAX_REPLY_BYTES, type Reply } from '../domain/wire/reply.ts'
import { failed, spentBy, type Attempt, type AttemptPlan, type Body } from './attempt-parts.ts'
import { replyHeaders } from './headers.ts'

/** Another status than 2xx, with what the provider says of it, cut where it is longer than 1 MiB. */
export function refusedBody(
  { plan, finish }: Attempt,
  status: number,
  headers: IncomingHttpHeaders,
): Body {
  const whole = collect(MAX_PROBLEM_BYTES, 'cut')
  return {
    data: whole.add,
    isWhole: () => false,
    end: () => {
      const body = whole.bytes()
      const problem = plan.dialect.readProblem(status, body.toString())
      finish({ kind: 'refused', status, headers, body, problem })
    },
  }
}

/** An answer in one piece: none of it is sent before it is known to be one. */
export function wholeBody(attempt: Attempt, status: number, headers: IncomingHttpHeaders): Body {
  const whole = collect(MAX_REPLY_BYTES, 'throw')
  const { plan, answer, learn, onContent, onWhole, finish } = attempt
  const { client, dialect } = plan
  return {
    data: whole.add,
    isWhole: () => false,
    end: () => {
      const body = whole.bytes()
      const json = exactObject(body.toString())
      const reply = json === null ? null : dialect.readReply(json)
      if (reply === null && !plan.transparent && !isPending(plan, json))
        return finish(failed('malformed', 'its answer is none of its format'))
      if (reply !== null) learn({ ...spentBy(reply), model: reply.model, id: reply.id })
      onContent()
      onWhole(() => {
        if (reply === null || (client === dialect && !answer.isHeadSent()))
          answer.whole(status, replyHeaders(headers), body)
        else answerIn(attempt, reply)
        finish({ kind: 'answered' })
      })
    },
  }
}

/** For a client of another format there would be nothing to ask for later. */
function isPending(
  { client, dialect, wantsStream }: AttemptPlan,
  body: JsonObject | null,
): boolean {
  return client === dialect && !wantsStream && body !== null && dialect.isPending?.(body) === true
}

/** The client's own format. */
function answerIn({ plan, answer }: Attempt, reply: Reply): void {
  const { client, identity } = plan
  if (plan.wantsStream) {
    const writer = client.streamWriter(identity)
    answer.prepare({ status: 200, headers: streamHeaders(client.framing) })
    answer.commit(() => writer)
    const events = eventsOf(shownReply(reply, plan))
    answer.end(events.map((event) => writer.write(event)).join(''))
  } else {
    const converted = client.writeReply(shownReply(reply, plan), identity)
    answer.whole(200, { 'content-type': 'application/json' }, exactText(converted))
  }
}

export function streamHeaders(framing: 'sse' | 'ndjson'): Record<string, string> {
  return {
    'content-type': framing === 'sse' ? 'text/event-stream; charset=utf-8' : 'application/x-ndjson',
    'cache-control': 'no-cache',
  }
}

/** A whole answer of the gateway's own. */
export function json(response: ServerResponse, status: number, body: JsonObject): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

interface Collected {
  readonly add: (chunk: Buffer) => boolean
  readonly bytes: () => Buffer
}

function collect(maxBytes: number, beyond: 'cut' | 'throw'): Collected {
  const chunks: Buffer[] = []
  let size = 0
  return {
    add: (chunk) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else if (beyond === 'throw') throw new Error(`an answer of more than ${maxBytes} bytes`)
      return true
    },
    bytes: () => {
      const [only] = chunks
      return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks)
    },
  }
}
