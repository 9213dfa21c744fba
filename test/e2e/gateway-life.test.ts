import { createServer } from 'node:net'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { expect, test } from 'vitest'
import { isAlive } from '../../src/adapters/process-facts.ts'
import { ask } from '../support/ask.ts'
import { anthropicMessage, anthropicStream, fakeUpstream, json } from '../support/fake-upstream.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { askStatus, KEY, liveGateway } from '../support/live-gateway.ts'
import { nodeForTests } from '../support/node.ts'
import { contentOf, eventually } from '../support/tmux.ts'
import { until } from '../support/until.ts'

const gateway = forEachTest(liveGateway)

test('start, url, a request, status, logs, stop', async () => {
  const pid = await gateway.start()
  const again = await gateway.llmsel('gateway start')
  expect(again.stdout).toMatch(/^already runs at http:\/\/127\.0\.0\.1:\d+\n$/)
  const reply = await ask(await gateway.base())
  expect(await reply.json()).toMatchObject({ content: [{ text: 'hi' }] })
  expect(gateway.claude.received[0]?.headers['x-api-key']).toBe(KEY)
  expect(await gateway.status()).toMatchObject({
    running: true,
    pid,
    url: `http://127.0.0.1:${gateway.box.env['LLMSEL_GATEWAY_PORT']}`,
    sessions: 0,
    faults: [],
  })
  await eventually(() => gateway.log().includes('POST /v1/messages 200'))
  expect((await gateway.llmsel('gateway logs -n 1')).stdout).toMatch(
    /^\S+Z POST \/v1\/messages 200 \d+ ms - claude\/claude-haiku-5-5 answered\n$/,
  )
  expect(await gateway.llmsel('gateway stop')).toMatchObject({
    code: 0,
    stderr: 'the gateway has stopped\n',
  })
  expect(await gateway.llmsel('gateway stop')).toMatchObject({
    code: 0,
    stderr: 'no gateway runs\n',
  })
  expect((await gateway.llmsel('gateway status')).code).toBe(1)
  expect(await gateway.llmsel('gateway url')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('llmsel gateway start'),
  })
})

test('ten that start at once are one gateway', async () => {
  const runs = await Promise.all(
    Array.from({ length: 10 }, async () => await gateway.llmsel('gateway start --json')),
  )
  expect(runs.map(({ code }) => code)).toEqual(runs.map(() => 0))
  const { pid } = await gateway.status()
  expect(new Set(runs.map(({ stdout }) => JSON.parse(stdout).pid))).toEqual(new Set([pid]))
})

test('a slow start is waited for, and said', async () => {
  const first = '[ -e "$0.asked" ] || { : >"$0.asked"; sleep 3.5; }'
  const slow = gateway.box.file('bin/date', `#!/bin/sh\n${first}\nexec /bin/date "$@"\n`, 0o755)
  const path = `${dirname(slow)}:${gateway.box.env['PATH']}`
  expect(await gateway.llmsel('gateway start', { PATH: path })).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('the gateway is slow to start; waiting for it'),
  })
})

test('a port that something else has is left to it; the next one is taken and recorded', async () => {
  const port = Number(gateway.box.env['LLMSEL_GATEWAY_PORT'])
  const foreign = createServer((socket) => socket.end('220 not HTTP\r\n')).listen(port, '127.0.0.1')
  await once(foreign, 'listening')
  await gateway.start()
  expect((await gateway.status()).url).toBe(`http://127.0.0.1:${port + 1}`)
  expect(await askStatus(await gateway.base())).toBe(200)
  foreign.close()
})

test('stop lets a stream end, takes no more, and returns when the process is gone', async () => {
  let goOn = (): void => {}
  const told = new Promise<void>((resolve) => (goOn = resolve))
  const [first = '', ...rest] = anthropicStream('a', 'b')
  gateway.claude.answer(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(first + rest.slice(0, 2).join(''))
    await told
    response.end(rest.slice(2).join(''))
  })
  const pid = await gateway.start()
  const base = await gateway.base()
  const reply = await ask(base, { ...STREAMED })
  let hasReturned = false
  const stopping = gateway.llmsel('gateway stop').finally(() => (hasReturned = true))
  const listens = async () =>
    await fetch(`${base}/healthz`).then(
      () => true,
      () => false,
    )
  await until(async () => !(await listens()))
  expect(hasReturned).toBe(false)
  goOn()
  expect(await reply.text()).toBe([first, ...rest].join(''))
  expect(await stopping).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/the gateway has stopped\n$/),
  })
  expect(isAlive(pid)).toBe(false)
  // What it did is in the ledger.
  const spent = await gateway.llmsel('costs spent --json')
  expect(JSON.parse(spent.stdout)).toMatchObject({
    behind: false,
    total: { requests: 1, failedRequests: 0, uncertainRequests: 0 },
  })
})

test('restart during a stream does not cut it, and keeps the sessions and their keys', async () => {
  await gateway.start()
  const base = await gateway.inSession('ANTHROPIC_BASE_URL', 'budget', {
    ANTHROPIC_API_KEY: 'sk-ant-of-the-session-0123456789',
  })
  let goOn = (): void => {}
  const told = new Promise<void>((resolve) => (goOn = resolve))
  const [first = '', ...rest] = anthropicStream('a', 'b')
  gateway.claude.answer(
    async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      response.write(first + rest.slice(0, 2).join(''))
      await told
      response.end(rest.slice(2).join(''))
    },
    json(200, anthropicMessage('the new one')),
  )
  const before = await gateway.status()
  const reply = await ask(base, STREAMED)
  expect(await gateway.llmsel('gateway restart')).toMatchObject({ code: 0 })
  const after = await gateway.status()
  expect(after).toMatchObject({ running: true, url: before.url })
  expect(after.pid).not.toBe(before.pid)
  goOn()
  expect(await reply.text()).toBe([first, ...rest].join(''))
  expect(await (await ask(base)).json()).toMatchObject({ content: [{ text: 'the new one' }] })
  expect(gateway.claude.received.at(-1)?.headers['x-api-key']).toBe(
    'sk-ant-of-the-session-0123456789',
  )
})

test('a changed config is read without a request being lost', async () => {
  await gateway.start()
  const base = await gateway.base()
  const other = await fakeUpstream(json(200, anthropicMessage('from elsewhere')))
  const asking = (async () => {
    const texts: string[] = []
    while (!texts.at(-1)?.includes('elsewhere')) texts.push(await (await ask(base)).text())
    return texts
  })()
  const line = `config set providers.claude.baseUrl ${other.url}`
  expect((await gateway.llmsel(line)).code).toBe(0)
  const texts = await asking
  expect(texts.filter((text) => !/"text":"(hi|from elsewhere)"/.test(text))).toEqual([])
  await other.close()
})

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s ends it, and nothing starts it again',
  async (signal) => {
    const pid = await gateway.start()
    process.kill(pid, signal)
    await eventually(() => contentOf(`/proc/${pid}/stat`) === null)
    expect(await gateway.status()).toMatchObject({ running: false })
  },
)

test('run stays in the foreground until it is told to stop, as thrifty as a supervised one', async () => {
  const supervised = optionsOf(await gateway.start())
  await gateway.llmsel('gateway stop')
  const running = gateway.llmsel('gateway run', { ANTHROPIC_API_KEY: KEY })
  await expect.poll(async () => (await gateway.status()).running).toBe(true)
  expect(await askStatus(await gateway.base())).toBe(200)
  expect(supervised.some((option) => option.startsWith('--max-semi-space-size='))).toBe(true)
  expect(optionsOf((await gateway.status()).pid)).toEqual(supervised)
  expect((await gateway.llmsel('gateway run')).code).toBe(3)
  await gateway.llmsel('gateway stop')
  expect(await running).toMatchObject({ code: 0 })
})

test('run starts with a Node that does not know its options', async () => {
  const script = `#!/bin/sh
for word; do case $word in --liftoff-only) echo "node: bad option: $word" >&2; exit 9 ;; esac; done
exec ${nodeForTests()} "$@"
`
  const path = `${dirname(gateway.box.file('other/node', script, 0o755))}:${gateway.box.env['PATH']}`
  const running = gateway.llmsel('gateway run', { PATH: path })
  await expect.poll(async () => (await gateway.status()).running).toBe(true)
  await gateway.llmsel('gateway stop')
  expect(await running).toMatchObject({ code: 0, stderr: '' })
})

/** Node's own. */
function optionsOf(pid: number): string[] {
  const words = (contentOf(`/proc/${pid}/cmdline`) ?? '').split('\0').slice(1)
  return words.slice(
    0,
    words.findIndex((word) => !word.startsWith('--')),
  )
}

const STREAMED = {
  model: 'claude-haiku-5-5',
  max_tokens: 100,
  stream: true,
  messages: [{ role: 'user', content: 'hello' }],
}
