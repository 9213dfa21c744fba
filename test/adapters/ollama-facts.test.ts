import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ollamaFacts, pulledModels } from '../../src/adapters/ollama-facts.ts'

const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  // A TCP server's address is an AddressInfo.
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('what is pulled, and the window of what is loaded', async () => {
  const asked: string[] = []
  const origin = await serve(({ method, url, headers }, reply) => {
    asked.push(`${method} ${url} ${headers.authorization ?? ''}`)
    const loaded = { models: [{ name: 'a:latest', context_length: 4096 }, { model: 'b:1' }] }
    const pulled = { models: [{ name: 'a:latest' }, { name: 'b:1' }] }
    reply.end(JSON.stringify(url === '/api/ps' ? loaded : pulled))
  })
  expect(await ollamaFacts(origin, 1000)).toEqual({
    models: ['a:latest', 'b:1'],
    loaded: [
      { model: 'a:latest', contextTokens: 4096 },
      { model: 'b:1', contextTokens: null },
    ],
  })
  expect(asked.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(['GET /api/ps ', 'GET /api/tags '])
})

test.each<[string, RequestListener]>([
  ['another service', (_, reply) => reply.end('<html>')],
  ['another JSON', (_, reply) => reply.end('{"data": []}')],
  ['an error', (_, reply) => reply.writeHead(500).end('{"models": []}')],
  ['a redirect', (_, reply) => reply.writeHead(302, { location: 'http://127.0.0.1:9/' }).end()],
  ['a reply without end', (_, reply) => void reply.write('{"models": [')],
  ['silence', () => {}],
  ['a flood', (_, reply) => void reply.end(`{"models": ["${'x'.repeat(2 << 20)}"]}`)],
])('%s is no Ollama', async (_, listener) => {
  const origin = await serve(listener)
  expect(await ollamaFacts(origin, 200)).toBeNull()
})

test.each([401, 403])('one that answers %d asks for a key', async (status) => {
  const origin = await serve(({ headers }, reply) => {
    if (headers.authorization === undefined) reply.writeHead(status).end('{"error": "no"}')
    else reply.end('{"models": [{ "name": "a:1" }]}')
  })
  expect(await ollamaFacts(origin, 1000)).toBe('locked')
  expect(await pulledModels(origin, 1000)).toBe('locked')
  const facts = await ollamaFacts(origin, 1000, { authorization: 'Bearer key' })
  expect(facts).toMatchObject({ models: ['a:1'] })
})

test('nor is a port on which nothing listens, nor an address that is none', async () => {
  expect(await ollamaFacts('http://127.0.0.1:1', 500)).toBeNull()
  expect(await ollamaFacts('nonsense', 500)).toBeNull()
})

test('what the list says of a model, as far as it says it', async () => {
  const models = [
    { name: 'qwen3:8b', size: 5e9, details: { family: 'qwen3' } },
    { model: 'big:1', size: 300, remote_host: 'https://ollama.com:443', details: {} },
    { name: 'old:1', size: 'large' },
  ]
  const origin = await serve((_, reply) => reply.end(JSON.stringify({ models })))
  expect(await pulledModels(origin, 1000)).toEqual([
    { name: 'qwen3:8b', bytes: 5e9, family: 'qwen3', remote: false },
    { name: 'big:1', bytes: 300, family: null, remote: true },
    { name: 'old:1', bytes: null, family: null, remote: false },
  ])
  expect(await pulledModels('http://127.0.0.1:1', 500)).toBeNull()
})
