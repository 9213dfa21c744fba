import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** A request for an answer of a model. */
export interface Asked {
  readonly path: string
  readonly model: string
  /** The Authorization header or x-api-key. */
  readonly credential: string
}

export interface Provider {
  /** Its origin. */
  readonly url: string
  readonly asked: readonly Asked[]
  close(): Promise<void>
}

/** Both formats on loopback; every answer is "hello from MODEL". */
export async function startProvider(): Promise<Provider> {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    answer(request, response, asked).catch((error: unknown) => {
      response.destroy(error instanceof Error ? error : undefined)
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  // A TCP server's address is an object.
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, asked: Asked[]) {
  const body = await text(request)
  const { pathname } = new URL(request.url ?? '/', 'http://provider')
  const events = EVENTS[pathname]
  if (request.method !== 'POST' || events === undefined) {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
    return
  }
  const { model }: { model: string } = JSON.parse(body)
  const { authorization, 'x-api-key': key } = request.headers
  asked.push({ path: pathname, model, credential: authorization ?? String(key) })
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.end(events(model).map(sse).join(''))
}

type Event = Readonly<Record<string, unknown>>

function sse(event: Event): string {
  const name = typeof event['type'] === 'string' ? `event: ${event['type']}\n` : ''
  return `${name}data: ${JSON.stringify(event)}\n\n`
}

const EVENTS: Readonly<Record<string, (model: string) => readonly Event[]>> = {
  '/v1/messages': messages,
  '/v1/responses': responses,
  '/v1/chat/completions': chatCompletions,
}

function messages(model: string): Event[] {
  const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [] }
  const usage = { input_tokens: 1, output_tokens: 1 }
  const ends = { stop_reason: null, stop_sequence: null }
  return [
    { type: 'message_start', message: { ...message, ...ends, usage } },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    {
      type: 'content_block_delta',
      index: 0,
      delta: { type: 'text_delta', text: `hello from ${model}` },
    },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: { ...ends, stop_reason: 'end_turn' }, usage },
    { type: 'message_stop' },
  ]
}

function responses(model: string): Event[] {
  const part = { type: 'output_text', text: `hello from ${model}`, annotations: [] }
  const item = { id: 'i', type: 'message', role: 'assistant', status: 'completed', content: [part] }
  const usage = {
    input_tokens: 1,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 1,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 2,
  }
  const response = {
    id: 'r',
    object: 'response',
    model,
    status: 'completed',
    output: [item],
    usage,
  }
  return [
    {
      type: 'response.created',
      response: { ...response, status: 'in_progress', output: [], usage: null },
    },
    { type: 'response.output_item.added', output_index: 0, item: { ...item, content: [] } },
    {
      type: 'response.output_text.delta',
      item_id: 'i',
      output_index: 0,
      content_index: 0,
      delta: part.text,
    },
    { type: 'response.output_item.done', output_index: 0, item },
    { type: 'response.completed', response },
  ]
}

function chatCompletions(model: string): Event[] {
  const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model }
  const delta = { role: 'assistant', content: `hello from ${model}` }
  return [
    { ...chunk, choices: [{ index: 0, delta, finish_reason: null }] },
    {
      ...chunk,
      choices: [{ index: 0, delta: {}, finish_reason: 'stop' }],
      usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
    },
  ]
}
