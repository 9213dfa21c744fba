import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import Libsql from 'libsql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLedgerReader } from '../../src/adapters/ledger/command.ts'
import type { AgentLogs, Context } from '../../src/ports.ts'
import { ended, usage } from '../support/attempts.ts'
import { ledgerState, type LedgerState } from '../support/ledger-state.ts'
import { answer, idOf, question } from '../support/logs.ts'
import { bareMachine, type Run } from '../support/run.ts'

/** When the lines of `answer` were written. */
const AT = Date.parse('2026-11-22T19:47:56.825Z')
const CLAUDE = '.claude/projects/-home-me/session.jsonl'
const OPENCODE = '.local/share/opencode/opencode.db'

let ledger: LedgerState
beforeEach(() => {
  ledger = ledgerState()
})
afterEach(() => ledger.remove())

function log(path: string, ...lines: readonly string[]): string {
  const whole = join(ledger.folder, 'home', path)
  mkdirSync(dirname(whole), { recursive: true })
  appendFileSync(whole, lines.join(''))
  return whole
}

async function imported(line = '', more: Partial<Context> = {}) {
  const { code, stdout, stderr } = await ledger.costs(`import --json ${line}`, false, more)
  if (stdout === '') throw new Error(stderr)
  const { agents, ...rest } = JSON.parse(stdout)
  const counts: Record<string, string> = {}
  for (const { agent, answers, added, changed, known, refused, unreadable } of agents)
    if (answers + unreadable > 0)
      counts[agent] = `${answers}: ${added} ${changed} ${known} ${refused}, ${unreadable}`
  return { code, counts, ...rest }
}

async function kept() {
  const reader = await openLedgerReader({ state: ledger.folder, url: null })
  const found = []
  for await (const page of reader.attempts({ range: null, where: {} })) found.push(...page)
  await reader.close()
  return found
}

test('each answer is brought in once, and only what is new is read', async () => {
  const path = log(
    CLAUDE,
    answer({ id: 'a' }),
    question('?'),
    answer({ id: 'b' }),
    answer({ id: 'b' }),
  )
  expect(await imported()).toEqual({
    code: 0,
    counts: { 'claude-code': '2: 2 0 0 0, 0' },
    dryRun: false,
    interrupted: false,
  })
  expect((await imported()).counts).toEqual({})
  appendFileSync(path, answer({ id: 'c' }))
  log('.claude/projects/-home-me/branch.jsonl', answer({ id: 'a' }), answer({ id: 'd' }))
  expect((await imported()).counts).toEqual({ 'claude-code': '3: 2 0 1 0, 0' })
  const [first, ...others] = await kept()
  expect(first).toMatchObject({
    source: 'claude-code',
    session: 's',
    project: '/home/me',
    provider: 'claude',
    model: 'claude-opus-5-5',
    kind: 'api',
    mark: 'final',
    usage: usage(3, 7),
    picoUsd: 3n * 4_000_000n + 7n * 20_000_000n,
    startedAtMs: AT,
    answerId: idOf('a'),
  })
  expect(others).toHaveLength(3)
})

test('what the gateway has served is known, in whichever order the two come', async () => {
  await ledger.keep(
    ended('own', { answerId: idOf('a'), startedAtMs: AT - 5000, usage: usage(3, 7) }),
  )
  log(CLAUDE, answer({ id: 'a' }), answer({ id: 'b' }))
  expect((await imported()).counts).toEqual({ 'claude-code': '2: 1 0 1 0, 0' })
  await ledger.keep(
    ended('late', { answerId: idOf('b'), startedAtMs: AT - 3000, usage: usage(3, 7) }),
  )
  expect((await kept()).map(({ source, answerId }) => [source, answerId])).toEqual([
    ['gateway', idOf('a')],
    ['gateway', idOf('b')],
  ])
})

test('a log that shrinks or is replaced is read again, and counted once', async () => {
  const path = log(CLAUDE, answer({ id: 'a' }), answer({ id: 'b' }))
  await imported()
  truncateSync(path, answer({ id: 'a' }).length)
  expect((await imported()).counts).toEqual({ 'claude-code': '1: 0 0 1 0, 0' })
  rmSync(path)
  await imported()
  log(CLAUDE, answer({ id: 'c' }), answer({ id: 'b' }))
  expect((await imported()).counts).toEqual({ 'claude-code': '2: 1 0 1 0, 0' })
  expect(await kept()).toHaveLength(3)
})

test('torn, interleaved and non-UTF-8 lines are counted, and cost nothing that is whole', async () => {
  const torn = answer({ id: 'torn' }).slice(0, 220)
  const path = log(CLAUDE, torn, answer({ id: 'a' }))
  appendFileSync(path, Buffer.from([0xff, 0xfe, 0x22, 0x0a]))
  appendFileSync(path, Buffer.from('{"x":"\xc3","output_tokens":nonsense}\n', 'latin1'))
  appendFileSync(path, answer({ id: 'b' }))
  expect((await imported()).counts).toEqual({ 'claude-code': '2: 2 0 0 0, 1' })
})

/** opencode's database, in which a message is put with when it changed and its output. */
function opencode() {
  const path = join(ledger.folder, 'home', OPENCODE)
  mkdirSync(dirname(path), { recursive: true })
  const database = new Libsql(path)
  database.exec('create table message (id text, session_id text, time_updated integer, data text)')
  const put = database.prepare('insert into message values (?, ?, ?, ?)')
  const message = (id: string, changedAt: number | bigint, output: number) =>
    put.run([
      id,
      'ses_1',
      changedAt,
      JSON.stringify({
        role: 'assistant',
        providerID: 'anthropic',
        modelID: 'claude-opus-5-5',
        tokens: { input: 3, output, reasoning: 0, cache: { read: 0, write: 0 } },
        time: { created: AT, completed: AT + 1000 },
      }),
    ])
  return { database, message }
}

const HOUR = 3_600_000

test('opencode’s database is read on from the day before its last change', async () => {
  const { database, message } = opencode()
  message('m1', HOUR, 7)
  message('m2', 31 * HOUR, 8)
  expect((await imported()).counts).toEqual({ opencode: '2: 2 0 0 0, 0' })
  expect((await imported()).counts).toEqual({ opencode: '1: 0 0 1 0, 0' })
  message('m3', 32 * HOUR, 9)
  database.exec(`update message set time_updated = ${33 * HOUR} where id = 'm1'`)
  expect((await imported()).counts).toEqual({ opencode: '3: 1 0 2 0, 0' })
  database.close()
  expect((await kept()).map(({ provider, usage: used }) => [provider, used?.output])).toEqual([
    ['claude', 7],
    ['claude', 8],
    ['claude', 9],
  ])
})

test.each<readonly [string, number | bigint, number]>([
  ['a clock was set back', 31 * HOUR, 30 * HOUR],
  ['a row is dated in the future', Date.UTC(2200, 0, 1), Date.now()],
  ['a row has a time that is none', 2n ** 63n - 1n, Date.now()],
])('opencode’s later rows are read where %s', async (_name, before, after) => {
  const { database, message } = opencode()
  message('m1', before, 7)
  expect((await imported()).counts).toEqual({ opencode: '1: 1 0 0 0, 0' })
  message('m2', after, 8)
  expect((await imported()).counts).toEqual({ opencode: '2: 1 0 1 0, 0' })
  database.close()
})

test('a row of opencode’s that makes no sense is counted once', async () => {
  const { database, message } = opencode()
  message('m1', HOUR, -7)
  message('m2', 2 * HOUR, 8)
  expect((await imported()).counts).toEqual({ opencode: '1: 1 0 0 0, 1' })
  expect((await imported()).counts).toEqual({ opencode: '1: 0 0 1 0, 0' })
  database.close()
})

const GOOSE = '.local/share/goose/sessions/sessions.db'

test('of a goose session only what was added comes in, also when its database is replaced', async () => {
  const path = join(ledger.folder, 'home', GOOSE)
  mkdirSync(dirname(path), { recursive: true })
  const change = (sql: string) => {
    const database = new Libsql(path)
    database.exec(sql)
    database.close()
  }
  change(`create table sessions (id text, working_dir text, updated_at timestamp,
    accumulated_input_tokens integer, accumulated_output_tokens integer, provider_name text,
    model_config_json text);
    insert into sessions values
    ('s1', '/p', '2026-09-01 10:00:00', 100, 10, 'anthropic', '{"model_name":"claude-opus-5-5"}')`)
  expect((await imported()).counts).toEqual({ goose: '1: 1 0 0 0, 0' })
  renameSync(path, `${path}.old`)
  expect((await imported()).counts).toEqual({})
  copyFileSync(`${path}.old`, path)
  expect((await imported()).counts).toEqual({})
  change(`update sessions set updated_at = '2026-11-20 10:00:00', accumulated_input_tokens = 1100,
    provider_name = 'ollama', model_config_json = '{"model_name":"llama3.2"}'`)
  expect((await imported()).counts).toEqual({ goose: '1: 1 0 0 0, 0' })
  expect(
    (await kept()).map(({ model, usage: used }) => [model, used?.input, used?.output]),
  ).toEqual([
    ['claude-opus-5-5', 100, 10],
    ['llama3.2', 1000, 0],
  ])
})

test('only the agents that are asked for are read, and the others’ places stay', async () => {
  log(CLAUDE, answer({ id: 'a' }))
  await imported()
  expect((await imported('--from codex,goose')).counts).toEqual({})
  expect((await imported('--from claude-code')).counts).toEqual({})
  expect(await ledger.costs('import --from cluade-code')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean "claude-code"'),
  })
})

test('a dry run counts, and makes no ledger', async () => {
  log(CLAUDE, answer({ id: 'a' }))
  expect(await imported('--dry-run')).toMatchObject({
    dryRun: true,
    counts: { 'claude-code': '1: 0 0 0 0, 0' },
  })
  expect(existsSync(join(ledger.folder, 'ledger.db'))).toBe(false)
  expect((await imported()).counts).toEqual({ 'claude-code': '1: 1 0 0 0, 0' })
})

test.each([
  ['', false, 'api'],
  ['', true, 'included'],
  ['--billing api', true, 'api'],
  ['--billing included', false, 'included'],
])('import %s, with a login of Claude Code: %s, counts as %s', async (line, login, kind) => {
  log(CLAUDE, answer({ id: 'a' }))
  const openSurroundings = async () => ({ ...bareMachine, claudeLogin: () => login })
  await imported(line, { openSurroundings })
  expect((await kept()).map((entry) => entry.kind)).toEqual([kind])
})

test('after Ctrl-C what is kept stays, and the next import goes on from there', async () => {
  const lines = Array.from({ length: 4500 }, (_, i) => answer({ id: `a${i}` }))
  log(CLAUDE, ...lines)
  let asked = 0
  // Pressed while the second batch is read.
  const noteInterrupt = () => ({ happened: () => ++asked > 2, forget: () => {} })
  const stopped = await imported('', { noteInterrupt })
  expect(stopped).toMatchObject({ code: 130, interrupted: true })
  const before = (await kept()).length
  expect(stopped.counts['claude-code']).toBe(`${before}: ${before} 0 0 0, 0`)
  expect(before).toBeGreaterThan(0)
  expect(before).toBeLessThan(4500)
  const { counts } = await imported()
  expect(counts['claude-code']).toBe(`${4500 - before}: ${4500 - before} 0 0 0, 0`)
  expect(await kept()).toHaveLength(4500)
})

test('what cannot be read is named, and the rest is brought in', async () => {
  log(CLAUDE, answer({ id: 'a' }))
  const path = join(ledger.folder, 'home', OPENCODE)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, 'no database')
  const ran: Run = await ledger.costs('import')
  expect(ran).toMatchObject({ code: 0, stdout: 'claude-code\t1\t0\t0\t0\t0\n' })
  expect(ran.stderr).toContain(`left out: ${path}: `)
})

test('no logs at all', async () => {
  expect(await ledger.costs('import')).toEqual({
    code: 0,
    stdout: '',
    stderr: 'nothing new in the logs\n',
  })
})

test('where the store fails, the import does, and no place is kept', async () => {
  log(CLAUDE, answer({ id: 'a' }))
  writeFileSync(join(ledger.folder, 'ledger.db'), 'no database at all, and long enough to be one')
  const { code, stderr } = await ledger.costs('import')
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('is damaged') })
  rmSync(join(ledger.folder, 'ledger.db'))
  expect((await imported()).counts).toEqual({ 'claude-code': '1: 1 0 0 0, 0' })
})

const silent: AgentLogs = { read: async function* () {} }

test('the JSON has its shape without a single log', async () => {
  const { stdout } = await ledger.costs('import --json --from codex', false, {
    openAgentLogs: async () => silent,
  })
  expect(JSON.parse(stdout)).toEqual({
    dryRun: false,
    interrupted: false,
    agents: [
      {
        agent: 'codex',
        answers: 0,
        added: 0,
        changed: 0,
        known: 0,
        refused: 0,
        unreadable: 0,
        skipped: [],
      },
    ],
  })
})
