import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { ASK } from '../support/ask.ts'
import { hang } from '../support/fake-upstream.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { testGateway } from '../support/gateway.ts'
import { claudeSays } from '../support/providers.ts'
import { until } from '../support/until.ts'

const gateway = forEachTest(async () => await testGateway({ claude: hang }))
const COUNT = 15

function send(text: string): Socket {
  const socket = connect(gateway.port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(text)
  return socket
}

function post(base: string): string {
  const body = JSON.stringify(ASK)
  return (
    `POST ${new URL(base).pathname}/v1/messages HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  )
}

test('the end of a connection ends every request on it, and what each asked of a provider', async () => {
  const warnings: Error[] = []
  const hear = (warning: Error) => void warnings.push(warning)
  process.on('warning', hear)
  const socket = send(post(gateway.base('premium')).repeat(COUNT))
  await until(() => gateway.claude.received.length === COUNT)
  expect(gateway.active()).toBe(COUNT)
  socket.destroy()
  await until(() => gateway.active() === 0)
  await Promise.all(gateway.claude.received.map(async ({ aborted }) => await aborted))
  await until(() => gateway.log.length === COUNT)
  for (const line of gateway.log) expect(line).toMatch(/^POST \/v1\/messages 499 /)
  process.off('warning', hear)
  expect(warnings).toEqual([])
})

test('what waits behind a refusal, which closes the connection, ends with it', async () => {
  const socket = send(post(`${gateway.url}/s/wrong`).repeat(3))
  let answer = ''
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
  await new Promise((resolve) => socket.once('close', resolve))
  expect(answer.match(/HTTP\/1\.1 401/g)).toHaveLength(1)
  await until(() => gateway.active() === 0)
})

test('on a connection that goes on, each is answered in its turn, and ends', async () => {
  gateway.claude.answer(claudeSays('hi'))
  const socket = send(post(gateway.base('premium')).repeat(COUNT))
  let answer = ''
  socket.setEncoding('latin1').on('data', (text: string) => (answer += text))
  await until(() => answer.match(/HTTP\/1\.1 200/g)?.length === COUNT)
  await until(() => gateway.active() === 0)
  socket.destroy()
  await until(() => gateway.log.length === COUNT)
  expect(gateway.log.join('\n')).not.toContain('499')
})
