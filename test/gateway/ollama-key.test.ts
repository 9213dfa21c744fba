import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, ollama, ollamaReply } from '../support/ask.ts'
import { json, type Script } from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'

const KEY = { header: 'authorization', value: 'Bearer ollama-of-the-gateway' } as const
const OWN = { header: 'authorization', value: 'Bearer ollama-of-the-session' } as const

let gateway: TestGateway
/** Whom the server lets in. */
let accepted: string

/** A server that asks for a key on each of its paths, as one behind a proxy does. */
const guarded: Script = (response, request) => {
  const { authorization } = request.headers
  if (authorization !== accepted) return json(401, { error: 'unauthorized' })(response, request)
  const script =
    request.path === '/api/tags'
      ? json(200, { models: [{ name: 'llama3.2:latest' }] })
      : ollama(ollamaReply)
  return script(response, request)
}

beforeEach(async () => {
  accepted = KEY.value
  gateway = await testGateway({ ollama: guarded, keys: { ollama: KEY } })
})
afterEach(async () => await gateway.close())

const LONG = {
  model: 'llama3.2',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'a word '.repeat(80_000) }],
}

test('a server that asks for a key is asked with it what its model can do', async () => {
  // Of a model whose window is not known, a prompt as long as this would be cut without a word.
  const reply = await ask(gateway.base('free'), LONG)
  expect([reply.status, await reply.text()]).toEqual([400, expect.stringContaining('131072')])
  expect(gateway.ollama.received.map(({ path }) => path)).toEqual(['/api/show'])
})

test('another key is told nothing that the first one learned', async () => {
  const shown = () => gateway.ollama.received.filter(({ path }) => path === '/api/show').length
  await ask(gateway.base('free'))
  await ask(gateway.base('free'))
  expect(shown()).toBe(1)
  accepted = OWN.value
  const session = gateway.session('free', { keys: { ollama: OWN }, baseUrls: {} })
  expect((await ask(session, LONG)).status).toBe(400)
  expect([shown(), gateway.ollama.received.at(-1)?.headers.authorization]).toEqual([2, OWN.value])
})

test('whether it is ready is asked with the key, too', async () => {
  const reply = await gateway.control('chain', { profile: 'free', token: null })
  expect(await reply.json()).toMatchObject({ hops: [{ ready: true, contextTokens: 131_072 }] })
})
