import { expect, test } from 'vitest'
import { parseRequestLine } from '../../src/gateway/route.ts'

const TOKEN = 'llmsel-s-abc_-9'

test.each([
  ['POST', '/v1/messages', 'generate', '/v1/messages'],
  ['POST', '/v1/messages?beta=true', 'generate', '/v1/messages?beta=true'],
  ['POST', '/messages', 'generate', '/v1/messages'],
  ['POST', '/v1/v1/messages', 'generate', '/v1/messages'],
  ['POST', '/v1/messages/', 'generate', '/v1/messages/'],
  ['POST', '/v1/responses//?x=1', 'generate', '/v1/responses//?x=1'],
  ['POST', '/chat/completions', 'generate', '/v1/chat/completions'],
  ['POST', '/v1/responses', 'generate', '/v1/responses'],
  ['POST', '/api/chat', 'generate', '/api/chat'],
  ['POST', '/api/generate', 'generate', '/api/generate'],
  ['POST', '/messages/count_tokens', 'count-tokens', '/v1/messages/count_tokens'],
  ['GET', '/v1/models?limit=1000', 'models', '/v1/models?limit=1000'],
  ['GET', '/api/tags', 'tags', '/api/tags'],
  ['GET', '/api/llm/circuits', 'report', '/api/llm/circuits'],
  ['GET', '/healthz', 'report', '/healthz'],
  ['HEAD', '/healthz', 'report', '/healthz'],
  ['POST', '/healthz', 'nothing', '/healthz'],
  ['HEAD', '/api/llm/events', 'nothing', '/api/llm/events'],
  ['GET', '/api/llm/limit?x=1', 'nothing', '/api/llm/limit?x=1'],
  ['DELETE', '/api/llm/circuits', 'nothing', '/api/llm/circuits'],
  ['POST', '/dashboard/main.js', 'nothing', '/dashboard/main.js'],
  ['POST', '/api/llm/control/stop', 'control', '/api/llm/control/stop'],
  ['GET', '/v1/messages', 'other', '/v1/messages'],
  ['HEAD', '/', 'other', '/'],
  ['HEAD', '/api/hello', 'other', '/api/hello'],
])('%s %s is %s, with a token in the path and without', (method, target, kind, path) => {
  expect(parseRequestLine(method, target)).toMatchObject({ token: null, path, route: { kind } })
  const withToken = parseRequestLine(method, `/s/${TOKEN}${target}`)
  expect(withToken).toMatchObject({ token: TOKEN, path, route: { kind } })
})

test.each([
  ['POST', '/v1/embeddings', 'openai'],
  ['GET', '/v1/responses/resp_1', 'openai'],
  ['POST', '/v1/messages/batches', 'claude'],
  ['POST', '/api/show', 'ollama'],
  ['HEAD', '/', 'ollama'],
  ['GET', '/v1/models/claude-haiku-5-5', null],
  ['GET', '/v1/files', null],
  ['POST', '/v1/skills/skill_1/versions', null],
])('%s %s belongs to %s', (method, target, provider) => {
  expect(parseRequestLine(method, target).route).toMatchObject({ kind: 'other', provider })
})

test('a template holds nothing of what was sent', () => {
  for (const target of [
    '/v1/files/secret-id?x=1',
    '/api/blobs/sha',
    '/api/llm/x',
    '/dashboard/x',
    `/s/${TOKEN}/v1/x`,
    '/s/',
  ]) {
    expect(parseRequestLine('GET', target).route.template).toMatch(
      /^\/(?:$|(?:api|dashboard)\/(?:llm\/)?…|v1\/(?:messages\/)?…)/,
    )
  }
})
