import {
  anthropicEvents,
  anthropicMessage,
  anthropicStream,
  json,
  MESSAGE_START,
  ollamaStream,
  stream,
  type Received,
  type Script,
} from './fake-upstream.ts'

/** A call of a tool, as every provider here makes it. */
export const CALL = { name: 'weather', arguments: { city: 'Kiel' } } as const

function wantsStream({ body, path }: Received, byDefault: boolean): boolean {
  const { stream: asked }: { stream?: boolean } = JSON.parse(body)
  return asked ?? (byDefault && path.startsWith('/api/'))
}

/** One script for a request that wants a stream, another for one that does not. */
export function either(whole: Script, streamed: Script): Script {
  return (response, request) => (wantsStream(request, true) ? streamed : whole)(response, request)
}

export function claudeSays(text: string): Script {
  return either(json(200, anthropicMessage(text)), stream(anthropicStream(text)))
}

/** A text and a call beside it. */
export const claudeCalls: Script = either(
  json(200, {
    ...anthropicMessage('One moment.'),
    content: [
      { type: 'text', text: 'One moment.' },
      { type: 'tool_use', id: 'toolu_1', name: CALL.name, input: CALL.arguments },
    ],
    stop_reason: 'tool_use',
  }),
  stream(
    events(
      MESSAGE_START,
      { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'One moment.' } },
      { type: 'content_block_stop', index: 0 },
      {
        type: 'content_block_start',
        index: 1,
        content_block: { type: 'tool_use', id: 'toolu_1', name: CALL.name, input: {} },
      },
      ...['{"ci', 'ty":"Ki', 'el"}'].map((part) => ({
        type: 'content_block_delta',
        index: 1,
        delta: { type: 'input_json_delta', partial_json: part },
      })),
      { type: 'content_block_stop', index: 1 },
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use', stop_sequence: null },
        usage: { output_tokens: 15 },
      },
      { type: 'message_stop' },
    ),
  ),
)

/** Events with more in them than a type. */
export function events(
  ...all: readonly ({ readonly type: string } & Readonly<Record<string, unknown>>)[]
): string[] {
  return anthropicEvents(...all)
}

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  created_at: 1,
  status: 'completed',
  model: 'gpt-6-sol',
  output: [
    {
      type: 'message',
      id: 'item_1',
      role: 'assistant',
      status: 'completed',
      content: [{ type: 'output_text', text: 'One moment.', annotations: [] }],
    },
    {
      type: 'function_call',
      id: 'item_2',
      call_id: 'call_1',
      name: CALL.name,
      arguments: JSON.stringify(CALL.arguments),
      status: 'completed',
    },
  ],
  usage: { input_tokens: 20, output_tokens: 10, total_tokens: 30 },
} as const

/** OpenAI's Responses alone: what was written for Chat Completions is refused as OpenAI does. */
export const responsesCalls: Script = (response, request) => {
  const message = 'Function tools with reasoning_effort are not supported for gpt-6-sol'
  const script = request.path.endsWith('/responses')
    ? either(json(200, RESPONSE), stream(responseEvents()))
    : json(400, { error: { message, type: 'invalid_request_error', param: null, code: null } })
  void script(response, request)
}

/** A stream of OpenAI's Responses: a text, then a call. */
export function responseEvents(): string[] {
  const [said, called] = RESPONSE.output
  return events(
    { type: 'response.created', response: { ...RESPONSE, status: 'in_progress', output: [] } },
    { type: 'response.output_item.added', output_index: 0, item: { ...said, content: [] } },
    {
      type: 'response.content_part.added',
      output_index: 0,
      content_index: 0,
      part: { type: 'output_text', text: '', annotations: [] },
    },
    {
      type: 'response.output_text.delta',
      output_index: 0,
      content_index: 0,
      delta: 'One moment.',
    },
    { type: 'response.output_item.done', output_index: 0, item: said },
    { type: 'response.output_item.added', output_index: 1, item: { ...called, arguments: '' } },
    {
      type: 'response.function_call_arguments.delta',
      output_index: 1,
      delta: JSON.stringify(CALL.arguments),
    },
    { type: 'response.output_item.done', output_index: 1, item: called },
    { type: 'response.completed', response: RESPONSE },
  )
}

/** What an Ollama server answers on each of its paths. */
export function ollamaServer(chat: Script): Script {
  return (response, request) =>
    request.path === '/api/chat'
      ? chat(response, request)
      : json(200, {
          capabilities: ['completion', 'tools', 'vision'],
          model_info: { 'llama.context_length': 131_072 },
        })(response, request)
}

function ollamaReply(message: object): object {
  return {
    model: 'llama3.2',
    created_at: '2026-11-22T12:00:00Z',
    message: { role: 'assistant', content: '', ...message },
    done: true,
    done_reason: 'stop',
    prompt_eval_count: 30,
    eval_count: 7,
  }
}

export function ollamaSays(text: string): Script {
  return ollamaServer(either(json(200, ollamaReply({ content: text })), ollamaStream(text)))
}

export const ollamaCalls: Script = ollamaServer(
  either(
    json(200, ollamaReply({ content: 'One moment.', tool_calls: [{ function: CALL }] })),
    (response) => {
      response.writeHead(200, { 'content-type': 'application/x-ndjson' })
      const line = (value: object) => response.write(`${JSON.stringify(value)}\n`)
      line({ ...ollamaReply({ content: 'One moment.' }), done: false })
      line({ ...ollamaReply({ tool_calls: [{ function: CALL }] }), done: false })
      line(ollamaReply({}))
      response.end()
    },
  ),
)
