import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { openApi } from '../../src/dashboard/api.ts'
import { follow, type LiveState } from '../../src/dashboard/live.ts'

/** A gateway's events, as often as they are asked for. */
async function eventServer(answer: (response: ServerResponse, turn: number) => void) {
  let turn = 0
  const tokens: (string | undefined)[] = []
  const server = createServer(({ headers }, response) => {
    tokens.push(headers.authorization)
    answer(response, ++turn)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const api = openApi('llmsel-d-token', `http://127.0.0.1:${port}`)
  return { api, tokens }
}

function stream(response: ServerResponse, text: string): ServerResponse {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  response.write(text)
  return response
}

test('events come with their data, however the stream is cut; one that ends is begun again', async () => {
  const { api, tokens } = await eventServer((response, turn) => {
    if (turn === 2) return void response.destroy()
    if (turn === 1) stream(response, ': connected\n\nevent: circuit\nda').end('ta: {"a":1}\n\n')
    else stream(response, 'event: request\ndata: {"b":2}\n\n')
  })
  const states: LiveState['kind'][] = []
  const events = await new Promise((resolve) => {
    const seen: unknown[] = []
    const live = follow(api, {
      event: (type, data) => {
        if (seen.push([type, data]) === 2) resolve(seen)
      },
      state: ({ kind }) => states.push(kind),
      refused: () => {},
    })
    onTestFinished(() => live.close())
  })
  expect(events).toEqual([
    ['circuit', { a: 1 }],
    ['request', { b: 2 }],
  ])
  const [connecting, lost, live] = ['connecting', 'lost', 'live']
  expect(states).toEqual([connecting, live, lost, connecting, lost, connecting, live])
  expect(tokens).toEqual(tokens.map(() => 'Bearer llmsel-d-token'))
})

test('a token that counts no more is not tried again', async () => {
  const { api, tokens } = await eventServer((response) => response.writeHead(401).end('{}'))
  await new Promise<void>((resolve) => {
    follow(api, { event: () => {}, state: () => {}, refused: resolve })
  })
  expect(tokens).toHaveLength(1)
})

test('a page that was out of sight does not wait for the next turn', async () => {
  const { api, tokens } = await eventServer((response, turn) => {
    if (turn === 1) response.destroy()
    else stream(response, ': connected\n\n')
  })
  const states: LiveState['kind'][] = []
  await new Promise<void>((resolve) => {
    const live = follow(api, {
      event: () => {},
      state: ({ kind }) => {
        states.push(kind)
        if (kind === 'lost') live.tryNow()
        if (kind === 'live') resolve()
      },
      refused: () => {},
    })
    onTestFinished(() => live.close())
  })
  expect(states).toEqual(['connecting', 'lost', 'connecting', 'live'])
  expect(tokens).toHaveLength(2)
})
