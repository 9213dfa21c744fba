import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NOTHING, answer, idOf, ids, question, readOn, unreadable } from '../support/logs.ts'

let home: string

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-lines-'))
})

afterEach(() => {
  rmSync(home, { recursive: true })
})

const TORN = answer({ id: 'torn' }).slice(0, 200)

test.each<readonly [string, string | Uint8Array, readonly string[], number]>([
  ['a torn line with the next one after it', TORN + answer({ id: 'a' }), ['a'], 0],
  [
    'lines whose newlines were lost',
    answer({ id: 'a' }).trimEnd() + question('?').trimEnd() + answer({ id: 'b' }),
    ['a', 'b'],
    0,
  ],
  [
    'a whole line, a torn one and a whole one without newlines',
    answer({ id: 'a' }).trimEnd() + answer({ id: 'c' }).slice(0, -9) + answer({ id: 'b' }),
    ['a', 'b'],
    0,
  ],
  [
    'a line with a torn one after it',
    `${answer({ id: 'a' }).trimEnd()}${answer({ id: 'c' }).slice(0, -9)}\n${answer({ id: 'b' })}`,
    ['a', 'b'],
    1,
  ],
  ['half a line', `${TORN.slice(0, 90)}"output_tokens":1\n${answer({ id: 'a' })}`, ['a'], 1],
  ['two lines written into each other', answer({ id: 'a' }).replace('"cwd"', TORN), [], 1],
  ['empty lines and CRLF', `\n\r\n${answer({ id: 'a' }).trimEnd()}\r\n\n`, ['a'], 0],
  [
    'no text at all',
    `"output_tokens":1\n[1,"output_tokens":1]\nnull\n${answer({ id: 'a' })}`,
    ['a'],
    2,
  ],
  [
    'bytes that are no UTF-8',
    Buffer.from(
      `\xff\xfe"output_tokens":1\n${answer({ id: 'a', text: 'na\xefve \xff' })}`,
      'latin1',
    ),
    ['a'],
    1,
  ],
])('%s', async (_name, content, expected, broken) => {
  const path = join(home, '.claude/projects/-home-me/session.jsonl')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  const kept = await readOn(home, NOTHING)
  expect(ids(kept)).toEqual(expected.map(idOf))
  expect(unreadable(kept)).toBe(broken)
})

test.each(['-1', 'null', '1.5', '1e18', '"9"'])(
  'a call within an answer that counts %s tokens is unreadable, and the rest is kept',
  async (count) => {
    const path = join(home, '.claude/projects/-home-me/session.jsonl')
    mkdirSync(dirname(path), { recursive: true })
    const call = (input: string) => `{"type":"compaction",${input}"output_tokens":2}`
    const calls = [call(`"input_tokens":${count},`), call(''), call('"input_tokens":5,')]
    const usage = '"output_tokens":7'
    const line = answer({ id: 'a' }).replace(usage, `${usage},"iterations":[${calls.join()}]`)
    writeFileSync(path, line + answer({ id: 'b' }))
    const kept = await readOn(home, NOTHING)
    expect([ids(kept), unreadable(kept)]).toEqual([[idOf('a'), `${idOf('a')} 2`, idOf('b')], 2])
  },
)
