import { expect, test } from 'vitest'
import { claudeSettings, type FileContent } from '../../../src/domain/doctor/claude-settings.ts'

const source = { definitions: { night: { env: { NIGHT_SHIFT: 'yes' } } } }

function read(files: readonly (string | FileContent)[], env: Record<string, string> = {}) {
  const all = files.map((file, index) => ({
    path: `file-${index}`,
    content: typeof file === 'string' ? ({ kind: 'text', text: file } as const) : file,
  }))
  const { settings, problems } = claudeSettings(all, source, env)
  return {
    said: settings.map(({ file, name, value, wins }) => [file, name, value, wins]),
    problems,
  }
}

test.each([
  ['nothing of ours', '{"env": {"EDITOR": "vi"}, "theme": "dark"}', []],
  ['a variable', '{"env": {"ANTHROPIC_MODEL": "x"}}', [['file-0', 'ANTHROPIC_MODEL', 'x', true]]],
  [
    "a profile's own variable",
    '{"env": {"NIGHT_SHIFT": "no"}}',
    [['file-0', 'NIGHT_SHIFT', '(set, hidden)', true]],
  ],
  [
    'a secret',
    '{"env": {"ANTHROPIC_AUTH_TOKEN": "sk"}}',
    [['file-0', 'ANTHROPIC_AUTH_TOKEN', '(set, hidden)', true]],
  ],
  [
    'a URL with a password',
    '{"env": {"ANTHROPIC_BASE_URL": "https://me:pw@x"}}',
    [['file-0', 'ANTHROPIC_BASE_URL', 'https://…@x', true]],
  ],
  [
    'a number',
    '{"env": {"CLAUDE_CODE_USE_BEDROCK": 1}}',
    [['file-0', 'CLAUDE_CODE_USE_BEDROCK', '1', true]],
  ],
  ['a model', '{"model": "opus"}', [['file-0', 'model', 'opus', true]]],
  ['control characters', '{"model": "a\\u001b[2Jb"}', [['file-0', 'model', 'a?[2Jb', true]]],
  [
    'values of odd kinds',
    '{"env": {"ANTHROPIC_MODEL": {"a": 1}, "LLM_MODEL": null}, "model": 3}',
    [],
  ],
  ['an odd env', '{"env": ["ANTHROPIC_MODEL=x"]}', []],
])('%s', (_, text, said) => {
  expect(read([text])).toEqual({ said, problems: [] })
})

test('a later file wins over an earlier one, and a variable over the model setting', () => {
  const env = (model: string) => `{"env": {"ANTHROPIC_MODEL": "${model}"}}`
  expect(read([env('a'), env('b'), '{"model": "c"}']).said).toEqual([
    ['file-0', 'ANTHROPIC_MODEL', 'a', false],
    ['file-1', 'ANTHROPIC_MODEL', 'b', true],
    ['file-2', 'model', 'c', false],
  ])
  expect(read(['{"model": "c"}'], { ANTHROPIC_MODEL: 'x' }).said).toEqual([
    ['file-0', 'model', 'c', false],
  ])
})

test.each([
  ['{', 'file-0: it is not JSON'],
  ['[]', 'file-0: it holds no JSON object'],
  [{ kind: 'refused', reason: 'it is no regular file' } as const, 'file-0: it is no regular file'],
])('%j is a note, and the other files are read', (file, problem) => {
  const { said, problems } = read([file, '{"model": "opus"}'])
  expect(problems).toEqual([problem])
  expect(said).toEqual([['file-1', 'model', 'opus', true]])
})
