import type { Usage } from '../../costs/usage.ts'
import type { JsonObject } from '../../json.ts'
import type { ReplyIdentity, StreamWriter } from '../dialect.ts'
import type { Finish, WireEvent } from '../reply.ts'
import { endBlocks, noBlocks, writeBlocks } from './blocks.ts'
import { writeStopReason } from './finish.ts'
import { errorBody } from './problems.ts'
import { messageHead } from './reply.ts'
import { serverSent } from './server-sent.ts'
import { writeUsage } from './usage.ts'

const NOT_STOPPED: JsonObject = {
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: writeUsage(null),
}

/**
 * The stop reason is held until `done`, since the usage comes after it, and nothing is closed
 * without both: an answer that was cut short must not look whole.
 */
export function streamWriter(identity: ReplyIdentity): StreamWriter {
  const blocks = noBlocks()
  let isStarted = false
  let usage: Usage | null = null
  let finish: Finish | null = null

  function start(event: WireEvent): string {
    if (isStarted || event.type === 'ping' || event.type === 'problem') return ''
    isStarted = true
    const model = event.type === 'start' ? event.model : null
    const message = { ...messageHead(identity, model), ...NOT_STOPPED }
    return serverSent('message_start', { message })
  }

  function end(): string {
    if (finish === null) return ''
    const closed = endBlocks(blocks)
    const stop_reason = writeStopReason(finish, blocks)
    const delta = { stop_reason, stop_sequence: finish.stopSequence }
    const last = serverSent('message_delta', { delta, usage: writeUsage(usage) })
    return closed + last + serverSent('message_stop', {})
  }

  function content(event: WireEvent): string {
    if (event.type === 'start') return ''
    if (event.type === 'ping') return ping()
    if (event.type === 'problem') return problem(event.problem)
    if (event.type === 'done') return end()
    if (event.type === 'usage') usage = event.usage
    else if (event.type === 'finish') finish = event.finish
    else return writeBlocks(blocks, event)
    return ''
  }

  const ping = () => serverSent('ping', {})
  const problem: StreamWriter['problem'] = (told) => serverSent('error', errorBody(told))
  return { write: (event) => start(event) + content(event), ping, problem }
}
