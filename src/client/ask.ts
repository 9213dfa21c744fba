import { outcomeOfProblem, outcomeOfRefusal, WORDS } from '../domain/failover/classify.ts'
import type { Outcome } from '../domain/failover/outcome.ts'
import type { Dialect } from '../domain/wire/dialect.ts'
import { exactObject } from '../domain/wire/exact-json.ts'
import { frameSplitter } from '../domain/wire/frames.ts'
import type { Problem } from '../domain/wire/problem.ts'
import { eventsOf } from '../domain/wire/replay.ts'
import type { WireEvent } from '../domain/wire/reply.ts'
import { Silence, within } from './quiet.ts'

export interface Call {
  readonly fetch: typeof fetch
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly dialect: Dialect
  readonly stream: boolean
  /** How long nothing may come: until the answer begins, and within it. */
  readonly silenceMs: { readonly before: number; readonly between: number }
  readonly signal: AbortSignal | null
}

/** What became of it. */
export interface Asked {
  readonly outcome: Outcome
  /** In the provider's words; null: it said nothing. */
  readonly problem: Problem | null
  readonly status: number | null
  /** `provider/model`, where a gateway says who has answered. */
  readonly target: string | null
}

const MAX_REPLY_BYTES = 64 << 20
const MAX_PROBLEM_BYTES = 1 << 20

/** Asks one model; gives the events of its answer as they come. @throws the signal's reason. */
export async function* ask(call: Call): AsyncGenerator<WireEvent, Asked> {
  const leave = new AbortController()
  const signal = call.signal === null ? leave.signal : AbortSignal.any([leave.signal, call.signal])
  let status: number | null = null
  try {
    const { url, headers, body, silenceMs } = call
    const sent = call.fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
    const response = await within(sent, silenceMs.before)
    status = response.status
    if (!response.ok) return await refused(call, response)
    const ending = yield* call.stream ? streamed(call, response) : whole(call, response)
    return { ...ending, status, target: response.headers.get('x-llmsel-target') }
  } catch (error) {
    if (call.signal?.aborted === true) throw call.signal.reason
    return { ...failed(error, status !== null), status, target: null }
  } finally {
    leave.abort()
  }
}

type Ending = Pick<Asked, 'outcome' | 'problem'>

function plain(kind: keyof typeof WORDS, reason: string = WORDS[kind]): Ending {
  return { outcome: { class: kind, retryAfterMs: null, reason }, problem: null }
}

async function refused({ dialect, silenceMs }: Call, response: Response): Promise<Asked> {
  const { status, headers } = response
  const text = await textOf(response, MAX_PROBLEM_BYTES, silenceMs.between)
  const problem = dialect.readProblem(status, text)
  const lookup = (name: string) => headers.get(name) ?? undefined
  const outcome = outcomeOfRefusal(status, problem, lookup, Date.now())
  return { outcome, problem, status, target: null }
}

async function* whole(
  { dialect, silenceMs }: Call,
  response: Response,
): AsyncGenerator<WireEvent, Ending> {
  const body = exactObject(await textOf(response, MAX_REPLY_BYTES, silenceMs.between))
  const reply = body === null ? null : dialect.readReply(body)
  if (reply === null) return plain('malformed')
  yield* eventsOf(reply)
  return plain('answered')
}

async function* streamed(
  { dialect, silenceMs }: Call,
  response: Response,
): AsyncGenerator<WireEvent, Ending> {
  const splitter = frameSplitter(dialect.framing)
  const reader = dialect.streamReader()
  // OpenAI's own clients do without the terminator, and some servers leave it out.
  const closing = dialect.name === 'openai-chat' ? 'finish' : 'done'
  let complete = false
  for await (const frames of framesOf(response, splitter, silenceMs.between)) {
    for (const event of frames.flatMap((frame) => reader.read(frame))) {
      if (event.type === 'problem')
        return { outcome: outcomeOfProblem(event.problem, Date.now()), problem: event.problem }
      if (event.type === closing || event.type === 'done') complete = true
      yield event
    }
  }
  return complete ? plain('answered') : plain('cut-short')
}

type Splitter = ReturnType<typeof frameSplitter>

async function* framesOf(
  response: Response,
  splitter: Splitter,
  silenceMs: number,
): AsyncGenerator<ReturnType<Splitter['push']>, void> {
  for await (const chunk of chunksOf(response, silenceMs)) yield splitter.push(chunk)
  yield splitter.end()
}

async function* chunksOf(response: Response, silenceMs: number): AsyncGenerator<Uint8Array, void> {
  const reader = response.body?.getReader()
  if (reader === undefined) return
  for (;;) {
    const read = await within(reader.read(), silenceMs)
    if (read.done) return
    yield read.value
  }
}

async function textOf(response: Response, maxBytes: number, silenceMs: number): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of chunksOf(response, silenceMs)) {
    size += chunk.length
    if (size > maxBytes) break
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}

/** The connection broke before any answer: it may have been an old one. */
const RESET: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])

function failed(error: unknown, begun: boolean): Ending {
  if (error instanceof Silence) return plain('timeout', error.message)
  const code = codeOf(error)
  if (begun && code === null && !(error instanceof TypeError)) return plain('malformed')
  // The system's code and no more: an error of a connection may quote a header.
  const words = `the connection failed${code === null ? '' : ` (${code})`}`
  const { outcome } = plain(begun ? 'cut-short' : 'unreachable', words)
  return { outcome: { ...outcome, retries: !begun && RESET.has(code ?? '') }, problem: null }
}

function codeOf(error: unknown): string | null {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : null
  const code: unknown =
    typeof cause === 'object' && cause !== null ? Reflect.get(cause, 'code') : null
  return typeof code === 'string' ? code : null
}
