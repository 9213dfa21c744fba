import { existsSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LIST, listServer, type ListServer } from '../support/model-list.ts'
import { sandbox, type Ran, type Sandbox } from '../support/tmux.ts'
import { CERTIFICATE, TLS_HOST, tlsUpstream, tunnelProxy } from '../support/tls-upstream.ts'
import { until } from '../support/until.ts'

let box: Sandbox
let server: ListServer
const refreshedFile = () => join(box.home, '.config/llmsel/refreshed-models.json')
beforeEach(async () => {
  box = sandbox()
  server = await listServer()
})
afterEach(() => {
  server.close()
  box.close()
})

const llmsel = async (words: string, env = {}): Promise<Ran> =>
  await box.start(words.split(' '), env)

/** Without Node on PATH, only a fragment can answer. */
const servedBySh = (words: string): string | null => {
  const { code, stdout } = box.llmsel(words.split(' '), { PATH: '/usr/bin/nowhere' })
  return code === 0 ? stdout : null
}

/** Older than the second within which nothing is kept. */
function age(path: string): void {
  const seconds = Date.now() / 1000 - 5
  utimesSync(path, seconds, seconds)
}

test.each(['sh', 'fish'])(
  'for %s, what was rendered is not served after a refresh nor after --off, and no config is made',
  async (shell) => {
    const words = `env haiku --shell ${shell}`
    const before = await llmsel(words)
    expect(servedBySh(words)).toBe(before.stdout)

    expect((await llmsel(`models refresh --from ${server.url}`)).code).toBe(0)
    expect(servedBySh(words)).toBeNull()
    age(refreshedFile())
    const after = await llmsel(words)
    expect(servedBySh(words)).toBe(after.stdout)

    // The same again at another time.
    age(refreshedFile())
    expect(servedBySh(words)).toBeNull()
    await llmsel(words)
    expect(servedBySh(words)).toBe(after.stdout)

    expect((await llmsel('models refresh --off')).code).toBe(0)
    expect(servedBySh(words)).toBeNull()
    expect(existsSync(join(box.home, '.config/llmsel/config.json'))).toBe(false)
  },
)

test('what was refreshed is known at once, and no more where its file is removed', async () => {
  expect((await llmsel('env gpt-7')).code).toBe(2)
  await llmsel(`models refresh --from ${server.url}`)
  age(refreshedFile())
  expect((await llmsel('env gpt-7')).stdout).toContain("OPENAI_MODEL='gpt-7'")
  expect(servedBySh('env gpt-7')).toContain("OPENAI_MODEL='gpt-7'")
  rmSync(refreshedFile())
  expect(servedBySh('env gpt-7')).toBeNull()
  expect((await llmsel('env gpt-7')).code).toBe(2)
})

const LISTED = `models refresh --from https://${TLS_HOST}/api.json`

test('through HTTPS_PROXY with a certificate of one’s own, as the gateway asks', async () => {
  const upstream = await tlsUpstream(LIST)
  const proxy = await tunnelProxy(upstream.port)
  try {
    const HTTPS_PROXY = `http://127.0.0.1:${proxy.port}`
    const trusted = { NODE_EXTRA_CA_CERTS: box.file('own.pem', CERTIFICATE), HTTPS_PROXY }

    const untrusted = await llmsel(LISTED, { HTTPS_PROXY })
    expect([untrusted.code, untrusted.stdout]).toEqual([1, ''])
    expect(untrusted.stderr).toMatch(
      /cannot read https:\/\/provider\.test\/api\.json: .*certificate/,
    )
    expect(existsSync(refreshedFile())).toBe(false)

    // Nobody but the proxy knows that host.
    const direct = await llmsel(LISTED, { ...trusted, NO_PROXY: TLS_HOST })
    expect([direct.code, existsSync(refreshedFile())]).toEqual([1, false])
    const opened = proxy.tunnels.length

    expect(await llmsel(LISTED, trusted)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('gpt-7'),
    })
    expect(proxy.tunnels).toHaveLength(opened + 1)
    expect(upstream.received.at(-1)?.url).toBe('/api.json')
    expect(readFileSync(refreshedFile(), 'utf8')).toContain('gpt-7')
  } finally {
    proxy.close()
    upstream.close()
  }
})

test('this machine is asked without the proxy', async () => {
  const proxy = await tunnelProxy(1)
  const url = `http://127.0.0.1:${proxy.port}`
  const ran = await llmsel(`models refresh --from ${server.url}`, { HTTP_PROXY: url, NO_PROXY: '' })
  proxy.close()
  expect([ran.code, proxy.tunnels]).toEqual([0, []])
})

test('a gateway that runs notices a list that was put there by hand', async () => {
  await llmsel(`models refresh --from ${server.url}`)
  const text = readFileSync(refreshedFile(), 'utf8')
  await llmsel('models refresh --off')
  expect((await llmsel('gateway start')).code).toBe(0)
  const base = (await llmsel('gateway url premium')).stdout.trim()
  const known = async () => await (await fetch(`${base}/v1/models`)).text()
  expect(await known()).not.toContain('gpt-7')
  box.file('../home/.config/llmsel/refreshed-models.json', text, 0o600)
  await until(async () => (await known()).includes('gpt-7'))
})
