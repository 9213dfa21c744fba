import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { gatewayFolder, type GatewayFolder } from '../../src/gateway/folder.ts'
import { openLink } from '../../src/gateway/link.ts'
import { proofOf } from '../../src/gateway/proof.ts'

let state: string
let folder: GatewayFolder
let servers: Server[]

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'llmsel-link-'))
  folder = gatewayFolder(state)
  folder.secret()
  servers = []
})
afterEach(() => {
  for (const server of servers) {
    server.close()
    server.closeAllConnections()
  }
  rmSync(state, { recursive: true })
})

/** Proves itself, and is the one that is recorded. Null for an answer: it hangs up. */
async function gateway(
  answer: (action: string) => object | null,
): Promise<{ readonly heard: string[] }> {
  const heard: string[] = []
  const server = createServer((request: IncomingMessage, response) => {
    void json(request).then((body) => {
      const action = request.url?.split('/').at(-1) ?? ''
      heard.push(action)
      const { nonce } = body as { nonce: string }
      const port = request.socket.localPort ?? 0
      const proof = { proof: proofOf(folder.secret(), nonce, port) }
      const said = action === 'prove' ? proof : answer(action)
      if (said === null) return void request.socket.destroy()
      const text = JSON.stringify(said)
      response.writeHead('error' in said ? 400 : 200, { 'content-length': text.length }).end(text)
    })
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  folder.write('gateway.json', { port: (server.address() as AddressInfo).port })
  return { heard }
}

test('several calls, also at once, take one proof', async () => {
  const { heard } = await gateway((action) => ({ action }))
  const link = openLink(folder)
  const both = await Promise.all([link.ask('status', {}), link.ask('keys', {})])
  expect(both).toEqual([{ action: 'status' }, { action: 'keys' }])
  expect(await link.ask('chain', {})).toEqual({ action: 'chain' })
  link.close()
  expect(heard).toEqual(['prove', 'status', 'keys', 'chain'])
})

test('nothing recorded, and nobody there any more, are no gateway', async () => {
  const link = openLink(folder)
  expect(await link.ask('status', {})).toBeNull()
  await gateway(() => ({}))
  servers.pop()?.close()
  expect(await link.ask('status', {})).toBeNull()
})

test('where the one that was asked has left, the one in its place gets the call', async () => {
  let hasLeft = false
  const first = await gateway(() => (hasLeft ? null : { is: 'first' }))
  const link = openLink(folder)
  expect(await link.ask('status', {})).toEqual({ is: 'first' })
  const second = await gateway(() => ({ is: 'second' }))
  expect(await link.ask('status', {})).toEqual({ is: 'first' })
  hasLeft = true
  expect(await link.ask('register', {})).toEqual({ is: 'second' })
  link.close()
  expect(first.heard).toEqual(['prove', 'status', 'status', 'register'])
  expect(second.heard).toEqual(['prove', 'register'])
})

test('after close the next call asks the one that is recorded then', async () => {
  await gateway(() => ({ is: 'first' }))
  const link = openLink(folder)
  await link.ask('status', {})
  await gateway(() => ({ is: 'second' }))
  link.close()
  expect(await link.ask('status', {})).toEqual({ is: 'second' })
  link.close()
})

test('what it refuses is said, or given to who asks for all', async () => {
  await gateway(() => ({ error: 'no such action: x' }))
  const link = openLink(folder)
  await expect(link.ask('x', {})).rejects.toThrow('the gateway refused x: no such action: x')
  expect(await link.call('x', {}, 1000)).toEqual({
    status: 400,
    body: { error: 'no such action: x' },
  })
  link.close()
})
