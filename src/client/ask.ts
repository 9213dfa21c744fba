import { outcomeOfProblem, outcomeOfRefusal, WORDS } from '../domain/failover/classify.ts'
import { codeOf, connectionWords, isReset } from '../domain/failover/connection.ts'
import type { Outcome } from '../domain/failover/outcome.ts'
import type { Dialect } from '../domain/wire/dialect.ts'
import { exactObject } from '../domain/wire/exact-json.ts'
import { frameSplitter } from '../domain/wire/frames.ts'
import { MAX_PROBLEM_BYTES, type Problem } from '../domain/wire/problem.ts'
import { eventsOf } from '../domain/wire/replay.ts'
import { MAX_REPLY_BYTES, type WireEvent } from '../domain/wire/reply.ts'
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

function failed(error: unknown, begun: boolean): Ending {
  if (error instanceof Silence) return plain('timeout', error.message)
  if (begun && codeOf(error) === null && !(error instanceof TypeError)) return plain('malformed')
  const { outcome } = plain(begun ? 'cut-short' : 'unreachable', connectionWords(error))
  return { outcome: { ...outcome, retries: !begun && isReset(error) }, problem: null }
}
