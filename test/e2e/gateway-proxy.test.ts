import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask, ollama, ollamaReply } from '../support/ask.ts'
import { anthropicMessage } from '../support/fake-upstream.ts'
import { KEY, liveGateway, type LiveGateway } from '../support/live-gateway.ts'
import { CERTIFICATE, TLS_HOST, tlsUpstream, tunnelProxy } from '../support/tls-upstream.ts'

type Opened<T extends (...given: never) => unknown> = Awaited<ReturnType<T>>

let gateway: LiveGateway
let upstream: Opened<typeof tlsUpstream>
let proxy: Opened<typeof tunnelProxy>
beforeEach(async () => {
  gateway = await liveGateway()
  upstream = await tlsUpstream(anthropicMessage('through the tunnel'))
  proxy = await tunnelProxy(upstream.port)
  gateway.ollama.answer(ollama(ollamaReply))
  await gateway.llmsel(`config set providers.claude.baseUrl https://${TLS_HOST}`)
})
afterEach(async () => {
  await gateway.close()
  upstream.close()
  proxy.close()
})

async function answerWith(env: Record<string, string>): Promise<string> {
  const certificate = gateway.box.file('certificate.pem', CERTIFICATE)
  await gateway.start({ NODE_EXTRA_CA_CERTS: certificate, ...env })
  const reply = await ask(await gateway.base())
  return JSON.stringify(await reply.json())
}

test.each([
  ['HTTPS_PROXY', (port: number) => `http://127.0.0.1:${port}`],
  ['https_proxy', (port: number) => `http://127.0.0.1:${port}/`],
  ['HTTPS_PROXY', (port: number) => `127.0.0.1:${port}`],
])(
  '%s leads to a provider, and what is said there is said inside the tunnel',
  async (name, url) => {
    expect(await answerWith({ [name]: url(proxy.port), NO_PROXY: 'example.test' })).toContain(
      'through the tunnel',
    )
    expect(proxy.tunnels).toEqual([`${TLS_HOST}:443`])
    expect(proxy.headers.join('')).not.toContain(KEY)
    expect(upstream.received[0]?.headers).toMatchObject({ host: TLS_HOST, 'x-api-key': KEY })
  },
)

test('a proxy that wants a name and a password gets them, and no log has them', async () => {
  const url = `http://me:hunter2@127.0.0.1:${proxy.port}`
  expect(await answerWith({ HTTPS_PROXY: url })).toContain('through the tunnel')
  const basic = Buffer.from('me:hunter2').toString('base64')
  expect(proxy.headers[0]).toContain(`Basic ${basic}`)
  expect(gateway.log()).not.toMatch(/hunter2/)
})

test.each([TLS_HOST, '*', `.test`])('NO_PROXY=%s is honoured', async (noProxy) => {
  const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`, NO_PROXY: noProxy }
  // Nobody but the proxy knows the provider's host.
  expect(await answerWith(env)).toContain('from ollama')
  expect(proxy.tunnels).toEqual([])
})

test('loopback is never behind a proxy', async () => {
  await gateway.llmsel(`config set providers.claude.baseUrl ${gateway.claude.url}`)
  const url = `http://127.0.0.1:${proxy.port}`
  expect(await answerWith({ HTTP_PROXY: url, HTTPS_PROXY: url, NO_PROXY: '' })).toContain('"hi"')
  expect(proxy.tunnels).toEqual([])
})

test('what names no proxy is said in the log, without its value, and not used', async () => {
  expect(await answerWith({ HTTPS_PROXY: 'ftp://secret@proxy' })).toContain('from ollama')
  expect(gateway.log()).toContain('HTTPS_PROXY names no proxy')
  expect(gateway.log()).not.toContain('secret')
})
