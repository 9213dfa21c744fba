// The client of `npm run bench:gateway`: raw sockets, so that it costs less than what it measures.
import { connect } from 'node:net'

/** One request's bytes, for any number of sendings. */
export function requestBytes({ path, stream = false, model = 'claude-sonnet-5-5', headers = {} }) {
  const body = JSON.stringify({
    model,
    max_tokens: 100,
    ...(stream ? { stream: true } : {}),
    messages: [
      { role: 'user', content: 'What is measured here is the way, not the words. '.repeat(8) },
    ],
  })
  const lines = Object.entries({
    host: '127.0.0.1:PORT',
    'content-type': 'application/json',
    'anthropic-version': '2023-06-01',
    'content-length': Buffer.byteLength(body),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}`)
  return `POST ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

/** Sends a request at a time over one connection. */
export async function openConnection({ port, bytes }) {
  const socket = connect(port, '127.0.0.1')
  const text = bytes.replace('127.0.0.1:PORT', `127.0.0.1:${port}`)
  socket.setNoDelay(true)
  let waiting = null
  let received = ''
  let startedMs = 0
  let firstMs = 0
  socket.on('error', (error) => waiting?.reject(error))
  socket.on('close', () => waiting?.reject(new Error(`${port} closed: ${received.slice(0, 300)}`)))
  socket.on('data', (chunk) => {
    received += chunk.toString('latin1')
    if (firstMs === 0 && received.includes('text_delta')) firstMs = performance.now() - startedMs
    if (!isWhole(received)) return
    const answer = received
    const { resolve } = waiting
    received = ''
    waiting = null
    resolve({ answer, ms: performance.now() - startedMs, firstMs })
  })
  await new Promise((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return {
    send: async (status = 200) => {
      startedMs = performance.now()
      firstMs = 0
      const result = await new Promise((resolve, reject) => {
        waiting = { resolve, reject }
        socket.write(text)
      })
      if (!result.answer.startsWith(`HTTP/1.1 ${status}`))
        throw new Error(`${port} answered ${result.answer.slice(0, 400)}`)
      return result
    },
    close: () => {
      waiting = null
      socket.destroy()
    },
  }
}

function isWhole(text) {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const head = text.slice(0, end)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  return length === undefined
    ? text.endsWith('\r\n0\r\n\r\n')
    : text.length >= end + 4 + Number(length)
}

/** The times of `count` requests one after the other, of the given kind, in ms. */
export async function times(to, count, pick = ({ ms }) => ms) {
  const connection = await openConnection(to)
  const found = []
  for (let i = 0; i < count; i++) found.push(pick(await connection.send()))
  connection.close()
  return found
}

/**
 * Requests over many connections at once until `count` are answered; returns how many a second. Before
 * them `lead` others, which are not counted; `onLed` is called after those.
 */
export async function rate(to, { connections, count, lead = 0, onLed = () => {} }) {
  const open = await Promise.all(Array.from({ length: connections }, () => openConnection(to)))
  let left = lead + count
  let startedMs = performance.now()
  await Promise.all(
    open.map(async (connection) => {
      while (left-- > 0) {
        if (left === count - 1) {
          startedMs = performance.now()
          onLed()
        }
        await connection.send()
      }
    }),
  )
  const seconds = (performance.now() - startedMs) / 1000
  for (const connection of open) connection.close()
  return count / seconds
}
