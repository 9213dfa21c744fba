import type { IncomingHttpHeaders } from 'node:http'
import type { StreamWriter } from '../domain/wire/dialect.ts'
import { frameSplitter, type Frame } from '../domain/wire/frames.ts'
import { shownEvent } from '../domain/wire/replay.ts'
import type { WireEvent } from '../domain/wire/reply.ts'
import { failed, spentBy, type Attempt, type Body } from './attempt-parts.ts'
import { replyHeaders } from './headers.ts'
import { streamHeaders } from './whole-body.ts'

/** Each of these is something that the client would see twice if another upstream took over. */
const CONTENT: ReadonlySet<WireEvent['type']> = new Set([
  'text',
  'thinking',
  'tool-start',
  'refusal',
  'opaque',
])

/** An answer that comes piece by piece: held back until there is content in it, then passed on. */
export function streamBody(attempt: Attempt, status: number, headers: IncomingHttpHeaders): Body {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    return encodedBody(attempt, status, headers)
  const { plan, answer, finish } = attempt
  const splitter = frameSplitter(plan.dialect.framing)
  const converts = plan.client !== plan.dialect
  const { 'content-length': _, ...passed } = replyHeaders(headers)
  answer.prepare(
    converts
      ? { status: 200, headers: streamHeaders(plan.client.framing) }
      : { status, headers: passed },
  )
  const read = converts ? converting(attempt) : passing(attempt)
  if (plan.transparent) answer.commit(read.writer)
  let ending: Ending = 'open'
  const take = (frames: readonly Frame[]): boolean => {
    let free = true
    for (const frame of frames) {
      if (ending === 'over') break
      const next = read.frame(frame)
      free = next.free && free
      if (next.ending !== 'open') ending = next.ending
    }
    return free
  }
  return {
    data: (chunk) => take(splitter.push(chunk)),
    isWhole: () => ending === 'complete',
    end: () => {
      take(splitter.end())
      if (ending === 'over') return
      if (ending === 'open') return finish(failed('cut-short', 'its answer broke off'))
      if (!answer.isContentSent()) attempt.onContent()
      answer.commit(read.writer)
      answer.end(read.rest())
      finish({ kind: 'answered' })
    },
  }
}

const SILENT: StreamWriter = { write: () => '', ping: () => '', problem: () => '' }

/** Compressed although it was not to be: nothing can be read in it, and nothing added to it. */
function encodedBody(attempt: Attempt, status: number, headers: IncomingHttpHeaders): Body {
  const { plan, answer, finish, onContent } = attempt
  if (plan.transparent && plan.client === plan.dialect) {
    const { 'content-length': _, ...passed } = replyHeaders(headers)
    answer.prepare({ status, headers: passed })
    onContent()
    answer.commit(() => SILENT)
  } else {
    finish(failed('malformed', 'its answer is compressed'))
  }
  return {
    data: (chunk) => answer.write(chunk),
    isWhole: () => false,
    end: () => {
      answer.end()
      finish({ kind: 'answered' })
    },
  }
}

/** `complete`: nothing is missing any more. `over`: a problem ended it. */
type Ending = 'open' | 'complete' | 'over'

interface Step {
  readonly ending: Ending
  readonly free: boolean
}

interface Reading {
  readonly frame: (frame: Frame) => Step
  /** What the client's format still wants, where the answer is complete. */
  readonly rest: () => string
  /** Goes on with what the client has had of it. */
  readonly writer: () => StreamWriter
}

/** Each frame's own bytes, where nothing has to be hidden. */
function passing(attempt: Attempt): Reading {
  const { plan, answer, finish, known } = attempt
  const reader = plan.dialect.streamReader()
  const watch = watching(attempt)
  let data = ''
  const writer = () => plan.client.streamWriter(plan.identity, { id: known().id, data })
  const step = (frame: Frame): Step => {
    const events = reader.read(frame)
    const seen = watch(events)
    if (seen.problem !== null) {
      const told = answer.isContentSent()
      if (told) answer.write(frame.bytes)
      finish({ ...failed('problem', ''), problem: seen.problem, told })
      return { ending: 'over', free: true }
    }
    if (seen.complete) attempt.onComplete()
    const hidden = plan.hidesUsage && isUsageAlone(frame)
    const free = hidden || send(attempt, writer, frame.bytes, seen.content)
    // Comments and blank lines have none.
    if (frame.data !== '') data = frame.data
    return { ending: seen.complete ? 'complete' : 'open', free }
  }
  return { frame: step, rest: () => '', writer }
}

function converting(attempt: Attempt): Reading {
  const { plan, finish } = attempt
  const reader = plan.dialect.streamReader()
  const writer = plan.client.streamWriter(plan.identity)
  const current = () => writer
  const watch = watching(attempt)
  let isDone = false
  const step = (frame: Frame): Step => {
    const events = reader.read(frame)
    const seen = watch(events)
    if (seen.problem !== null) {
      finish({ ...failed('problem', ''), problem: seen.problem })
      return { ending: 'over', free: true }
    }
    if (seen.complete) attempt.onComplete()
    isDone ||= events.some(({ type }) => type === 'done')
    const shown = events.flatMap((event) => shownEvent(event, plan) ?? [])
    const text = shown.map((event) => writer.write(event)).join('')
    const free = text === '' || send(attempt, current, text, seen.content)
    return { ending: seen.complete ? 'complete' : 'open', free }
  }
  const rest = () => (isDone ? '' : writer.write({ type: 'done' }))
  return { frame: step, rest, writer: current }
}

/** False: the client cannot take more now. */
function send(
  { answer, onContent }: Attempt,
  writer: () => StreamWriter,
  bytes: Uint8Array | string,
  content: boolean,
): boolean {
  if (content && !answer.isContentSent()) {
    onContent()
    answer.commit(writer)
  }
  if (answer.isContentSent()) return answer.write(bytes)
  if (!answer.hold(bytes)) {
    onContent()
    answer.commit(writer)
  }
  return true
}

interface Seen {
  readonly content: boolean
  readonly complete: boolean
  readonly problem: Extract<WireEvent, { type: 'problem' }>['problem'] | null
}

/** Learns from the events what the ledger and the engine have to know. */
function watching({ plan, learn }: Attempt): (events: readonly WireEvent[]) => Seen {
  // OpenAI's own clients do without the terminator, and some servers leave it out.
  const finishCompletes = plan.dialect.name === 'openai-chat'
  let finished = false
  let contentChars = 0
  return (events) => {
    let content = false
    const before = contentChars
    let complete = finished && finishCompletes
    for (const event of events) {
      if (event.type === 'problem') return { content, complete, problem: event.problem }
      if (event.type === 'usage') learn(spentBy(event))
      else if (event.type === 'start') learn({ id: event.id, model: event.model })
      else if (event.type === 'finish') {
        finished = true
        complete ||= finishCompletes
      } else if (event.type === 'done') complete = true
      else if (CONTENT.has(event.type)) content = true
      contentChars += charsIn(event)
    }
    if (contentChars > before) learn({ contentChars })
    return { content, complete, problem: null }
  }
}

function charsIn(event: WireEvent): number {
  if (event.type === 'tool-arguments') return event.json.length
  return 'text' in event ? event.text.length : 0
}

/** The closing chunk that `include_usage` adds: usage, and no choice. */
function isUsageAlone({ data }: Frame): boolean {
  return data.includes('"usage"') && /"choices"\s*:\s*\[\s*\]/.test(data)
}
