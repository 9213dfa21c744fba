import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { parsedObject, type JsonObject } from '../domain/json.ts'
import { controlToken, proofOf, same, type Secret } from './proof.ts'

export interface ControlCall {
  readonly action: string
  readonly body: JsonObject
  readonly timeoutMs: number
}

export interface ControlAnswer {
  readonly status: number
  readonly body: JsonObject
}

/** One connection to a listener on this machine. */
interface Connection {
  /** `token` null: nothing of ours is shown. Null: no gateway's answer came in time. */
  ask(call: ControlCall, token: string | null): Promise<ControlAnswer | null>
  isOpen(): boolean
  close(): void
}

/** One connection to this user's own gateway, which has proved on it that it is that. */
export interface Control extends Pick<Connection, 'isOpen' | 'close'> {
  ask(call: ControlCall): Promise<ControlAnswer | null>
}

const MAX_ANSWER_BYTES = 8 << 20

/** Null: none listens, or another user's program, which is shown nothing. */
export async function openControl(
  secret: Secret,
  port: number,
  proofMs: number,
): Promise<Control | null> {
  const connection = openConnection(port)
  const nonce = randomBytes(16).toString('base64url')
  const call = { action: 'prove', body: { nonce }, timeoutMs: proofMs }
  const proof = (await connection.ask(call, null))?.body['proof']
  if (typeof proof !== 'string' || !same(proof, proofOf(secret, nonce, port))) {
    connection.close()
    return null
  }
  const token = controlToken(secret)
  return { ...connection, ask: async (wanted) => await connection.ask(wanted, token) }
}

/** Without node:http, which takes a command 4 ms to load. Answers come in the order of the calls. */
function openConnection(port: number): Connection {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  const waiting: ((answer: ControlAnswer | null) => void)[] = []
  let received = Buffer.alloc(0)
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    for (let found = firstAnswer(received); found !== null; found = firstAnswer(received)) {
      received = received.subarray(found.bytes)
      waiting.shift()?.(found.answer)
      if (found.answer !== null) continue
      socket.destroy()
      return
    }
    if (received.length > MAX_ANSWER_BYTES) socket.destroy()
    // A command does not stay for a connection on which it waits for nothing.
    if (waiting.length === 0) socket.unref()
  })
  // What follows says the rest.
  socket.on('error', () => {})
  socket.on('close', () => {
    for (const resolve of waiting.splice(0)) resolve(null)
  })
  return {
    ask: async (call, token) =>
      await new Promise((resolve) => {
        if (socket.destroyed) return resolve(null)
        const timer = setTimeout(() => socket.destroy(), call.timeoutMs)
        waiting.push((answer) => {
          clearTimeout(timer)
          resolve(answer)
        })
        socket.ref()
        socket.write(requestText(port, call, token))
      }),
    isOpen: () => !socket.destroyed && socket.writable,
    close: () => void socket.destroy(),
  }
}

function requestText(port: number, { action, body }: ControlCall, token: string | null): string {
  const text = JSON.stringify(body)
  const lines = [
    `POST /api/llm/control/${action} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(text)}`,
    ...(token === null ? [] : [`authorization: Bearer ${token}`]),
  ]
  return `${lines.join('\r\n')}\r\n\r\n${text}`
}

interface FoundAnswer {
  /** Null: not as a gateway answers. */
  readonly answer: ControlAnswer | null
  readonly bytes: number
}

/** Null: it has not come as a whole yet. */
function firstAnswer(received: Buffer): FoundAnswer | null {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return null
  const head = received.toString('latin1', 0, end)
  const status = /^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]
  // The gateway always says it.
  const length = /\r\ncontent-length: *(\d{1,9})(?=\r|$)/i.exec(head)?.[1]
  if (status === undefined || length === undefined) return { answer: null, bytes: 0 }
  const start = end + 4
  const bytes = start + Number(length)
  if (received.length < bytes) return null
  const body = parsedObject(received.toString('utf8', start, bytes))
  return { answer: body === null ? null : { status: Number(status), body }, bytes }
}
