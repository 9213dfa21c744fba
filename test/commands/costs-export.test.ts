import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ended, NOON_MS } from '../support/attempts.ts'
import { ledgerState, type LedgerState } from '../support/ledger-state.ts'

let ledger: LedgerState
beforeEach(() => {
  ledger = ledgerState()
})
afterEach(() => ledger.remove())

const DAY_MS = 86_400_000

async function keepThree(): Promise<void> {
  await ledger.keep(
    ended('a', { startedAtMs: NOON_MS - 2 * DAY_MS, picoUsd: 1n, answerId: 'msg_1' }),
    ended('b', { startedAtMs: NOON_MS - DAY_MS, project: '=a,"b"', usage: null, picoUsd: null }),
    ended('c', { startedAtMs: NOON_MS - 1000, picoUsd: 10n ** 12n, movedBy: 'limit', hop: 1 }),
  )
}

test('CSV has a row for each attempt, by time; money is exact and the unknown empty', async () => {
  await keepThree()
  const { code, stdout } = await ledger.costs('export')
  expect(code).toBe(0)
  expect(stdout).toMatchInlineSnapshot(`
    "startedAt,endedAt,id,requestId,answerId,source,machine,session,profile,project,kind,provider,model,modelAsked,hop,movedBy,dialect,streaming,firstTokenMs,outcome,mark,input,cacheRead,cacheWrite5m,cacheWrite1h,output,webSearches,webFetches,usd
    2026-11-20T12:00:00.000Z,2026-11-20T12:00:02.000Z,a,request of a,msg_1,gateway,laptop,budget,budget,/home/me/project,api,claude,claude-haiku-5-5,haiku,0,,anthropic-messages,true,300,answered,final,100,0,0,0,20,0,0,0.000000000001
    2026-11-21T12:00:00.000Z,2026-11-21T12:00:02.000Z,b,request of b,,gateway,laptop,budget,budget,"'=a,""b""",api,claude,claude-haiku-5-5,haiku,0,,anthropic-messages,true,300,answered,final,,,,,,,,
    2026-11-22T11:59:59.000Z,2026-11-22T12:00:01.000Z,c,request of c,,gateway,laptop,budget,budget,/home/me/project,api,claude,claude-haiku-5-5,haiku,1,limit,anthropic-messages,true,300,answered,final,100,0,0,0,20,0,0,1.00
    "
  `)
})

test('JSON is one array, NDJSON a line each, and they say the same', async () => {
  await keepThree()
  const rows = JSON.parse((await ledger.costs('export --format json')).stdout)
  const lines = (await ledger.costs('export --format ndjson')).stdout.trimEnd().split('\n')
  expect(lines.map((line): unknown => JSON.parse(line))).toEqual(rows)
  expect(rows).toMatchObject([
    { id: 'a', usd: '0.000000000001', input: 100, streaming: true, movedBy: null },
    { id: 'b', usd: null, input: null, output: null },
    { id: 'c', usd: '1.00', hop: 1, movedBy: 'limit' },
  ])
})

test.each([
  ['csv', /^startedAt,[^\n]*\n$/],
  ['json', /^\[\n\]\n$/],
  ['ndjson', /^$/],
])('an empty ledger is an empty %s', async (format, expected) => {
  expect((await ledger.costs(`export --format ${format}`)).stdout).toMatch(expected)
})

test('more than a page is one document, and a period is a part of it', async () => {
  const many = Array.from({ length: 4100 }, (_, i) =>
    ended(`m${i}`, { startedAtMs: NOON_MS - 5000 + i }),
  )
  await ledger.keep(...many)
  await keepThree()
  const count = async (line: string) =>
    JSON.parse((await ledger.costs(`export --format json ${line}`)).stdout).length
  expect(await count('')).toBe(4103)
  expect(await count('--since 2026-11-20 --until 2026-11-21 --timezone UTC')).toBe(2)
  expect(await count('--session nobody')).toBe(0)
})

test('a file is the owner’s alone, and there once it is whole', async () => {
  await keepThree()
  const folder = join(ledger.folder, 'out')
  mkdirSync(folder)
  const path = join(folder, 'a.csv')
  writeFileSync(path, 'older', { mode: 0o644 })
  expect(await ledger.costs(`export --to ${path}`)).toEqual({ code: 0, stdout: '', stderr: '' })
  expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(5)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(await ledger.costs(`export --to ${folder}`)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`cannot write ${folder}: it is no file`),
  })
  const fifo = join(folder, 'fifo')
  spawnSync('mkfifo', [fifo])
  expect(await ledger.costs(`export --to ${fifo}`)).toMatchObject({ code: 1 })
  expect(statSync(fifo).isFIFO()).toBe(true)
  expect(readdirSync(folder)).toEqual(['a.csv', 'fifo'])
  expect(readdirSync(ledger.folder).filter((name) => name.endsWith('.tmp'))).toEqual([])
})
