import { anthropicError, json, type Script } from './fake-upstream.ts'

export const ASK = {
  model: 'claude-haiku-5-5',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'hello' }],
}

export async function ask(
  base: string,
  body: object = ASK,
  headers: Record<string, string> = {},
): Promise<Response> {
  return await fetch(`${base}/v1/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'anthropic-version': '2023-06-01', ...headers },
    body: JSON.stringify(body),
  })
}

export const limited = json(429, anthropicError('rate_limit_error', 'slow down'), {
  'retry-after': '20',
})
export const overloaded = json(529, anthropicError('overloaded_error', 'Overloaded'))
export const ollamaReply: Script = json(200, {
  model: 'llama3.2',
  created_at: '2026-11-22T12:00:00Z',
  message: { role: 'assistant', content: 'from ollama' },
  done: true,
  done_reason: 'stop',
  prompt_eval_count: 30,
  eval_count: 7,
})

/** What an Ollama server answers on each of its paths. */
export function ollama(chat: Script): Script {
  return (response, request) =>
    request.path === '/api/chat'
      ? chat(response, request)
      : json(200, {
          capabilities: ['completion', 'tools', 'vision'],
          model_info: { 'llama.context_length': 131_072 },
        })(response, request)
}
