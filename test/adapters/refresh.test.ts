import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openConfigFile } from '../../src/adapters/config-file.ts'
import { writeRefreshFile } from '../../src/adapters/refresh-file.ts'
import { profileSource } from '../../src/domain/config/source.ts'
import { planRefresh } from '../../src/domain/models/refresh.ts'
import { readModelList } from '../../src/gateway/model-list.ts'

let home = ''
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-refresh-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const LIST = {
  anthropic: { models: { 'claude-sonnet-5-5': { cost: { input: 3, output: 15 } } } },
  openai: {
    models: { 'gpt-7': { cost: { input: 1, output: 2 }, limit: { context: 9, output: 3 } } },
  },
}

test('what is kept is private and is read with the settings', () => {
  const config = join(home, 'config')
  const store = openConfigFile(config)
  const catalogue = () => {
    return profileSource(store.read(), {}, new Date('2026-12-01T12:00:00Z')).catalogue
  }
  const base = { before: null, today: '2026-12-01', source: 'list.json' }
  const plan = planRefresh({ ...base, catalogue: catalogue() }, JSON.stringify(LIST))
  writeRefreshFile(config, plan.refresh)
  expect(statSync(join(config, 'refreshed-models.json')).mode & 0o777).toBe(0o600)
  expect(store.read().refreshed).toMatchObject({ date: '2026-12-01', source: 'list.json' })
  const sonnet = catalogue().byId.get('claude-sonnet-5-5')
  expect(sonnet).toMatchObject({ source: 'refreshed', lifecycle: { released: '2026-09-28' } })
  expect(
    sonnet?.prices.map(({ from, bands }) => [from, bands[0].input, bands[0].cacheRead]),
  ).toEqual([
    [null, '2', '0.2'],
    ['2026-10-07', '2', '0.1'],
    ['2026-12-01', '3', null],
  ])
  expect(catalogue().byId.get('gpt-7')).toMatchObject({ contextTokens: 9, source: 'refreshed' })
  writeRefreshFile(config, null)
  expect(readdirSync(config)).toEqual([])
})

test('a damaged file of refreshed prices is an error with the command that forgets it', () => {
  writeFileSync(join(home, 'refreshed-models.json'), '{"rows": {')
  expect(() => openConfigFile(home).read()).toThrow('the refreshed prices are damaged')
})

async function served(listener: RequestListener, slowMs = 30_000): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  try {
    return await readModelList(`http://127.0.0.1:${port}/api.json`, {}, slowMs)
  } finally {
    server.closeAllConnections()
    server.close()
  }
}

test('a list is read over HTTP from this machine', async () => {
  expect(await served((_, reply) => reply.end('{}'))).toBe('{}')
})

const REFUSED: readonly (readonly [string, RequestListener, string])[] = [
  ['a redirect', (_, reply) => reply.writeHead(302, { location: '/x' }).end(), 'leads elsewhere'],
  ['an error', (_, reply) => reply.writeHead(503).end(), 'it answered 503'],
  ['21 MB', (_, reply) => reply.end(Buffer.alloc(21 << 20)), 'longer than 20 MB'],
  ['silence', () => {}, 'no whole answer within 0.5 s'],
  ['a cut', (_, reply) => void reply.write('{', () => reply.destroy()), 'cannot read'],
]

test.each(REFUSED)('%s is refused', async (_, listener, reason) => {
  const slowMs = reason.startsWith('no whole') ? 500 : 30_000
  await expect(served(listener, slowMs)).rejects.toThrow(reason)
})

test.each(['http://example.com/api.json', 'ftp://example.com/x', 'https://a:b@example.com/'])(
  '%s is not asked',
  async (url) => {
    await expect(readModelList(url, {})).rejects.toThrow('an https URL')
  },
)

test('a file is read, and one that is not there is named', async () => {
  const path = join(home, 'api.json')
  writeFileSync(path, '{}')
  expect(await readModelList(path, {})).toBe(readFileSync(path, 'utf8'))
  await expect(readModelList(join(home, 'none'), {})).rejects.toThrow('there is no such file')
})
