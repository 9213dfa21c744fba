import { connect, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fakeUpstream, json } from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'
import { claudeSays } from '../support/providers.ts'

let gateway: TestGateway
let sockets: Socket[]

beforeEach(async () => {
  sockets = []
  gateway = await testGateway({ claude: claudeSays('hi') })
})

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  const { log } = gateway
  await gateway.close()
  const bugs = log.filter((line) => line.includes('internal error'))
  if (bugs.length > 0) throw new Error(bugs.join('\n'))
})

const ASK = JSON.stringify({
  model: 'claude-haiku-5-5',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'hi' }],
})

/** A path in a session, as a request line has it. */
function path(name: string): string {
  return gateway.base('budget').slice(gateway.url.length) + name
}

async function open(): Promise<Socket> {
  const socket = connect(gateway.port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => {})
  await new Promise((resolve) => socket.once('connect', resolve))
  return socket
}

/** What comes back for these very bytes, until the gateway closes the connection. */
async function raw(text: string): Promise<string> {
  const socket = await open()
  let answer = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk))
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(text, 'latin1')
  await closed
  return answer
}

function host(): string {
  return `Host: 127.0.0.1:${gateway.port}`
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1])
}

function untouched(): boolean {
  const { claude, openai, ollama } = gateway
  return [claude, openai, ollama].every(({ received }) => received.length === 0)
}

test.each<[string, string, Record<string, string>, number]>([
  ['no token', '/v1/messages', {}, 401],
  ['a wrong token in the path', '/s/llmsel-s-wrong/v1/messages', {}, 401],
  ['a wrong token as key', '/v1/messages', { 'x-api-key': 'llmsel-s-wrong' }, 401],
  ['a provider’s key alone', '/v1/messages', { 'x-api-key': 'sk-ant-of-somebody' }, 401],
  ['no token for a report', '/api/llm/circuits', {}, 401],
  ['no token for what is passed on', '/v1/files', {}, 401],
])('%s is refused, and no provider learns of it', async (_, target, headers, status) => {
  const post = { method: 'POST', headers, body: ASK }
  const reply = await fetch(
    gateway.url + target,
    target.startsWith('/api/llm') ? { headers } : post,
  )
  expect(reply.status).toBe(status)
  expect(reply.headers.get('x-should-retry')).toBe('false')
  expect(await reply.json()).toMatchObject({ type: 'error', error: { type: expect.any(String) } })
  expect(untouched()).toBe(true)
})

test.each<[string, string, number]>([
  ['a foreign Host', 'Host: evil.example', 421],
  ['another port in Host', 'Host: 127.0.0.1:1', 421],
  ['a name that only begins so', 'Host: 127.0.0.1.evil.example', 421],
  ['no Host', '', 400],
  ['an Origin', '@\r\nOrigin: https://evil.example', 403],
  ['an Origin of no page', '@\r\nOrigin: null', 403],
  ['an Origin on another port', '@\r\nOrigin: http://127.0.0.1:1', 403],
])('%s is refused', async (_, headers, status) => {
  const lines = headers.replace('@', host())
  const answer = await raw(
    `POST ${path('/v1/messages')} HTTP/1.1\r\n${lines === '' ? '' : `${lines}\r\n`}` +
      `Connection: close\r\nContent-Length: ${ASK.length}\r\n\r\n${ASK}`,
  )
  expect(statusOf(answer)).toBe(status)
  expect(untouched()).toBe(true)
})

test.each<[string, string]>([
  ['two lengths', 'Content-Length: 5\r\nContent-Length: 6'],
  ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked'],
  ['an encoding after chunked', 'Transfer-Encoding: chunked, identity'],
  ['an unknown encoding', 'Transfer-Encoding: xchunked'],
  ['a blank before the colon', 'Transfer-Encoding : chunked'],
  ['a folded header', 'Transfer-Encoding:\r\n chunked'],
  ['a length of no number', 'Content-Length: 5x'],
  ['a negative length', 'Content-Length: -5'],
  ['a bare line feed', 'X-Odd: a\nTransfer-Encoding: chunked'],
])('%s is refused, and nothing is smuggled in behind it', async (_, headers) => {
  const smuggled = `POST ${path('/v1/messages')} HTTP/1.1\r\n${host()}\r\n\r\n`
  const answer = await raw(
    `POST ${path('/v1/messages')} HTTP/1.1\r\n${host()}\r\n${headers}\r\n\r\n0\r\n\r\n${smuggled}`,
  )
  expect(statusOf(answer)).toBe(400)
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1)
  expect(untouched()).toBe(true)
})

test('a body in chunks is one request like any other', async () => {
  const answer = await raw(
    `POST ${path('/v1/messages')} HTTP/1.1\r\n${host()}\r\nConnection: close\r\n` +
      `Transfer-Encoding: chunked\r\n\r\n${ASK.length.toString(16)}\r\n${ASK}\r\n0\r\n\r\n`,
  )
  expect(statusOf(answer)).toBe(200)
  const [seen] = gateway.claude.received
  expect(seen?.headers['transfer-encoding']).toBeUndefined()
  expect(seen?.body).toBe(ASK)
})

test.each([
  ['/api/llm/control/prove', 400],
  ['/api/llm/control/status', 401],
  ['/api/llm/dashboard/token', 400],
])('of one who shows no token, %s reads no long body', async (target, status) => {
  const head = `POST ${target} HTTP/1.1\r\n${host()}\r\nConnection: close\r\n`
  // What the length promises never comes: whoever waited for it would not answer.
  expect(statusOf(await raw(`${head}Content-Length: 2000\r\n\r\n`))).toBe(status)
  const chunk = `${(2000).toString(16)}\r\n${' '.repeat(2000)}\r\n`
  expect(statusOf(await raw(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk}`))).toBe(status)
})

test.each([7, 'n'.repeat(101)])('%s is no question for the proof', async (nonce) => {
  const body = JSON.stringify({ nonce })
  const reply = await fetch(`${gateway.url}/api/llm/control/prove`, { method: 'POST', body })
  expect(reply.status).toBe(401)
})

/** Each format’s own shape of an error, with the words in it. */
const SHAPES: readonly [string, (type: string, message: unknown) => object][] = [
  ['/v1/messages', (type, message) => ({ type: 'error', error: { type, message } })],
  ['/v1/chat/completions', (_, message) => ({ error: { message, type: expect.any(String) } })],
  ['/v1/responses', (_, message) => ({ error: { message, type: expect.any(String) } })],
  ['/api/chat', (_, message) => ({ error: message })],
  ['/api/generate', (_, message) => ({ error: message })],
]

async function post(target: string, body: string): Promise<{ status: number; body: unknown }> {
  const reply = await fetch(gateway.url + path(target), { method: 'POST', body })
  expect(reply.headers.get('x-should-retry')).toBe('false')
  return { status: reply.status, body: await reply.json() }
}

describe.each(SHAPES)('%s says in its own shape', (target, shape) => {
  test.each([
    ['no JSON', '{"model":'],
    ['nothing', ''],
    ['a list', '[]'],
    ['null', 'null'],
    ['no UTF-8', '{"model":"\u{d800}'],
    ['a very deep one', '['.repeat(200_000)],
  ])('that %s is no request', async (_, body) => {
    expect(await post(target, body)).toMatchObject({
      status: 400,
      body: shape('invalid_request_error', 'the body is no JSON object'),
    })
    expect(untouched()).toBe(true)
  })

  test('that a model is missing or unknown', async () => {
    expect(await post(target, '{"messages":[]}')).toMatchObject({
      status: 400,
      body: shape('invalid_request_error', 'model: a text is required'),
    })
    for (const name of ['gtp-5', 'modèle-日']) {
      expect(await post(target, `{"model":"${name}","messages":[]}`)).toMatchObject({
        status: 404,
        body: shape('not_found_error', expect.stringContaining(`${name} is not known to llmsel`)),
      })
    }
    expect(untouched()).toBe(true)
  })

  test('that its profile is no longer there', async () => {
    const reply = await fetch(`${gateway.base('night')}${target}`, { method: 'POST', body: ASK })
    expect([reply.status, reply.headers.get('x-should-retry')]).toEqual([503, 'false'])
    const said = expect.stringMatching(/^llmsel: .*"night".*; .+/)
    expect(await reply.json()).toMatchObject(shape(expect.any(String), said))
  })

  test('that 33 MB are too much, with a length and without', async () => {
    const body = JSON.stringify({ model: 'claude-haiku-5-5', prompt: 'x'.repeat(33 << 20) })
    const said = shape('request_too_large', expect.stringContaining('32 MB'))
    expect(await post(target, body)).toMatchObject({ status: 413, body: said })
    const chunks = new Blob([body]).stream()
    const reply = await fetch(gateway.url + path(target), {
      method: 'POST',
      body: chunks,
      duplex: 'half',
    })
    expect(reply.status).toBe(413)
    expect(await reply.json()).toMatchObject(said)
    expect(untouched()).toBe(true)
  })
})

test.each([
  ['GET', '/v1/models'],
  ['GET', '/v1/files'],
  ['POST', '/v1/messages/count_tokens'],
])('%s %s says that its profile is no longer there', async (method, target) => {
  const body = method === 'GET' ? null : ASK
  const reply = await fetch(gateway.base('night') + target, { method, body })
  expect([reply.status, reply.headers.get('x-should-retry')]).toEqual([503, 'false'])
  const message = expect.stringMatching(/^llmsel: .*"night".*; .+/)
  expect(await reply.json()).toMatchObject({ type: 'error', error: { type: 'api_error', message } })
})

test('a header of 1 MB is refused, and the next request is served', async () => {
  const big = `X-Big: ${'x'.repeat(1 << 20)}`
  const answer = await raw(`POST ${path('/v1/messages')} HTTP/1.1\r\n${host()}\r\n${big}\r\n\r\n`)
  // A connection that is closed while its client still writes may lose the answer.
  expect([431, Number.NaN]).toContain(statusOf(answer))
  expect((await fetch(gateway.url + path('/healthz'))).status).toBe(200)
})

test('1 000 connections that say nothing, or half a line, keep nobody waiting', async () => {
  const idle = await Promise.all(Array.from({ length: 1000 }, open))
  for (const socket of idle.slice(500)) socket.write(`POST ${path('/v1/messages')} HTTP/1.1\r\nX-S`)
  const reply = await fetch(gateway.url + path('/v1/messages'), { method: 'POST', body: ASK })
  expect(reply.status).toBe(200)
  expect(gateway.claude.received).toHaveLength(1)
})

test('a header that never ends is given up', async () => {
  gateway.server.headersTimeout = 100
  expect(statusOf(await raw(`POST / HTTP/1.1\r\n${host()}\r\nX-Slow: `))).toBe(408)
})

test('a client that goes away while it still sends is no error of the gateway', async () => {
  const socket = await open()
  socket.write(
    `POST ${path('/v1/messages')} HTTP/1.1\r\n${host()}\r\nContent-Length: 999\r\n\r\n{"model"`,
  )
  await expect.poll(() => gateway.active()).toBe(1)
  socket.destroy()
  await expect.poll(() => gateway.log.at(-1) ?? '').toMatch(/\/v1\/messages 499/)
})

test('a WebSocket is refused in a way that its client understands', async () => {
  const answer = await raw(
    `GET ${path('/v1/responses')} HTTP/1.1\r\n${host()}\r\nConnection: Upgrade\r\n` +
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n',
  )
  expect(statusOf(answer)).toBe(426)
  expect(await raw(`CONNECT evil.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n`)).toBe('')
})

test.each(['http://evil.example/v1/files', '*', 'evil.example:443'])(
  'a request for %s is no path of the gateway',
  async (target) => {
    const token = gateway.base('budget').split('/s/')[1]
    const answer = await raw(
      `OPTIONS ${target} HTTP/1.1\r\n${host()}\r\nAuthorization: Bearer ${token}\r\n` +
        'Connection: close\r\n\r\n',
    )
    expect([400, 421]).toContain(statusOf(answer))
    expect(untouched()).toBe(true)
  },
)

test('an upstream’s redirect is not followed, with a next hop or without', async () => {
  const elsewhere = await fakeUpstream(json(200, {}))
  try {
    gateway.claude.answer((response) =>
      response.writeHead(307, { location: `${elsewhere.url}/v1/messages` }).end(),
    )
    const alone = await fetch(`${gateway.base('premium')}/v1/messages`, {
      method: 'POST',
      body: ASK,
      redirect: 'manual',
    })
    expect(alone.status).toBe(307)
    await fetch(gateway.url + path('/v1/messages/batches'), { redirect: 'manual' })
    expect(gateway.claude.received).toHaveLength(2)
    expect(elsewhere.received).toHaveLength(0)
  } finally {
    await elsewhere.close()
  }
})

test.each([
  [
    'odd bytes in a header',
    'HTTP/1.1 200 OK\r\nx-odd: \u0001\u00e9\r\ncontent-length: 2\r\n\r\n{}',
  ],
  ['a status of its own', 'HTTP/1.1 999 Odd\r\ncontent-length: 2\r\n\r\n{}'],
  ['a status below 200 and no more', 'HTTP/1.1 103 Early\r\n\r\n'],
  ['no HTTP at all', 'SSH-2.0-OpenSSH_9.7\r\n'],
  ['a huge header', `HTTP/1.1 200 OK\r\nx-big: ${'x'.repeat(100_000)}\r\n\r\n`],
])('an upstream that answers with %s does no harm', async (_, bytes) => {
  gateway.claude.answer((response) => {
    response.socket?.write(bytes, 'latin1')
    response.socket?.destroySoon()
  })
  for (const target of ['/v1/messages', '/v1/messages/batches']) {
    const reply = await fetch(gateway.url + path(target), { method: 'POST', body: ASK })
    await reply.text()
    expect(reply.status).toBeGreaterThanOrEqual(400)
  }
})
