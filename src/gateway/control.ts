import { request } from 'node:http'
import { isObject, type JsonObject } from '../domain/json.ts'

export interface ControlCall {
  readonly port: number
  readonly action: string
  readonly body: JsonObject
  /** Null: before the listener has proved itself nothing of ours is shown. */
  readonly token: string | null
  readonly timeoutMs: number
  /** Ends it before its time; null: nothing does. */
  readonly signal: AbortSignal | null
}

export interface ControlAnswer {
  readonly status: number
  readonly body: JsonObject
}

const MAX_ANSWER_BYTES = 8 << 20

/** Null: nothing there answers as a gateway does, in time. */
export async function callControl(call: ControlCall): Promise<ControlAnswer | null> {
  const text = JSON.stringify(call.body)
  return await new Promise((resolve) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: call.port,
        method: 'POST',
        path: `/api/llm/control/${call.action}`,
        agent: false,
        timeout: call.timeoutMs,
        ...(call.signal === null ? {} : { signal: call.signal }),
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
          ...(call.token === null ? {} : { authorization: `Bearer ${call.token}` }),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = []
        let size = 0
        incoming.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size > MAX_ANSWER_BYTES) outgoing.destroy()
          else chunks.push(chunk)
        })
        incoming.on('end', () => {
          const body = parse(Buffer.concat(chunks).toString())
          resolve(body === null ? null : { status: incoming.statusCode ?? 0, body })
        })
        incoming.on('close', () => resolve(null))
      },
    )
    outgoing.on('timeout', () => outgoing.destroy())
    outgoing.on('error', () => resolve(null))
    outgoing.end(text)
  })
}

function parse(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}
