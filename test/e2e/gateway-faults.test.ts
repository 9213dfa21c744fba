import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { ask, limited, ollama, ollamaReply } from '../support/ask.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { ROOT } from '../support/launcher.ts'
import { nodeForTests } from '../support/node.ts'
import {
  askStatus,
  gatewayProcesses,
  KEY,
  liveGateway,
  type LiveGateway,
} from '../support/live-gateway.ts'
import { contentOf, eventually } from '../support/tmux.ts'

const gateway = forEachTest(liveGateway)

const SUPERVISOR = join(ROOT, 'libexec/gateway.sh')
const LOGGER = join(ROOT, 'libexec/log.sh')

test('a worker that is killed is back with its tokens, its sessions’ keys and its circuits', async () => {
  const pid = await gateway.start()
  const own = 'sk-ant-of-the-session-0123456789'
  const base = await gateway.inSession('ANTHROPIC_BASE_URL', 'budget', { ANTHROPIC_API_KEY: own })
  gateway.ollama.answer(ollama(ollamaReply))
  gateway.claude.answer(limited)
  expect((await ask(base)).headers.get('x-llmsel-target')).toBe('ollama/llama3.2')
  await eventually(() => contentOf(join(gateway.folder, 'circuits.json'))?.includes('"open"'))
  process.kill(pid, 'SIGKILL')
  await expect.poll(async () => await askStatus(base)).toBe(200)
  expect((await gateway.status()).pid).not.toBe(pid)
  expect(gateway.log()).toContain('the worker ended with 137')
  expect(gateway.claude.received).toHaveLength(1)
  gateway.claude.answer((response) => response.writeHead(500).end())
  expect((await gateway.llmsel('failover reset')).code).toBe(0)
  await ask(base)
  expect(gateway.claude.received.at(-1)?.headers['x-api-key']).toBe(own)
})

test('ten deaths in a row are the last, and the log says so', async () => {
  const folder = gateway.box.file('state/x', '').slice(0, -2)
  const waits = join(folder, 'waits')
  // What would take two minutes is only written down.
  const path = gateway.box.before('sleep', `echo "$1" >>'${waits}'`)
  const { status } = spawnSync('sh', [SUPERVISOR, folder, LOGGER, 'sh', '-c', 'exit 70'], {
    env: { ...gateway.box.env, PATH: path },
  })
  expect(status).toBe(0)
  const lines = contentOf(join(folder, 'log'))?.trimEnd().split('\n') ?? []
  expect(lines.filter((line) => line.endsWith('ended with 70'))).toHaveLength(10)
  expect(lines.at(-1)).toMatch(/ended ten times in a row/)
  expect(contentOf(waits)?.trimEnd().split('\n')).toEqual([
    '1',
    '2',
    '4',
    '8',
    '16',
    '30',
    '30',
    '30',
  ])
})

test.each([1, 9, 126, 127])('a first one that ends with %d at once is the last', (code) => {
  const folder = gateway.box.file('state/x', '').slice(0, -2)
  spawnSync('sh', [SUPERVISOR, folder, LOGGER, 'sh', '-c', `echo one; exit ${code}`], {
    env: { ...gateway.box.env, PATH: gateway.box.before('sleep', 'exit 1') },
  })
  expect(contentOf(join(folder, 'log'))).toBe('one\n')
})

test('the log is kept in two files of bounded size', () => {
  const folder = gateway.box.file('state/x', '').slice(0, -2)
  const chatty = 'head -c 150000000 /dev/zero | tr "\\0" x'
  spawnSync('sh', [SUPERVISOR, folder, LOGGER, 'sh', '-c', chatty])
  for (const name of ['log', 'log.1'])
    expect(statSync(join(folder, name)).size).toBeLessThanOrEqual(64 << 20)
})

test('a listener in the gateway’s place is shown no token and no key', async () => {
  const heard: string[] = []
  const impostor = createServer((request, response) => {
    void text(request).then((body) => {
      heard.push(`${request.url} ${JSON.stringify(request.headers)} ${body}`)
      response.end('{"proof":"AAAA","port":1,"keys":["claude"]}')
    })
  }).listen(0, '127.0.0.1')
  await once(impostor, 'listening')
  const { port } = impostor.address() as AddressInfo
  mkdirSync(gateway.folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(gateway.folder, 'gateway.json'), JSON.stringify({ port, pid: 1 }))
  const env = { ANTHROPIC_API_KEY: KEY, LLMSEL_GATEWAY_PORT: String(port) }
  expect((await gateway.llmsel('gateway status', env)).code).toBe(1)
  expect((await gateway.llmsel('gateway url', env)).stdout).toBe('')
  const base = await gateway.inSession('ANTHROPIC_BASE_URL', 'budget', env)
  expect(await askStatus(base)).toBe(200)
  expect(base).not.toContain(`:${port}/`)
  expect(heard.length).toBeGreaterThan(0)
  expect(heard.filter((line) => !line.startsWith('/api/llm/control/prove '))).toEqual([])
  expect(heard.join('\n')).not.toMatch(/llmsel-[cps]-|sk-ant/)
  impostor.close()
})

test('a state folder that cannot be written, and no home, are named', async () => {
  const file = gateway.box.file('state', 'a file in its place')
  expect(await gateway.llmsel('gateway start', { XDG_STATE_HOME: file })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`${file}/llmsel`),
  })
  expect(await gateway.llmsel('gateway start', { XDG_STATE_HOME: '/proc' })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('/proc/llmsel'),
  })
  expect(await gateway.llmsel('gateway start', { HOME: undefined })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('HOME is not set'),
  })
})

test.each([
  ['no variable at all but HOME', { PATH: undefined, LANG: undefined, TZ: undefined }],
  ['an empty PATH', { PATH: '' }],
  ['a PATH that leads nowhere', { PATH: '/nonexistent' }],
])(
  'with %s it starts, keeps its log and leaves no key in a file with a name',
  async (_, wishes) => {
    const run = async (words: string) =>
      await bare(words.split(' '), { ...gateway.box.env, ANTHROPIC_API_KEY: KEY, ...wishes })
    const before = readdirSync('/dev/shm')
    expect(await run('gateway start')).toMatchObject({ code: 0, stderr: '' })
    expect((await run('gateway status')).stdout).toMatch(/^claude\tyes\t/m)
    await eventually(() => gateway.log().includes('listens on'))
    await eventually(() => readdirSync('/dev/shm').every((name) => before.includes(name)))
    const session = await run('session new budget --run true')
    expect(`${String(session.code)}${session.stderr}`).toMatch(
      /^0|tmux is not on PATH\nit is in \S+: add that/,
    )
  },
)

test('without HOME each command says what to set', async () => {
  for (const HOME of ['', undefined])
    for (const words of ['gateway start', 'gateway status', 'session new budget --run true'])
      expect(
        await bare(words.split(' '), { ...gateway.box.env, PATH: undefined, HOME }),
      ).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('set HOME, or XDG_STATE_HOME to an absolute path'),
      })
})

/** As a service manager or cron may start it, with Node by its path. */
async function bare(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<{ readonly code: unknown; readonly stdout: string; readonly stderr: string }> {
  const program = join(ROOT, 'dist/cli/start.cjs')
  const child = spawn(nodeForTests(), [program, ...words], { env, cwd: '/' })
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { code, stdout, stderr }
}

test('a config that cannot be read is named at once; a gateway that runs goes on, and alone', async () => {
  const config = join(gateway.box.home, '.config/llmsel/config.json')
  const good = readFileSync(config, 'utf8')
  const refused = {
    code: 1,
    stderr: expect.stringContaining('it said: ' + config + ': unknown key'),
  }
  writeFileSync(config, '{"nope":1}')
  expect(await gateway.llmsel('gateway start')).toMatchObject(refused)
  expect(gatewayProcesses(gateway.box.home)).toEqual([])
  writeFileSync(config, good)
  const pid = await gateway.start()
  const alone = gatewayProcesses(gateway.box.home).map((each) => each.pid)
  writeFileSync(config, '{"nope":1}')
  expect(await gateway.llmsel('gateway restart')).toMatchObject(refused)
  writeFileSync(config, good)
  expect(await gateway.status()).toMatchObject({ running: true, pid })
  await eventually(() => gatewayProcesses(gateway.box.home).length === alone.length)
})

test('a secret that others can read is refused', async () => {
  mkdirSync(gateway.folder, { recursive: true, mode: 0o700 })
  writeFileSync(join(gateway.folder, 'secret'), 'x'.repeat(32), { mode: 0o644 })
  expect(await gateway.llmsel('gateway start')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is not a secret of yours alone'),
  })
})

test('on a full disk requests go on, and sessions get their tokens', async () => {
  // A file in place of each draft: the system refuses to write it, as on a full disk.
  const pid = await gateway.start()
  for (const name of ['circuits.json', 'sessions.json'])
    mkdirSync(join(gateway.folder, `${name}.${pid}`))
  gateway.claude.answer(limited)
  gateway.ollama.answer(ollama(ollamaReply))
  const base = await gateway.inSession('ANTHROPIC_BASE_URL', 'budget')
  expect(await askStatus(base)).toBe(200)
  await eventually(() => gateway.log().includes('the circuits are not kept'))
  expect(await askStatus(base)).toBe(200)
})

test('a log that nobody reads stalls no request, and what is missing is said when it goes on', async () => {
  await gateway.start()
  const { url } = await gateway.status()
  const asked = async () => (await fetch(`${url}/v1/models`)).status
  const readers = logReaders(gateway)
  expect(readers.length).toBeGreaterThan(0)
  for (const pid of readers) process.kill(pid, 'SIGSTOP')
  try {
    // More than the pipe and what may wait before it hold, at 60 bytes a line.
    for (let turn = 0; turn < 140; turn++) {
      const statuses = await Promise.all(Array.from({ length: 50 }, asked))
      expect(new Set(statuses)).toEqual(new Set([401]))
    }
  } finally {
    for (const pid of readers) process.kill(pid, 'SIGCONT')
  }
  await eventually(() =>
    /gateway: \d+ lines are missing here: the log was not read/.test(gateway.log()),
  )
  expect(await asked()).toBe(401)
})

function logReaders({ folder }: LiveGateway): number[] {
  const isReader = (pid: string) => contentOf(`/proc/${pid}/cmdline`)?.startsWith('dd\0')
  return readdirSync('/proc').flatMap((pid) => {
    const isOurs = isReader(pid) && readlinkSync(`/proc/${pid}/cwd`) === folder
    return isOurs ? [Number(pid)] : []
  })
}

test('a log that cannot be written costs no request, and goes on when it can', async () => {
  mkdirSync(gateway.folder, { recursive: true, mode: 0o700 })
  const log = join(gateway.folder, 'log')
  // A file on a full disk.
  symlinkSync('/dev/full', log)
  await gateway.start()
  const base = await gateway.base()
  expect(await askStatus(base)).toBe(200)
  rmSync(log)
  await expect
    .poll(async () => [await askStatus(base), gateway.log()].join(' '))
    .toMatch(/^200 .*gateway: at least \d+ lines are missing here: the log could not be written/s)
  expect(await askStatus(base)).toBe(200)
  await eventually(() => gateway.log().trimEnd().endsWith('claude/claude-haiku-5-5 answered'))
})

test('started from inside a session of its own, it takes no base URL and no token with it', async () => {
  const inside = {
    LLMSEL_GATEWAY_URL: 'http://127.0.0.1:1/s/llmsel-s-inside',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:1/s/llmsel-s-inside',
    ANTHROPIC_API_KEY: 'llmsel-s-inside',
    ANTHROPIC_AUTH_TOKEN: 'llmsel-s-inside',
    OPENAI_BASE_URL: 'http://127.0.0.1:1/s/llmsel-s-inside/v1',
    OPENAI_API_KEY: 'llmsel-s-inside',
    OLLAMA_HOST: 'http://127.0.0.1:1/s/llmsel-s-inside',
    LLM_MODEL: 'anthropic/claude-opus-5',
  }
  await gateway.ollama.close()
  const pid = await gateway.start(inside)
  expect(contentOf(`/proc/${pid}/environ`)).not.toMatch(/inside|LLM_MODEL/)
  expect((await ask(await gateway.base())).status).toBe(503)
  expect(gateway.claude.received).toHaveLength(0)
})

test('a supervisor that is told to end takes its worker with it', async () => {
  const folder = gateway.box.file('state/x', '').slice(0, -2)
  const child = spawn('sh', [
    SUPERVISOR,
    folder,
    LOGGER,
    'sh',
    '-c',
    `echo $$ >'${folder}/pid'; exec sleep 300`,
  ])
  const worker = Number(await eventually(() => contentOf(join(folder, 'pid'))))
  const [supervisor = 0] = spawnSync('ps', ['-o', 'ppid=', '-p', String(worker)], {
    encoding: 'utf8',
  })
    .stdout.split('\n')
    .map(Number)
  process.kill(supervisor, 'SIGTERM')
  await once(child, 'close')
  expect(contentOf(`/proc/${worker}/stat`)).toBeNull()
})
