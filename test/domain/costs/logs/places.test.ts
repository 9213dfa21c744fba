import { expect, test } from 'vitest'
import { logDatabases, logPlaces } from '../../../../src/domain/costs/logs/places.ts'

function foldersOf(env: Record<string, string>): string[] {
  return logPlaces(env, '/home/me').map(({ folder }) => folder)
}

test('the agents’ own folders, where nothing else is said', () => {
  expect(foldersOf({})).toEqual([
    '/home/me/.claude/projects',
    '/home/me/.config/claude/projects',
    '/home/me/.codex/sessions',
    '/home/me/.codex/archived_sessions',
    '/home/me/.gemini/tmp',
    '/home/me/.local/share/opencode/storage/message',
  ])
  const databases = logDatabases({}, '/home/me').map(({ format, path }) => [format.agent, path])
  expect(databases).toEqual([
    ['opencode', '/home/me/.local/share/opencode/opencode.db'],
    ['goose', '/home/me/.local/share/goose/sessions/sessions.db'],
  ])
})

test('their variables move them', () => {
  const env = {
    CLAUDE_CONFIG_DIR: '/a, /b',
    CODEX_HOME: '/c',
    GEMINI_DATA_DIR: '/g',
    OPENCODE_DATA_DIR: '/o',
    XDG_DATA_HOME: '/x',
  }
  expect(foldersOf(env)).toEqual([
    '/a/projects',
    '/b/projects',
    '/c/sessions',
    '/c/archived_sessions',
    '/g/tmp',
    '/o/storage/message',
  ])
  expect(logDatabases(env, '/home/me').map(({ path }) => path)).toEqual([
    '/o/opencode.db',
    '/x/goose/sessions/sessions.db',
  ])
})

test('a variable that is empty or names no absolute folder says nothing', () => {
  const env = { CLAUDE_CONFIG_DIR: '', CODEX_HOME: '', GEMINI_DATA_DIR: 'gemini' }
  expect(foldersOf(env)).toEqual(foldersOf({}))
})

test.each([
  ['/home/me/.claude/projects', '-home-me/abc.jsonl', 'claude-code'],
  ['/home/me/.claude/projects', '-home-me/abc/subagents/agent-1.jsonl', 'claude-code'],
  ['/home/me/.claude/projects', '-home-me/memory.md', undefined],
  ['/home/me/.codex/sessions', '2026/11/23/rollout-x.jsonl', 'codex'],
  ['/home/me/.gemini/tmp', 'abc/chats/session-1.json', 'gemini-cli'],
  ['/home/me/.gemini/tmp', 'abc/chats/session-1.jsonl', 'gemini-cli'],
  ['/home/me/.gemini/tmp', 'abc/logs.json', undefined],
  ['/home/me/.local/share/opencode/storage/message', 'ses_1/msg_1.json', 'opencode'],
])('in %s, %s is a log of %s', (folder, path, agent) => {
  const place = logPlaces({}, '/home/me').find((each) => each.folder === folder)
  expect(place?.formatOf(path)?.agent).toBe(agent)
})
