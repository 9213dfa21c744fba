// The other ends of `npm run bench:gateway`, each a process of its own: a provider's server that
// costs next to nothing (`upstream`), and what a proxy costs that only passes on (`proxy PORT`). Each
// prints its port.
import { Agent, createServer as httpServer, request as httpRequest } from 'node:http'
import { createServer } from 'node:net'

const MESSAGE = JSON.stringify({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-5-5',
  content: [
    { type: 'text', text: 'The answer is short, since its length is not what is measured.' },
  ],
  stop_reason: 'end_turn',
  stop_sequence: null,
  usage: { input_tokens: 25, output_tokens: 15 },
})

/** No two are alike: a ledger has more to do with ids and counts that differ. */
function message() {
  const random = (most) => Math.floor(Math.random() * most)
  const half = () =>
    random(2 ** 52)
      .toString(36)
      .padStart(11, '0')
  // From the end on: what is put in may have the digits that are looked for next.
  return MESSAGE.replace('15', random(900))
    .replace('25', random(5000))
    .replace('msg_1', `msg_${half()}${half()}`)
}

const LIMITED = JSON.stringify({
  type: 'error',
  error: { type: 'rate_limit_error', message: 'slow down' },
})

function whole(status, body) {
  return `HTTP/1.1 ${status} X\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

function event(data) {
  const text = `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`
}

const STREAM_HEAD = `HTTP/1.1 200 X\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n${event(
  {
    type: 'message_start',
    message: { ...JSON.parse(MESSAGE), content: [], stop_reason: null },
  },
)}${event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } })}`
const DELTA = event({
  type: 'content_block_delta',
  index: 0,
  delta: { type: 'text_delta', text: 'some words ' },
})
const STREAM_TAIL = `${event({ type: 'content_block_stop', index: 0 })}${event({
  type: 'message_delta',
  delta: { stop_reason: 'end_turn', stop_sequence: null },
  usage: { output_tokens: 15 },
})}${event({ type: 'message_stop' })}0\r\n\r\n`

/** `x-bench-pieces: COUNT EVERY-MS` asks for a paced stream. */
function stream(socket, head) {
  const [, pieces = '1', everyMs = '0'] = /x-bench-pieces: (\d+) (\d+)/i.exec(head) ?? []
  socket.write(STREAM_HEAD + DELTA)
  let left = Number(pieces) - 1
  if (left <= 0) return socket.write(STREAM_TAIL)
  const timer = setInterval(() => {
    left--
    socket.write(left === 0 ? DELTA + STREAM_TAIL : DELTA)
    if (left === 0) clearInterval(timer)
  }, Number(everyMs))
  socket.once('close', () => clearInterval(timer))
}

const REFUSED = whole(429, LIMITED)

function answer(socket, head, body) {
  if (/x-bench-limit: yes/i.test(head) && body.includes('haiku')) return socket.write(REFUSED)
  if (/"stream":\s*true/.test(body)) return stream(socket, head)
  return socket.write(whole(200, message()))
}

/** Bodies of a known length, or chunked ones in one piece: all that those who are measured send. */
function serve(socket) {
  let text = ''
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1')
    for (;;) {
      const end = text.indexOf('\r\n\r\n')
      if (end < 0) return
      const head = text.slice(0, end)
      const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
      const last = text.indexOf('\r\n0\r\n\r\n', end)
      if (length === undefined && last < 0) return
      const after = length === undefined ? last + 7 : end + 4 + Number(length)
      if (text.length < after) return
      answer(socket, head, text.slice(end + 4, after))
      text = text.slice(after)
    }
  })
}

function proxy(port) {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  return httpServer((incoming, response) => {
    const { method, url: path, headers } = incoming
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, method, path, headers, agent },
      (got) => {
        response.writeHead(got.statusCode, got.headers)
        got.pipe(response)
      },
    )
    incoming.pipe(outgoing)
  })
}

const [what, port] = process.argv.slice(2)
const server = what === 'upstream' ? createServer(serve) : proxy(Number(port))
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
// Nothing stays behind where the bench was killed.
process.stdin.on('end', () => process.kill(process.pid)).resume()
