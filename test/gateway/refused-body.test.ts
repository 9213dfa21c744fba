import { execFile } from 'node:child_process'
import { connect } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testGateway, type TestGateway } from '../support/gateway.ts'

let gateway: TestGateway
beforeEach(async () => {
  gateway = await testGateway()
})
afterEach(async () => await gateway.close())

const MB = 1 << 20

/** In a process of its own, so that it sends while the gateway closes. */
const CLIENTS = `
import Anthropic from '@anthropic-ai/sdk'
import OpenAI from 'openai'
const [base, bytes] = process.argv.slice(1)
const messages = [{ role: 'user', content: 'x'.repeat(Number(bytes)) }]
const [apiKey, maxRetries, model] = ['none', 0, 'claude-haiku-5-5']
const claude = new Anthropic({ baseURL: base, apiKey, maxRetries })
const openai = new OpenAI({ baseURL: base + '/v1', apiKey, maxRetries })
const said = async (asked) => await asked.then(() => 'answered', (error) => error.status + ' ' + error.message)
console.log(await said(claude.messages.create({ model, max_tokens: 9, messages })))
console.log(await said(openai.chat.completions.create({ model, messages })))
`

test.each([1, 8, 20, 30])('of a wrong token clients learn with %d MB, too', async (size) => {
  const base = `${gateway.url}/s/llmsel-s-wrong`
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--input-type=module', '-e', CLIENTS, base, String(size * MB)],
    { cwd: join(import.meta.dirname, '../..'), env: {} },
  )
  expect(stdout.match(/^401 .*no token of this gateway/gm)).toHaveLength(2)
})

interface Refused {
  readonly answer: string
  readonly answeredMs: number
  readonly closedMs: number
  readonly sentBytes: number
}

/** Sends for as long as the gateway lets it: `pauseMs` 0 as fast as it goes. */
async function sendFor(head: string, pauseMs: number): Promise<Refused> {
  const socket = connect(gateway.port, '127.0.0.1')
  const start = performance.now()
  let [answer, answeredMs] = ['', 0]
  socket.on('error', () => {})
  socket.setEncoding('latin1').on('data', (text: string) => {
    answeredMs ||= performance.now() - start
    answer += text
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.write(`POST /v1/messages HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n${head}\r\n\r\n`)
  const chunk = Buffer.alloc(pauseMs === 0 ? MB : 1, ' ')
  const framed = Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, CRLF])
  const next = () => {
    if (socket.destroyed) return
    if (pauseMs > 0) setTimeout(next, pauseMs)
    // The gateway is in this process, and is to have its turn between two of them.
    socket.write(framed, (error) => {
      if (pauseMs === 0 && (error ?? null) === null) setImmediate(next)
    })
  }
  next()
  await closed
  const closedMs = performance.now() - start
  return { answer, answeredMs, closedMs, sentBytes: socket.bytesWritten }
}

const CRLF = Buffer.from('\r\n')
const CHUNKED = 'Transfer-Encoding: chunked'

test('a body without an end is read for no longer than it takes to be told', async () => {
  const slow = await sendFor(CHUNKED, 50)
  expect(slow.answer).toMatch(/^HTTP\/1\.1 401 [^]*no token/)
  // It is told at once, and heard for a while yet.
  expect(slow.answeredMs).toBeLessThan(slow.closedMs / 2)
  const fast = await sendFor(CHUNKED, 0)
  // What is on its way in the system's buffers counts, too.
  expect(fast.sentBytes).toBeLessThan(64 * MB)
})

test('what is promised and never comes is not waited for, and nothing is kept of what comes', async () => {
  const before = process.memoryUsage()
  const promised = `Content-Length: ${30 * MB}`
  const all = await Promise.all(Array.from({ length: 20 }, () => sendFor(promised, 100)))
  for (const { answer } of all) expect(answer).toMatch(/^HTTP\/1\.1 401 /)
  const after = process.memoryUsage()
  expect(after.external + after.arrayBuffers).toBeLessThan(
    before.external + before.arrayBuffers + 20 * MB,
  )
  expect(gateway.active()).toBe(0)
})

test('without a body the connection closes at once', async () => {
  const lingering = sendFor(CHUNKED, 50)
  const socket = connect(gateway.port, '127.0.0.1')
  const start = performance.now()
  socket.write(`GET /v1/models HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n\r\n`)
  socket.resume()
  await new Promise((resolve) => socket.once('close', resolve))
  const closedMs = performance.now() - start
  expect(closedMs).toBeLessThan((await lingering).closedMs / 2)
})
