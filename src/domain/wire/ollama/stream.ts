import type { Usage } from '../../costs/usage.ts'
import type { JsonObject } from '../../json.ts'
import type { ToolCallPart } from '../conversation.ts'
import type { ReplyIdentity, StreamReader, StreamWriter } from '../dialect.ts'
import { exactObject } from '../exact-json.ts'
import { lineJson } from '../line-json.ts'
import { stringOrNull } from '../parsed.ts'
import type { Finish, WireEvent } from '../reply.ts'
import { lineEnd, lineHead, readFinish, readUsage, type AnswerShape, type Said } from './answer.ts'
import { readProblem } from './problems.ts'

/** An error amid a stream has no status: it is the server's own. */
const NO_STATUS = 500

export function streamReader(shape: AnswerShape): StreamReader {
  let isStarted = false
  let isThinking = false
  let calls = 0

  function start(line: JsonObject): readonly WireEvent[] {
    if (isStarted) return []
    isStarted = true
    return [{ type: 'start', id: null, model: stringOrNull(line['model']) }]
  }

  function content({ text, thinking, calls: called }: Said): readonly WireEvent[] {
    const events: WireEvent[] = []
    if (thinking !== '' && !isThinking) events.push({ type: 'thinking-start' })
    isThinking ||= thinking !== ''
    if (thinking !== '') events.push({ type: 'thinking', text: thinking })
    if (text !== '') events.push({ type: 'text', text })
    for (const { id, name, json } of called) {
      events.push({ type: 'tool-start', call: calls, id, name })
      events.push({ type: 'tool-arguments', call: calls, json })
      calls += 1
    }
    return events
  }

  function end(line: JsonObject): readonly WireEvent[] {
    if (line['done'] !== true) return []
    const usage = readUsage(line)
    const finish = readFinish(line, calls > 0)
    return [
      ...(usage === null ? [] : [{ type: 'usage' as const, usage }]),
      ...(finish === null ? [] : [{ type: 'finish' as const, finish }]),
      { type: 'done' },
    ]
  }

  return {
    read: ({ data }) => {
      const line = exactObject(data)
      if (line === null) return []
      if (line['error'] !== undefined) {
        return [{ type: 'problem', problem: readProblem(NO_STATUS, data) }]
      }
      const said = shape.read(line)
      return [...start(line), ...(said === null ? [] : content(said)), ...end(line)]
    },
  }
}

interface Gathered {
  model: string | null
  usage: Usage | null
  finish: Finish | null
  readonly calls: Map<number, { id: string; name: string; json: string }>
}

/** Calls are sent whole, with the end: only then are their arguments known to be. */
export function streamWriter(shape: AnswerShape, identity: ReplyIdentity): StreamWriter {
  const head = lineHead(identity, null)
  const answer: Gathered = { model: null, usage: null, finish: null, calls: new Map() }

  function line(said: Partial<Said>, rest: JsonObject = { done: false }): string {
    const whole = { text: '', thinking: '', calls: [], ...said }
    const model = answer.model ?? identity.model
    const fields = { ...head, model, ...shape.write(whole), ...rest }
    return `${lineJson(fields)}\n`
  }

  function end(): string {
    if (answer.finish === null) return ''
    const calls = wholeCalls(answer)
    const called = calls.length === 0 ? '' : line({ calls })
    return called + line({}, lineEnd(answer.finish, answer.usage))
  }

  // An empty line makes the Go and the Python client fail; this one says nothing.
  const ping = () => line({})
  const problem: StreamWriter['problem'] = ({ message }) => `${lineJson({ error: message })}\n`
  return {
    write: (event) => {
      if (event.type === 'thinking') return event.text === '' ? '' : line({ thinking: event.text })
      if ('text' in event) return event.text === '' ? '' : line({ text: event.text })
      if (event.type === 'done') return end()
      if (event.type === 'ping') return ping()
      if (event.type === 'problem') return problem(event.problem)
      gather(answer, event)
      return ''
    },
    ping,
    problem,
  }
}

function gather(answer: Gathered, event: WireEvent): void {
  if (event.type === 'start') answer.model = event.model
  else if (event.type === 'usage') answer.usage = event.usage
  else if (event.type === 'finish') answer.finish = event.finish
  else if (event.type === 'tool-start') {
    const { call, id, name } = event
    answer.calls.set(call, { id, name, json: answer.calls.get(call)?.json ?? '' })
  } else if (event.type === 'tool-arguments') {
    const { id = '', name = '', json = '' } = answer.calls.get(event.call) ?? {}
    answer.calls.set(event.call, { id, name, json: json + event.json })
  }
}

function wholeCalls({ calls }: Gathered): readonly ToolCallPart[] {
  return [...calls]
    .toSorted(([a], [b]) => a - b)
    .flatMap(([, call]) => (call.name === '' ? [] : [{ type: 'tool-call' as const, ...call }]))
}
