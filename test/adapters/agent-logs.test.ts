import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { MAX_LINE_BYTES, PIECE_BYTES } from '../../src/adapters/log-lines.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import {
  NOTHING,
  answer,
  idOf,
  ids,
  newlyRead,
  question,
  readOn,
  unreadable,
} from '../support/logs.ts'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-logs-'))
})

afterEach(() => {
  rmSync(home, { recursive: true })
})

const CLAUDE = '.claude/projects/-home-me/session.jsonl'

function put(path: string, content: string | Uint8Array): string {
  const whole = join(home, path)
  mkdirSync(dirname(whole), { recursive: true })
  writeFileSync(whole, content)
  return whole
}

test('no logs: one batch with nothing in it', async () => {
  const { batches } = await readOn(home, NOTHING)
  expect(batches).toEqual([
    {
      records: [],
      places: new Map(),
      unreadable: 0,
      skipped: [],
      readBytes: 0,
      totalBytes: 0,
    },
  ])
})

test('every agent’s logs are found and read', async () => {
  put(CLAUDE, question('hi') + answer({ id: 'a' }))
  put('.claude/projects/-home-me/s/subagents/agent-1.jsonl', answer({ id: 'b' }))
  const usage = { input_tokens: 10, output_tokens: 1 }
  const codex = { type: 'token_usage_record', timestamp: '2026-11-22T10:00:00Z' }
  put(
    '.codex/sessions/2026/11/22/rollout-x.jsonl',
    `${JSON.stringify({ ...codex, payload: { response_id: 'resp_1', usage } })}\n`,
  )
  const gemini = { id: 'm', type: 'gemini', timestamp: '2026-11-22T10:00:00Z' }
  const message = { ...gemini, tokens: { input: 5, output: 1 } }
  put('.gemini/tmp/p/chats/session-1.json', JSON.stringify({ messages: [message] }))
  const time = { created: 1795395601731 }
  put(
    '.local/share/opencode/storage/message/ses_1/msg_1.json',
    JSON.stringify({ role: 'assistant', time, tokens: { input: 5, output: 1 } }),
  )
  const { records } = await readOn(home, NOTHING)
  expect(records.map(({ agent, id }) => [agent, id])).toEqual([
    ['claude-code', idOf('b')],
    ['claude-code', idOf('a')],
    ['codex', 'resp_1'],
    ['gemini-cli', 'session-1 m'],
    ['opencode', 'msg_1'],
  ])
})

test('links to folders and files are followed, and none goes round in circles', async () => {
  put('elsewhere/moved/a.jsonl', answer({ id: 'a' }))
  put('elsewhere/b.jsonl', answer({ id: 'b' }))
  put('.claude/projects/p/c.jsonl', answer({ id: 'c' }))
  const projects = join(home, '.claude/projects')
  symlinkSync(join(home, 'elsewhere/moved'), join(projects, 'moved'))
  symlinkSync(join(home, 'elsewhere/b.jsonl'), join(projects, 'p/b.jsonl'))
  symlinkSync(join(projects, 'p'), join(projects, 'a-second-name'))
  symlinkSync(projects, join(home, 'elsewhere/moved/back'))
  symlinkSync('nowhere', join(projects, 'broken.jsonl'))
  symlinkSync('itself.jsonl', join(projects, 'itself.jsonl'))
  const kept = await readOn(home, NOTHING)
  expect([ids(kept), newlyRead(kept)]).toEqual([['c', 'b', 'a'].map(idOf), 3])
  expect(kept.batches.flatMap(({ skipped }) => skipped)).toMatchObject([
    { path: join(projects, 'itself.jsonl') },
  ])
})

test('a repeat reads what was added and nothing else', async () => {
  const path = put(CLAUDE, answer({ id: 'a' }))
  const first = await readOn(home, NOTHING)
  const second = await readOn(home, first)
  expect([newlyRead(second), second.batches[0]?.totalBytes]).toEqual([0, 0])
  appendFileSync(path, answer({ id: 'b' }))
  const third = await readOn(home, second)
  expect(newlyRead(third)).toBe(1)
  expect(third.batches[0]?.totalBytes).toBe(answer({ id: 'b' }).length)
  expect(ids(third)).toEqual([idOf('a'), idOf('b')])
})

test('a line without its end waits for it', async () => {
  const second = answer({ id: 'b' })
  const path = put(CLAUDE, answer({ id: 'a' }) + second.slice(0, 100))
  const first = await readOn(home, NOTHING)
  expect(ids(first)).toEqual([idOf('a')])
  appendFileSync(path, second.slice(100, -1))
  const again = await readOn(home, first)
  expect(ids(again)).toEqual([idOf('a')])
  appendFileSync(path, '\n')
  expect(ids(await readOn(home, again))).toEqual([idOf('a'), idOf('b')])
})

test('a file that shrank is read anew', async () => {
  const path = put(CLAUDE, answer({ id: 'a' }) + answer({ id: 'b' }))
  const first = await readOn(home, NOTHING)
  truncateSync(path, 0)
  appendFileSync(path, answer({ id: 'c' }))
  expect(ids(await readOn(home, first))).toEqual([idOf('a'), idOf('b'), idOf('c')])
})

test('a file that was replaced is read anew, whatever its size', async () => {
  const path = put(CLAUDE, answer({ id: 'a' }))
  const first = await readOn(home, NOTHING)
  renameSync(put('new', answer({ id: 'b' }) + answer({ id: 'c' })), path)
  expect(ids(await readOn(home, first))).toEqual([idOf('a'), idOf('b'), idOf('c')])
})

test('a file that was written over in its place is read anew', async () => {
  const path = put(CLAUDE, answer({ id: 'a' }))
  const first = await readOn(home, NOTHING)
  writeFileSync(path, answer({ id: 'b' }) + answer({ id: 'c' }))
  expect(ids(await readOn(home, first))).toEqual([idOf('a'), idOf('b'), idOf('c')])
})

test('of a file that is gone nothing is kept', async () => {
  const path = put(CLAUDE, answer({ id: 'a' }))
  const first = await readOn(home, NOTHING)
  expect(Object.keys(first.cursor)).toEqual([path])
  rmSync(path)
  const second = await readOn(home, first)
  expect(second.cursor).toEqual({})
  expect(second.batches[0]?.places).toEqual(new Map([[path, null]]))
})

test('whoever stops after any batch goes on where it was', async () => {
  const lines = Array.from({ length: 16_000 }, (_, i) => answer({ id: `n${i}` })).join('')
  put(CLAUDE, lines.slice(0, lines.length / 2))
  put('.claude/projects/-home-me/t.jsonl', lines.slice(lines.length / 2))
  const whole = await readOn(home, NOTHING)
  expect(whole.batches.length).toBeGreaterThan(3)
  let kept = NOTHING
  let runs = 0
  let sum = 0
  do {
    kept = await readOn(home, kept, 1)
    sum += newlyRead(kept)
    runs += 1
  } while (newlyRead(kept) > 0)
  expect([sum, runs]).toEqual([whole.records.length, whole.batches.length + 1])
  expect(ids(kept)).toEqual(ids(whole))
})

test('progress runs from 0 to all', async () => {
  const lines = Array.from({ length: 9000 }, (_, i) => answer({ id: `n${i}` })).join('')
  put(CLAUDE, lines)
  const { batches } = await readOn(home, NOTHING)
  const read = batches.map(({ readBytes }) => readBytes)
  expect(read).toEqual(read.toSorted((a, b) => a - b))
  expect([read.at(-1), batches[0]?.totalBytes]).toEqual([lines.length, lines.length])
})

test('what the answer says does not pass for what it used', async () => {
  const tricks: readonly (readonly JsonObject[])[] = [
    [{ type: 'text', text: '"content":[],"stop_reason":"x","usage":{"output_tokens":9}' }],
    [{ type: 'tool_use', input: { content: [1], stop_reason: 'x', usage: { output_tokens: 9 } } }],
    [{ type: 'tool_use', input: { message: { content: [], stop_reason: null } } }, { usage: 1 }],
    [],
  ]
  tricks.forEach((content, i) => {
    put(`.claude/projects/p/${i}.jsonl`, answer({ id: `t${i}`, content }))
  })
  const kept = await readOn(home, NOTHING)
  expect(ids(kept)).toEqual(tricks.map((_, i) => idOf(`t${i}`)))
  expect(kept.records.map(({ usage }) => usage.output)).toEqual([7, 7, 7, 7])
})

test('a line of any length up to the limit is read, and a longer one passed over', async () => {
  const long = answer({ id: 'long', text: 'é'.repeat(PIECE_BYTES) })
  const tooLong = question('x'.repeat(2 * MAX_LINE_BYTES))
  put(CLAUDE, answer({ id: 'a' }) + long + tooLong + answer({ id: 'b' }) + tooLong.trimEnd())
  const kept = await readOn(home, NOTHING)
  expect(ids(kept)).toEqual([idOf('a'), idOf('long'), idOf('b')])
  expect(newlyRead(await readOn(home, kept))).toBe(0)
})

test.each([
  ['in its first part', MAX_LINE_BYTES - 1000],
  ['where two parts meet', MAX_LINE_BYTES - 4],
  ['in its last part', MAX_LINE_BYTES + 2000],
])('an answer that is too long is counted as unreadable, with its usage %s', async (_, place) => {
  const long = `${'x'.repeat(place)}put_tokens":1${'x'.repeat(MAX_LINE_BYTES)}\n`
  put(CLAUDE, answer({ id: 'a' }) + long + answer({ id: 'b' }))
  const kept = await readOn(home, NOTHING)
  expect([ids(kept), unreadable(kept)]).toEqual([[idOf('a'), idOf('b')], 1])
})

test('a file that shrank after a line that is too long is read anew', async () => {
  const path = put(CLAUDE, answer({ id: 'a' }) + question('x'.repeat(MAX_LINE_BYTES)))
  const first = await readOn(home, NOTHING)
  truncateSync(path, 0)
  appendFileSync(path, answer({ id: 'b' }))
  expect(ids(await readOn(home, first))).toEqual([idOf('a'), idOf('b')])
})

test('however a file grows, each answer is read once', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: PIECE_BYTES * 1.5 }), {
    minLength: 1,
    maxLength: 6,
  })
  const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 })
  let run = 0
  await fc.assert(
    fc.asyncProperty(sizes, cuts, async (textSizes, stops) => {
      run += 1
      const lines = textSizes.map((size, i) =>
        answer({ id: `${run}n${i}`, text: 'é'.repeat(size / 2) }),
      )
      const bytes = Buffer.from(lines.join(''))
      const ends = [...stops.map((stop) => Math.floor(stop * bytes.length)), bytes.length]
      const path = put(CLAUDE, '')
      let kept = NOTHING
      let read = 0
      for (const end of ends.toSorted((a, b) => a - b)) {
        writeFileSync(path, bytes.subarray(0, end))
        kept = await readOn(home, kept)
        read += newlyRead(kept)
      }
      expect(ids(kept)).toEqual(lines.map((_, i) => idOf(`${run}n${i}`)))
      expect(read).toBe(lines.length)
    }),
    { numRuns: 40 },
  )
})

test('a conversation in one file is read again when it has changed', async () => {
  const message = (id: string) => ({
    id,
    type: 'gemini',
    timestamp: '2026-11-22T10:00:00Z',
    tokens: { input: 5, output: 1 },
  })
  const path = '.gemini/tmp/p/chats/session-1.json'
  put(path, JSON.stringify({ messages: [message('a')] }))
  const first = await readOn(home, NOTHING)
  expect(newlyRead(await readOn(home, first))).toBe(0)
  put(path, JSON.stringify({ messages: [message('a'), message('b')] }))
  const second = await readOn(home, first)
  expect(ids(second)).toEqual(['session-1 a', 'session-1 b'])
  put(path, '{"messages":')
  expect(unreadable(await readOn(home, second))).toBe(1)
})

test('a file too large to be a conversation is left out, and said', async () => {
  const path = put('.gemini/tmp/p/chats/session-1.json', '{')
  truncateSync(path, 33 * 1024 * 1024)
  put(CLAUDE, answer({ id: 'a' }))
  const kept = await readOn(home, NOTHING)
  expect(kept.batches.flatMap(({ skipped }) => skipped)).toEqual([
    { path, reason: 'it is too large' },
  ])
  expect(ids(kept)).toEqual([idOf('a')])
})

test('a cursor that makes no sense is as good as none', async () => {
  const path = put(CLAUDE, answer({ id: 'a' }))
  const { cursor } = await readOn(home, NOTHING)
  const place = cursor[path] ?? {}
  for (const change of [{ bytes: -5 }, { bytes: 1e9 }, { check: 'x' }, { state: 1 }]) {
    const kept = await readOn(home, { ...NOTHING, cursor: { [path]: { ...place, ...change } } })
    expect(ids(kept)).toEqual([idOf('a')])
  }
})
