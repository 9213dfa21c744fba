import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { PROVIDERS, type Provider } from '../domain/models/model.ts'
import type { Profile } from '../domain/profiles/profile.ts'

/** What a server of the drill does with a request. */
export type Play =
  | 'answer'
  | '429'
  | '529'
  | 'hang'
  | 'dead'
  | 'error before content'
  | 'error after content'

/** By hop: the first is 0. */
export type Plays = (hop: number) => Play

export interface DrillServers {
  readonly urls: Readonly<Record<Provider, string | null>>
  play(plays: Plays): void
  close(): Promise<void>
}

/** One server a provider, each of which knows by the model which hop it is. */
export async function drillServers({ chain }: Profile): Promise<DrillServers> {
  let plays: Plays = () => 'answer'
  const urls: Record<Provider, string | null> = { claude: null, openai: null, ollama: null }
  const servers: Server[] = []
  for (const provider of PROVIDERS) {
    const server = createServer((request, response) => {
      let body = ''
      request.setEncoding('utf8')
      request.on('data', (chunk: string) => (body += chunk))
      request.on('end', () => {
        if (request.url === '/api/show') return answerJson(response, 200, {})
        if (request.url === '/api/tags' || request.url === '/api/ps')
          return answerJson(response, 200, { models: chain.map(({ model }) => ({ name: model })) })
        const model = /"model":\s*"([^"]+)"/.exec(body)?.[1] ?? ''
        const hop = chain.findIndex((target) => target.model === model)
        act(response, { provider, model, play: plays(hop) })
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    // A server on a port has such an address.
    urls[provider] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    servers.push(server)
  }
  return {
    urls,
    play: (next) => {
      plays = next
    },
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
    },
  }
}

interface Acting {
  readonly provider: Provider
  readonly model: string
  readonly play: Play
}

function act(response: ServerResponse, acting: Acting): void {
  const { provider, play } = acting
  if (play === 'hang') return
  if (play === 'dead') return void response.destroy()
  if (play === '429' || play === '529') {
    response.setHeader('retry-after', '30')
    const type = play === '429' ? 'rate_limit_error' : 'overloaded_error'
    const status = play === '529' && provider !== 'claude' ? 503 : Number(play)
    return answerJson(response, status, errorOf(provider, type))
  }
  const type = provider === 'ollama' ? 'application/x-ndjson' : 'text/event-stream'
  response.writeHead(200, { 'content-type': type })
  for (const part of PARTS[provider](acting)) response.write(part)
  response.end()
}

function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

function errorOf(provider: Provider, type: string): object {
  const message = `drill: ${type}`
  if (provider === 'ollama') return { error: message }
  const error = { type, message, code: null, param: null }
  return provider === 'claude' ? { type: 'error', error } : { error }
}

const PARTS: Readonly<Record<Provider, (acting: Acting) => string[]>> = {
  claude: ({ model, play }) => {
    const message = { id: 'msg_drill', type: 'message', role: 'assistant', model, content: [] }
    const usage = { input_tokens: 10, output_tokens: 1 }
    const block = { type: 'text', text: '' }
    const delta = { type: 'text_delta', text: 'a drill' }
    const error = event('error', errorOf('claude', 'overloaded_error'))
    const start = event('message_start', { message: { ...message, stop_reason: null, usage } })
    if (play === 'error before content') return [start, error]
    const content = [
      start,
      event('content_block_start', { index: 0, content_block: block }),
      event('content_block_delta', { index: 0, delta }),
    ]
    if (play === 'error after content') return [...content, error]
    const end = { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage }
    return [
      ...content,
      event('content_block_stop', { index: 0 }),
      event('message_delta', end),
      event('message_stop', {}),
    ]
  },
  openai: ({ model, play }) => {
    const chunk = (choice: object | null, usage: object | null) =>
      `data: ${JSON.stringify({
        id: 'chatcmpl-drill',
        object: 'chat.completion.chunk',
        created: 1,
        model,
        choices: choice === null ? [] : [{ index: 0, finish_reason: null, ...choice }],
        usage,
      })}\n\n`
    const error = `data: ${JSON.stringify(errorOf('openai', 'server_error'))}\n\n`
    if (play === 'error before content') return [error]
    const content = chunk({ delta: { role: 'assistant', content: 'a drill' } }, null)
    if (play === 'error after content') return [content, error]
    return [
      content,
      chunk({ delta: {}, finish_reason: 'stop' }, null),
      chunk(null, { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 }),
      'data: [DONE]\n\n',
    ]
  },
  ollama: ({ model, play }) => {
    const line = (rest: object) =>
      `${JSON.stringify({ model, created_at: '2026-01-01T00:00:00Z', ...rest })}\n`
    const error = `${JSON.stringify({ error: 'drill: server error' })}\n`
    if (play === 'error before content') return [error]
    const content = line({ message: { role: 'assistant', content: 'a drill' }, done: false })
    if (play === 'error after content') return [content, error]
    const end = { done: true, done_reason: 'stop', prompt_eval_count: 10, eval_count: 2 }
    return [content, line({ message: { role: 'assistant', content: '' }, ...end })]
  },
}

function event(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
}
