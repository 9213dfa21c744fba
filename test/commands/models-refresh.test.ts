import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openConfigFile } from '../../src/adapters/config-file.ts'
import { writeRefreshFile } from '../../src/adapters/refresh-file.ts'
import { readModelList } from '../../src/gateway/model-list.ts'
import type { Context } from '../../src/ports.ts'
import { LIST, listServer, type ListServer } from '../support/model-list.ts'
import { run, type Run } from '../support/run.ts'

let home: string
let server: ListServer
let told: string[]
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-models-refresh-'))
  server = await listServer()
  told = []
})
afterEach(() => {
  server.close()
  rmSync(home, { recursive: true })
})

const SLOW_MS = 300
/** Longer than any machine takes. */
const LONG_MS = 60_000

/** With the real file, and the real reader. */
async function models(words: string, timeoutMs = LONG_MS): Promise<Run> {
  const gateway = { ask: async (what: string) => (told.push(what), null) }
  return await run(`models ${words}`, {
    config: openConfigFile(home),
    // Of the gateway nothing else is used here.
    openGateway: async () => gateway as unknown as Awaited<ReturnType<Context['openGateway']>>,
    modelList: {
      read: async (from) => await readModelList(from, {}, timeoutMs),
      keep: async (refresh) => writeRefreshFile(home, refresh),
    },
  })
}

const kept = () => readFileSync(join(home, 'refreshed-models.json'), 'utf8')

test('newer prices are shown, kept, told to the gateway and used, and no config is made', async () => {
  const { code, stdout, stderr } = await models(`refresh --from ${server.url}`)
  expect(code).toBe(0)
  expect(stdout.split('\n').map((line) => line.split('\t'))).toEqual([
    ['added', 'gpt-7', '', '$1.00', '', '$2.00'],
    ['changed', 'claude-sonnet-5-5', '$2.00', '$3.00', '$10.00', '$15.00'],
    [''],
  ])
  expect(stderr).toBe(`reading ${server.url} …\n1 are added, 1 changed, 0 stay as they are\n`)
  expect(told).toEqual(['reload'])
  expect(readdirSync(home)).toEqual(['refreshed-models.json'])
  expect((await models('--all')).stdout).toContain('gpt-7')
  const shown = JSON.parse((await models('show sonnet --json')).stdout)
  expect(shown).toMatchObject({ refreshDate: '2026-11-22', model: { bands: [{ input: '3' }] } })
})

test('a file does as well, and --json is one document', async () => {
  const path = join(home, 'list.json')
  writeFileSync(path, JSON.stringify(LIST))
  const { stdout } = await models(`refresh --from ${path} --json`)
  expect(JSON.parse(stdout)).toEqual({
    date: '2026-11-22',
    source: path,
    added: [{ id: 'gpt-7', before: null, after: expect.objectContaining({ input: '1' }) }],
    changed: [
      {
        id: 'claude-sonnet-5-5',
        before: expect.objectContaining({ input: '2', cacheRead: '0.1' }),
        after: expect.objectContaining({ input: '3', cacheRead: '0.3', cacheWrite1h: null }),
      },
    ],
    unchanged: 0,
    skipped: [],
  })
})

test('--dry-run shows all of it and changes nothing', async () => {
  const { code, stdout, stderr } = await models(`refresh --dry-run --from ${server.url}`)
  expect(code).toBe(0)
  expect(stdout).toContain('gpt-7')
  expect(stderr).toContain('1 would be added, 1 changed')
  expect(readdirSync(home)).toEqual([])
  expect(told).toEqual([])
})

test('--off forgets it; --off --dry-run does not; where nothing is, nothing is made', async () => {
  await models(`refresh --from ${server.url}`)
  const before = kept()
  expect((await models('refresh --off --dry-run')).stderr).toBe(
    'the refreshed prices would be forgotten\n',
  )
  expect(kept()).toBe(before)
  const off = await models('refresh --off --json')
  expect([JSON.parse(off.stdout), off.stderr]).toEqual([
    { off: true },
    'the refreshed prices are forgotten\n',
  ])
  expect((await models('--all')).stdout).not.toContain('gpt-7')
  expect((await models('refresh --off')).code).toBe(0)
  expect(readdirSync(home)).toEqual([])
})

test('a damaged file is named with the command that forgets it, which works', async () => {
  writeFileSync(join(home, 'refreshed-models.json'), '{"rows": {')
  expect(await models('--all')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('run: llmsel models refresh --off'),
  })
  expect((await models('refresh --off')).code).toBe(0)
  expect((await models('--all')).code).toBe(0)
})

const says = (list: object): RequestListener => {
  return (_, reply) => void reply.end(JSON.stringify(list))
}
const sonnet = (row: object) =>
  says({ ...LIST, anthropic: { models: { 'claude-sonnet-5-5': row } } })

const BROKEN: readonly (readonly [string, RequestListener, string])[] = [
  ['404', (_, reply) => void reply.writeHead(404).end(), 'it answered 404'],
  ['a redirect', (_, reply) => void reply.writeHead(302, { location: '/' }).end(), 'elsewhere'],
  ['a page', (_, reply) => void reply.end('<html>'), 'is not JSON'],
  ['half of it', (_, reply) => void reply.end(JSON.stringify(LIST).slice(0, -9)), 'is not JSON'],
  ['a list', says([]), 'must hold one JSON object'],
  ['nobody we know', says({ mistral: { models: {} } }), 'names no model of anthropic or openai'],
  ['a negative price', sonnet({ cost: { input: -1, output: 2 } }), 'claude-sonnet-5-5'],
  ['a thousandfold price', sonnet({ cost: { input: 2000, output: 10_000 } }), 'no price change'],
  ['21 MB', (_, reply) => void reply.end(Buffer.alloc(21 << 20, ' ')), 'longer than 20 MB'],
  ['a cut', (_, reply) => void reply.write('{', () => reply.destroy()), 'cannot read'],
]

/** After one that went well. */
async function secondRefresh(listener: RequestListener, timeoutMs = LONG_MS): Promise<object> {
  await models(`refresh --from ${server.url}`)
  const before = kept()
  server.answer(listener)
  const { code, stdout, stderr } = await models(`refresh --from ${server.url}`, timeoutMs)
  return { code, stdout, stderr, isSame: kept() === before, files: readdirSync(home), told }
}

const NOTHING_CHANGED = {
  code: 1,
  stdout: '',
  isSame: true,
  files: ['refreshed-models.json'],
  told: ['reload'],
}

test.each(BROKEN)('%s changes nothing and says why', async (_, listener, reason) => {
  const stderr: unknown = expect.stringContaining(reason)
  expect(await secondRefresh(listener)).toEqual({ ...NOTHING_CHANGED, stderr })
})

test('silence changes nothing and says how long it was listened to', async () => {
  const stderr: unknown = expect.stringContaining(`no whole answer within ${SLOW_MS / 1000} s`)
  expect(await secondRefresh(() => {}, SLOW_MS)).toEqual({ ...NOTHING_CHANGED, stderr })
})

test.each([
  ['ftp://example.test/list', 2],
  ['http://example.test/list', 2],
  ['https://me:secret@example.test/list', 2],
  ['./no-such-file', 1],
])('%s is refused', async (from, code) => {
  const ran = await models(`refresh --from ${from}`)
  expect(ran.code).toBe(code)
  expect(existsSync(join(home, 'refreshed-models.json'))).toBe(false)
})
