import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openControl } from '../../src/gateway/control.ts'
import { controlToken, proofOf } from '../../src/gateway/proof.ts'

const SECRET = Buffer.alloc(32, 1)
const OTHER = Buffer.alloc(32, 2)

const servers: Server[] = []

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** Calls `reply` with each request's head and body. */
async function listener(
  reply: (request: { action: string; head: string; body: string }, socket: Socket) => void,
): Promise<number> {
  const server = createServer((socket) => {
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += String(chunk)
      for (;;) {
        const [, head = '', action = '', length = '0'] =
          /^(POST \/api\/llm\/control\/(\w+) [^]*?content-length: (\d+)[^]*?)\r\n\r\n/.exec(text) ??
          []
        const end = head.length + 4 + Number(length)
        if (head === '' || text.length < end) return
        reply({ action, head, body: text.slice(head.length + 4, end) }, socket)
        text = text.slice(end)
      }
    })
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function answer(body: object, status = 200): string {
  const text = JSON.stringify(body)
  return `HTTP/1.1 ${status} X\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}

function proof(secret: Buffer, { body }: { readonly body: string }, socket: Socket): string {
  return answer({ proof: proofOf(secret, JSON.parse(body).nonce, socket.localPort ?? 0) })
}

const CALL = { action: 'status', body: {}, timeoutMs: 1000 }

test('one proof is enough for a connection, and the token comes only after it', async () => {
  const heard: string[] = []
  const port = await listener((request, socket) => {
    heard.push(`${request.action} ${socket.remotePort} ${request.head.includes('authorization')}`)
    socket.write(request.action === 'prove' ? proof(SECRET, request, socket) : answer({ a: 'é' }))
  })
  const control = await openControl(SECRET, port, 1000)
  const answers = await Promise.all([control?.ask(CALL), control?.ask(CALL)])
  expect(answers).toEqual([1, 2].map(() => ({ status: 200, body: { a: 'é' } })))
  expect(await control?.ask({ ...CALL, action: 'stop' })).toEqual({ status: 200, body: { a: 'é' } })
  control?.close()
  const from = heard[0]?.split(' ')[1]
  expect(heard).toEqual([
    `prove ${from} false`,
    `status ${from} true`,
    `status ${from} true`,
    `stop ${from} true`,
  ])
})

test.each<[string, (request: { body: string }, socket: Socket) => string]>([
  ['has another secret', (request, socket) => proof(OTHER, request, socket)],
  [
    'answers for another port',
    ({ body }) => answer({ proof: proofOf(SECRET, JSON.parse(body).nonce, 1) }),
  ],
  [
    'has an old proof',
    (_, { localPort = 0 }) => answer({ proof: proofOf(SECRET, 'x', localPort) }),
  ],
  ['says nothing of a proof', () => answer({})],
  [
    'is no gateway',
    () => 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n',
  ],
  ['does not speak HTTP', () => 'SSH-2.0-x\r\n\r\n'],
  ['says no JSON', () => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]'],
])('a listener that %s is shown nothing', async (_, reply) => {
  const heard: string[] = []
  const port = await listener((request, socket) => {
    heard.push(request.head + request.body)
    socket.write(reply(request, socket))
  })
  expect(await openControl(SECRET, port, 1000)).toBeNull()
  expect(heard).toHaveLength(1)
  expect(heard.join('')).not.toContain(controlToken(SECRET))
})

test('nobody listens', async () => {
  const port = await listener(() => {})
  servers.pop()?.close()
  expect(await openControl(SECRET, port, 1000)).toBeNull()
})

test('an answer may come byte by byte, and two at once', async () => {
  let held = ''
  const port = await listener((request, socket) => {
    const text = request.action === 'prove' ? proof(SECRET, request, socket) : answer({ n: 1 })
    if (request.action === 'prove') for (const byte of text) socket.write(byte)
    else if (held === '') held = text
    else socket.write(held + text)
  })
  const control = await openControl(SECRET, port, 1000)
  const both = await Promise.all([control?.ask(CALL), control?.ask(CALL)])
  expect(both).toEqual([1, 2].map(() => ({ status: 200, body: { n: 1 } })))
  control?.close()
})

test('a gateway that goes, or says no more, leaves no call open', async () => {
  const port = await listener((request, socket) => {
    if (request.action === 'prove') socket.write(proof(SECRET, request, socket))
    if (request.action === 'stop') socket.destroy()
  })
  const gone = await openControl(SECRET, port, 1000)
  expect(await Promise.all([gone?.ask(CALL), gone?.ask({ ...CALL, action: 'stop' })])).toEqual([
    null,
    null,
  ])
  expect(gone?.isOpen()).toBe(false)
  expect(await gone?.ask(CALL)).toBeNull()
  const silent = await openControl(SECRET, port, 1000)
  expect(await silent?.ask({ ...CALL, timeoutMs: 20 })).toBeNull()
})
