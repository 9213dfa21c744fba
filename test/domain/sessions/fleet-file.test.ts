import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { isLlmselError } from '../../../src/domain/errors.ts'
import { parseFleetFile, type FleetEntry } from '../../../src/domain/sessions/fleet-file.ts'

function parse(sessions: string): readonly FleetEntry[] {
  return parseFleetFile({ shown: 'f.json', text: `{"sessions": ${sessions}}` }).entries
}

/** The whole message, and the hint where there is one. */
function refusal(text: string): string {
  try {
    parseFleetFile({ shown: 'f.json', text })
  } catch (error) {
    if (isLlmselError(error)) return [error.message, error.hint ?? []].flat().join(' | ')
    throw error
  }
  return 'accepted'
}

test('an entry of everything, with the place of each value', () => {
  const [entry] = parse(`{
    "crawler": {
      "profile": "budget", "run": "w.py", "args": ["-a", ""], "cwd": "../x",
      "env": {"A_B": "it's"}, "count": 2,
      "restart": {"policy": "on-failure", "delay": "500ms", "maxDelay": "5m", "maxRestarts": 3}
    }
  }`)
  expect(entry).toMatchObject({
    names: ['crawler-1', 'crawler-2'],
    profile: 'budget',
    run: 'w.py',
    args: ['-a', ''],
    cwd: '../x',
    env: { A_B: "it's" },
    restart: { delayMs: 500, maxDelayMs: 300_000, maxRestarts: 3 },
    place: 'f.json:2:5',
  })
  expect(entry?.places).toMatchObject({ profile: 'f.json:3:18', run: 'f.json:3:35' })
})

test('the example is one', () => {
  const path = resolve(import.meta.dirname, '../../../examples/llmsel.fleet.json')
  const text = readFileSync(path, 'utf8')
  const { entries } = parseFleetFile({ shown: 'llmsel.fleet.json', text })
  expect(entries.flatMap(({ names }) => names)).toEqual(['crawler-1', 'crawler-2', 'me'])
})

test('what is left out', () => {
  expect(parse('{"a": {}}')).toEqual([
    {
      names: ['a'],
      profile: null,
      run: null,
      args: [],
      cwd: null,
      env: {},
      restart: null,
      limit: null,
      place: 'f.json:1:15',
      places: {},
    },
  ])
  expect(parse('{"a": {"count": 0}}')[0]?.names).toEqual([])
})

test.each([
  ['"never"', null],
  ['"on-failure"', { delayMs: 1000, maxDelayMs: 60_000, maxRestarts: 10 }],
  [
    '{"policy": "on-failure", "delay": "2m"}',
    { delayMs: 120_000, maxDelayMs: 120_000, maxRestarts: 10 },
  ],
])('restart %s', (text, policy) => {
  expect(parse(`{"a": {"run": "w", "restart": ${text}}}`)[0]?.restart).toEqual(policy)
})

const KNOWN = 'profile, run, args, cwd, env, count, restart, limit'

test.each([
  ['[]', 'f.json:1:1: the file must be an object'],
  ['{}', 'f.json:1:1: the key "sessions" is missing'],
  ['{"sessions": {', 'f.json:1:15: the text ends where a key in double quotes should be'],
  [
    '{"session": {}}',
    'f.json:1:2: unknown key "session" (known here: $schema, include, sessions) | did you mean "sessions"?',
  ],
  ['{"sessions": []}', 'f.json:1:14: "sessions" must be an object'],
  ['{"include": "a.json"}', 'f.json:1:13: "include" must be a list in [ ]'],
  ['{"$schema": 1}', 'f.json:1:13: "$schema" must be a text in double quotes'],
])('%s', (text, expected) => {
  expect(refusal(text)).toBe(expected)
})

test.each([
  [
    '{"profil": "x"}',
    `2:2: unknown key "sessions.a.profil" (known here: ${KNOWN}) | did you mean "profile"?`,
  ],
  [
    '{"limit": "5/week"}',
    '2:11: "sessions.a.limit": "5/week" is not a limit | write 5/day, 0.50/day or 100/month, in US dollars',
  ],
  ['{"limit": 5}', '2:11: "sessions.a.limit" must be a text in double quotes'],
  ['{"profile": ""}', '2:13: "sessions.a.profile" must be a text that is not empty'],
  ['{"run": 1}', '2:9: "sessions.a.run" must be a text in double quotes'],
  ['{"run": "a\\u0000"}', '2:9: "sessions.a.run" must be text without NUL'],
  ['{"args": ["x", 1]}', '2:16: "sessions.a.args.1" must be a text in double quotes'],
  ['{"count": 10000}', '2:11: "sessions.a.count" must be a whole number from 0 to 500'],
  ['{"count": 1.5}', '2:11: "sessions.a.count" must be a whole number from 0 to 500'],
  ['{"count": "2"}', '2:11: "sessions.a.count" must be a whole number from 0 to 500'],
  [
    '{"env": {"A B": ""}}',
    '2:10: "sessions.a.env.A B": no name of a variable (letters, digits, _)',
  ],
  ['{"env": {"A": 3}}', '2:15: "sessions.a.env.A" must be a text in double quotes'],
  [
    '{"env": {"LLMSEL_SESSION": ""}}',
    '2:10: "sessions.a.env.LLMSEL_SESSION": llmsel sets it on the session',
  ],
  ['{"env": {"UID": "5"}}', '2:10: "sessions.a.env.UID": a shell keeps this name for itself'],
  [
    '{"restart": "always"}',
    '2:13: "sessions.a.restart" must be "never", "on-failure" or an object with a "policy"',
  ],
  ['{"restart": {}}', '2:13: "sessions.a.restart" must be given a "policy" as well'],
  [
    '{"restart": {"policy": "on-failure", "delay": "soon"}}',
    '2:47: "sessions.a.restart.delay" must be a time of 100ms to 1d, such as "30s"',
  ],
  [
    '{"restart": {"policy": "on-failure", "delay": "1h", "maxDelay": "1m"}}',
    '2:13: "sessions.a.restart" must be given a "maxDelay" of at least its "delay"',
  ],
  [
    '{"restart": "on-failure"}',
    '2:1: "sessions.a" must be given a "run" as well: "args" and "restart" are of a worker',
  ],
])('%s', (entry, expected) => {
  expect(refusal(`{"sessions": {"a":\n${entry}}}`)).toBe(`f.json:${expected}`)
})

test.each(['a b', 'a.b', '', '-a', 'x'.repeat(65), '\\u001b[2J'])('the name %j', (name) => {
  const message = refusal(`{"sessions": {"${name}": {}}}`)
  expect(message).toMatch(/^f\.json:1:15: no session name: /)
  expect(message).not.toContain('\u001b')
})

test('a name that only its number makes too long is refused', () => {
  expect(refusal(`{"sessions": {"${'x'.repeat(63)}": {"count": 2}}}`)).toContain('65 characters')
})

test('the schema has the keys that the parser knows', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../../../schemas/fleet.json'), 'utf8')
  const { properties, definitions } = JSON.parse(text)
  const known = (file: string) => /known here: (.*)\)/.exec(refusal(file))?.[1]?.split(', ')
  expect(Object.keys(properties)).toEqual(known('{"?": 1}'))
  expect(Object.keys(definitions.session.properties)).toEqual(
    known('{"sessions": {"a": {"?": 1}}}'),
  )
  const policy = '{"sessions": {"a": {"restart": {"?": 1}}}}'
  expect(Object.keys(definitions.restart.properties)).toEqual(known(policy))
  expect(definitions.session.properties.count).toMatchObject({ minimum: 0, maximum: 500 })
})
