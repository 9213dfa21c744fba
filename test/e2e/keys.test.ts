import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { beforeEach, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { LAUNCHER } from '../support/launcher.ts'
import { liveGateway } from '../support/live-gateway.ts'
import { contentOf, eventually } from '../support/tmux.ts'

const gateway = forEachTest(liveGateway)
let path: string
beforeEach(async () => {
  // Without the key nobody is there.
  await gateway.ollama.close()
  path = join(gateway.box.home, '.config/llmsel/keys.json')
})

const KEY = 'sk-ant-kept-0123456789-abcd'

function set(words: readonly string[], input: string): { status: number | null; stderr: string } {
  const { status, stdout, stderr } = spawnSync(LAUNCHER, ['keys', 'set', ...words], {
    env: gateway.box.env,
    input,
    encoding: 'utf8',
  })
  expect(stdout).toBe('')
  return { status, stderr }
}

async function keySent(): Promise<unknown> {
  await (await ask(await gateway.base())).arrayBuffer()
  return gateway.claude.received.at(-1)?.headers['x-api-key']
}

test('a key from standard input is kept for the owner alone, masked, used at once, and forgotten', async () => {
  await gateway.start({ ANTHROPIC_API_KEY: undefined })
  expect(set(['claude'], `${KEY}\n`).status).toBe(0)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const { stdout } = await gateway.llmsel('keys list --json')
  expect(JSON.parse(stdout)).toEqual([
    { provider: 'claude', kind: 'key', shown: '********abcd' },
    { provider: 'openai', kind: null, shown: null },
    { provider: 'ollama', kind: null, shown: null },
  ])
  expect(await keySent()).toBe(KEY)
  expect((await gateway.llmsel('keys remove claude')).code).toBe(0)
  expect((await ask(await gateway.base())).status).toBe(503)
  expect(await gateway.llmsel('keys remove claude')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no key of claude is kept'),
  })
})

test('on a terminal a key is asked for and not shown', async () => {
  const { box } = gateway
  box.tmux('new-session', '-d', '-s', 'tty', '-x', '80', '-y', '10', 'llmsel keys set openai; cat')
  const screen = () => box.tmux('capture-pane', '-p', '-t', '=tty:')
  await eventually(() => screen().includes('Key of openai'))
  box.tmux('send-keys', '-t', '=tty:', '-l', KEY)
  box.tmux('send-keys', '-t', '=tty:', 'Enter')
  await eventually(() => screen().includes('kept in'))
  expect(screen()).not.toContain('sk-ant')
  expect(JSON.parse(contentOf(path) ?? '')).toMatchObject({ openai: expect.anything() })
})

test('what others can read is not used, and the gateway says so and runs on', async () => {
  set(['claude'], KEY)
  chmodSync(path, 0o644)
  expect(await gateway.llmsel('keys list')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`chmod 600 ${path}`),
  })
  await gateway.start({ ANTHROPIC_API_KEY: undefined })
  expect((await gateway.llmsel('gateway status --json')).stdout).toContain('can be read by others')
  expect((await ask(await gateway.base())).status).toBe(503)
})

test('a command gives the key when it is needed; one that fails is said to, in none of its words', async () => {
  const { box } = gateway
  box.file('vault', KEY)
  await gateway.start({ ANTHROPIC_API_KEY: undefined })
  expect(set(['claude', '--command', `cat ${box.cwd}/vault`], '').status).toBe(0)
  expect(await keySent()).toBe(KEY)
  expect(contentOf(path)).not.toContain(KEY)
  set(['claude', '--command', `cat ${box.cwd}/vault >&2; exit 1`], '')
  const { stdout } = await gateway.llmsel('gateway status --json')
  expect(JSON.parse(stdout)).toMatchObject({ faults: ['the key command of claude failed'] })
  expect(stdout + gateway.log()).not.toContain(KEY)
})

test.each([
  ['nothing', ['claude'], '\n', /no key of claude/],
  ['two lines', ['claude'], 'a\nb\n', /spaces or control/],
  ['no provider', ['cluade'], KEY, /did you mean "claude"/],
  ['an empty command', ['claude', '--command', ' '], '', /--command needs a command/],
])('%s is refused, and not repeated', (_, words, input, problem) => {
  const { status, stderr } = set(words, input)
  expect(status).toBe(2)
  expect(stderr).toMatch(problem)
  expect(stderr).not.toContain('sk-ant')
  expect(contentOf(path)).toBeNull()
})
