import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One request as a provider's server got it. */
export interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  /** The client's side of the connection was closed before the answer's end. */
  readonly aborted: Promise<void>
}

/** Answers one request; what it leaves open stays open until the server is closed. */
export type Script = (response: ServerResponse, request: Received) => unknown

export interface FakeUpstream {
  readonly url: string
  readonly received: readonly Received[]
  /** For every further request, until the next call; with several, one a request, then the last. */
  answer(...scripts: readonly Script[]): void
  close(): Promise<void>
}

/** A provider's server on loopback that does what a test tells it. */
export async function fakeUpstream(...scripts: readonly Script[]): Promise<FakeUpstream> {
  let queue = [...scripts]
  const received: Received[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const aborted = new Promise<void>((resolve) => {
        response.on('close', () => {
          if (!response.writableFinished) resolve()
        })
      })
      const body = Buffer.concat(chunks).toString()
      const seen = { method, path: url, headers, body, aborted }
      received.push(seen)
      const script = queue.length > 1 ? queue.shift() : queue[0]
      if (script === undefined) response.writeHead(500).end('no script')
      else void script(response, seen)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    answer: (...next) => {
      queue = [...next]
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Script {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
}

/** Answers, and then keeps this whole process from running, before anybody in it has read the answer. */
export function unread(script: Script, ms: number): Script {
  return (response, request) => {
    void script(response, request)
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms))
  }
}

export type Ending = 'end' | 'destroy' | 'hang'

/** A stream of these texts, each its own write, and how it ends. */
export function stream(texts: readonly string[], ending: Ending = 'end'): Script {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    for (const text of texts) {
      response.write(text)
      await new Promise((resolve) => setImmediate(resolve))
    }
    if (ending === 'end') response.end()
    // What was written is to arrive first.
    if (ending === 'destroy') setTimeout(() => response.destroy(), 20)
  }
}

/** Closes the connection without a byte. */
export const dead: Script = (response) => {
  response.destroy()
}

export const hang: Script = () => {}

/** Server-sent events of the Anthropic format. */
export function anthropicEvents(...events: readonly { readonly type: string }[]): string[] {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`)
}

export const MESSAGE_START = {
  type: 'message_start',
  message: {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-haiku-5-5',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { input_tokens: 25, output_tokens: 1 },
  },
} as const

/** The whole of an Anthropic stream that says these words. */
export function anthropicStream(...words: readonly string[]): string[] {
  return anthropicEvents(
    MESSAGE_START,
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } } as never,
    ...words.map(
      (text) =>
        ({
          type: 'content_block_delta',
          index: 0,
          delta: { type: 'text_delta', text },
        }) as never,
    ),
    { type: 'content_block_stop', index: 0 } as never,
    {
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: 15 },
    } as never,
    { type: 'message_stop' },
  )
}

export function anthropicMessage(text: string, model = 'claude-haiku-5-5'): object {
  return {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 25, output_tokens: 15 },
  }
}

export function anthropicError(type: string, message: string): object {
  return { type: 'error', error: { type, message }, request_id: 'req_1' }
}

/** NDJSON lines of Ollama's chat that say these words. */
export function ollamaStream(...words: readonly string[]): Script {
  return (response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' })
    const line = (rest: object) =>
      `${JSON.stringify({ model: 'llama3.2', created_at: '2026-11-22T12:00:00Z', ...rest })}\n`
    for (const content of words)
      response.write(line({ message: { role: 'assistant', content }, done: false }))
    response.end(
      line({
        message: { role: 'assistant', content: '' },
        done: true,
        done_reason: 'stop',
        prompt_eval_count: 30,
        eval_count: 7,
      }),
    )
  }
}

export function chatCompletion(content: string, model = 'gpt-6-sol'): object {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content, refusal: null },
        finish_reason: 'stop',
        logprobs: null,
      },
    ],
    usage: { prompt_tokens: 20, completion_tokens: 10, total_tokens: 30 },
  }
}
