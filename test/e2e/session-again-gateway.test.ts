import { spawnSync } from 'node:child_process'
import { chmodSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { counting, type Counting } from '../support/counting.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { askStatus, liveGateway } from '../support/live-gateway.ts'
import { contentOf, eventually } from '../support/tmux.ts'

const OWN = 'sk-ant-of-the-session-'

const gateway = forEachTest(liveGateway)
let counted: Counting
let env: Record<string, string>
/** Sessions so far. */
let count: number

beforeEach(() => {
  counted = counting(gateway.box)
  env = { ...counted.env, ANTHROPIC_API_KEY: `${OWN}0` }
  count = 0
  // What might change again within its second is not gone by.
  utimesSync(join(gateway.box.home, '.config/llmsel/config.json'), 1_700_000_000, 1_700_000_000)
})

interface Started {
  readonly name: string
  readonly nodes: number
  /** As the worker has it. */
  readonly base: string
  readonly code: number
  readonly stderr: string
}

const WORKER = 'printf %s. "$ANTHROPIC_BASE_URL" >"$LLMSEL_SESSION.told"; exec sleep 300'

async function start(more: Record<string, string | undefined> = {}): Promise<Started> {
  count += 1
  const name = `s${count}`
  const words = ['premium', '--name', name, '--run', 'sh tell']
  const { code, stderr, nodes } = await counted.later(words, { ...env, ...more })
  const file = join(gateway.box.cwd, `${name}.told`)
  const told =
    code === 0 ? await eventually(() => contentOf(file)?.endsWith('.') && contentOf(file)) : '.'
  return { name, nodes, base: told.slice(0, -1), code, stderr }
}

/** The next one needs no Node. */
async function prepared(): Promise<Started> {
  gateway.box.file('tell', `${WORKER}\n`)
  const first = await start()
  expect(first).toMatchObject({ code: 0, nodes: expect.any(Number) })
  expect(first.nodes).toBeGreaterThan(0)
  return first
}

function key(nth: number): unknown {
  return gateway.claude.received[nth]?.headers['x-api-key']
}

test('a session that starts without Node has a token, the key of its shell, and loses both', async () => {
  const first = await prepared()
  const second = await start({ ANTHROPIC_API_KEY: `${OWN}1` })
  expect(second).toMatchObject({ code: 0, nodes: 0 })
  expect(second.stderr.replaceAll('s2', 's1').replaceAll(/\.\d{8}T\S+\/log/g, '.ID/log')).toBe(
    first.stderr.replaceAll(/\.\d{8}T\S+\/log/g, '.ID/log'),
  )
  expect(second.base).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/s\/llmsel-s-[\w-]{73}$/)
  expect(await askStatus(second.base)).toBe(200)
  expect(await askStatus(first.base)).toBe(200)
  expect([key(0), key(1)]).toEqual([`${OWN}1`, `${OWN}0`])
  expect((await gateway.llmsel('session stop s2')).code).toBe(0)
  expect(await askStatus(second.base)).toBe(401)
  const rows = contentOf(join(gateway.folder, 'sessions.json')) ?? ''
  expect(Object.values(JSON.parse(rows))).toMatchObject([
    { session: 's1', profile: 'premium', project: gateway.box.cwd, limit: null },
  ])
})

test('its key and its token are in the argv of no process, in no log and in no file of the gateway', async () => {
  await prepared()
  const { base } = await start({ ANTHROPIC_API_KEY: `${OWN}1` })
  await ask(base)
  const token = base.slice(base.indexOf('/s/') + 3)
  const argvs = readdirSync('/proc').map((name) => contentOf(`/proc/${name}/cmdline`) ?? '')
  const kept = spawnSync('grep', ['-rl', OWN, join(gateway.box.home, '.local/state/llmsel/env')])
  expect(
    [...argvs, ...gateway.kept()].filter((text) => text.includes(token) || text.includes(OWN)),
  ).toEqual([])
  expect(String(kept.stdout)).toBe('')
})

test('after a restart of the gateway it is the same; where none runs Node starts one', async () => {
  await prepared()
  const restarted = await gateway.llmsel('gateway restart', env)
  expect(restarted.code).toBe(0)
  const again = await start()
  expect(again.code).toBe(0)
  expect(await askStatus(again.base)).toBe(200)
  const next = await start()
  expect(next).toMatchObject({ code: 0, nodes: 0 })
  expect(await askStatus(next.base)).toBe(200)
  expect((await gateway.llmsel('gateway stop')).code).toBe(0)
  const anew = await start()
  expect(anew.nodes).toBeGreaterThan(0)
  expect(await askStatus(anew.base)).toBe(200)
})

test('a key that the gateway has since, or no more, is found out by Node', async () => {
  await prepared()
  expect((await start()).nodes).toBe(0)
  await gateway.box.start(['keys', 'set', 'openai', '--command', 'echo sk-openai'], env)
  const changed = await start()
  expect(changed).toMatchObject({ code: 0 })
  expect(changed.nodes).toBeGreaterThan(0)
  expect(await start()).toMatchObject({ code: 0, nodes: 0 })
})

test('what is said to a gateway that hangs for a moment counts when it goes on', async () => {
  await prepared()
  const { pid } = await gateway.status()
  process.kill(pid, 'SIGSTOP')
  const later = await start()
  expect(later).toMatchObject({ code: 0, nodes: 0 })
  const status = askStatus(later.base)
  process.kill(pid, 'SIGCONT')
  expect(await status).toBe(200)
})

test('a worker that dies with a letter unread leaves it to the next', async () => {
  await prepared()
  const { pid } = await gateway.status()
  process.kill(pid, 'SIGSTOP')
  const later = await start()
  expect(later).toMatchObject({ code: 0, nodes: 0 })
  process.kill(pid, 'SIGKILL')
  await expect.poll(async () => await askStatus(later.base)).toBe(200)
  expect((await gateway.status()).pid).not.toBe(pid)
})

test('sessions that start while one gateway takes the place of another all have a token that counts', async () => {
  await prepared()
  const restarts = (async () => {
    for (let n = 0; n < 3; n++) expect((await gateway.llmsel('gateway restart', env)).code).toBe(0)
  })()
  const all: Started[] = []
  for (let n = 0; n < 12; n++) all.push(await start())
  await restarts
  expect(all.map(({ code }) => code)).toEqual(all.map(() => 0))
  const statuses = await Promise.all(all.map(async ({ base }) => await askStatus(base)))
  expect(statuses).toEqual(all.map(() => 200))
})

test.each([
  ['a reader that is another process', () => `${process.pid} 0`],
  ['a reader that is gone', () => '999999999 19'],
  ['nothing', () => ''],
  ['something else', () => '$(touch pwned) ../../x; *'],
])('where the folder names %s, Node is asked', async (_what, words) => {
  await prepared()
  const path = join(gateway.folder, 'reader')
  const [, , ...rest] = (contentOf(path) ?? '').split(' ')
  const named = words()
  writeFileSync(path, named === '' ? '' : `${named} ${rest.join(' ')}`)
  const asked = await start()
  expect(asked.nodes).toBeGreaterThan(0)
  expect(await askStatus(asked.base)).toBe(200)
  expect(readdirSync(gateway.box.cwd)).not.toContain('pwned')
})

test('letters that others might have written are not read', async () => {
  gateway.box.file('tell', `${WORKER}\n`)
  await gateway.start(env)
  expect((await gateway.llmsel('gateway stop')).code).toBe(0)
  chmodSync(join(gateway.folder, 'letters'), 0o666)
  const first = await start()
  const second = await start()
  expect(second).toMatchObject({ code: 0 })
  expect(second.nodes).toBeGreaterThan(0)
  expect([await askStatus(first.base), await askStatus(second.base)]).toEqual([200, 200])
})

test('nonsense in the letters harms nothing', async () => {
  await prepared()
  const long = 'x'.repeat(60_000)
  const nonsense = `\n{}\n[]\nnull\n{"action":"register"}\n{"action":"register","token":"t","limit":"x"}\n${long}`
  spawnSync('sh', [
    '-c',
    'printf "%s\\n" "$1" 1<>"$2"',
    'sh',
    nonsense,
    join(gateway.folder, 'letters'),
  ])
  const next = await start()
  expect(next).toMatchObject({ code: 0, nodes: 0 })
  expect(await askStatus(next.base)).toBe(200)
})

test('half a letter harms the next one in nothing', async () => {
  await prepared()
  const half = 'printf "{\\"action\\":\\"register\\"" 1<>"$1"'
  spawnSync('sh', ['-c', half, 'sh', join(gateway.folder, 'letters')])
  const next = await start()
  expect(next).toMatchObject({ code: 0, nodes: 0 })
  expect(await askStatus(next.base)).toBe(200)
})

test('a gateway that hangs until nothing more goes in is waited for by nobody for long', async () => {
  await prepared()
  const { pid } = await gateway.status()
  process.kill(pid, 'SIGSTOP')
  const fill = 'yes | dd of="$1" oflag=nonblock,append conv=notrunc bs=512'
  spawnSync('sh', ['-c', fill, 'sh', join(gateway.folder, 'letters')])
  const later = await start()
  process.kill(pid, 'SIGCONT')
  expect(later).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('not through the gateway'),
  })
  expect(later.nodes).toBeGreaterThan(0)
})
