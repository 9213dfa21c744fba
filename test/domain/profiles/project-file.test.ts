import { expect, test } from 'vitest'
import { parseProjectFile } from '../../../src/domain/profiles/project-file.ts'

test.each([
  ['{"profile": "free"}', 'free', 1],
  ['{\n\n  "profile": "qwen3:8b"\n}\n', 'qwen3:8b', 3],
])('%j names a profile', (text, profile, line) => {
  expect(parseProjectFile(text)).toEqual({ kind: 'profile', profile, line })
})

test.each([
  ['', 1, 'it is not JSON'],
  ['{"profile":', 1, 'it is not JSON'],
  ['["free"]', 1, 'it must hold one object'],
  ['{}', 1, '"profile" must be the name'],
  ['{\n"profile": 7}', 2, '"profile" must be the name'],
  ['{"profile": "$(id)"}', 1, 'holds what no name may'],
  ['{"profile": "a\\nb"}', 1, 'holds what no name may'],
  ['{\n"profile": "free",\n"env": {}}', 3, 'it sets "env"'],
  ['{"ANTHROPIC_BASE_URL": "http://evil"}', 1, 'it sets "ANTHROPIC_BASE_URL"'],
  ['{"__proto__": {"profile": "free"}}', 1, 'it sets "__proto__"'],
  ['{"\\u001b]0;x\\u0007": 1}', 1, 'it sets "?]0;x?"'],
])('%j is refused with its line and reason', (text, line, reason) => {
  expect(parseProjectFile(text)).toEqual({
    kind: 'refused',
    line,
    reason: expect.stringContaining(reason),
  })
})
