import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { anthropicMessage, anthropicStream, json } from '../support/fake-upstream.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { askStatus, KEY, liveGateway } from '../support/live-gateway.ts'
import { otherVersion } from '../support/other-version.ts'
import { contentOf, type Ran } from '../support/tmux.ts'
import { until } from '../support/until.ts'

const gateway = forEachTest(liveGateway)

/** The same machine with another version of llmsel. */
function version(number: string): (words: string) => Promise<Ran> {
  const launcher = otherVersion(join(gateway.box.home, number), number)
  return async (words) => {
    const child = spawn(launcher, words.split(' '), { env: gateway.box.env, cwd: gateway.box.cwd })
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    const { exitCode } = child
    return { code: exitCode ?? (await once(child, 'exit'))[0], stdout, stderr }
  }
}

const OWN = 'sk-ant-of-the-session-0123456789'
const STREAMED = {
  model: 'claude-haiku-5-5',
  max_tokens: 100,
  stream: true,
  messages: [{ role: 'user', content: 'hello' }],
}

test.each([
  ['gateway start', /^already runs at /],
  ['env budget --gateway --shell sh', /ANTHROPIC_BASE_URL/],
  ['session new budget --run true', /budget/],
])('a newer %s puts its own in the place of an older gateway', async (words, said) => {
  await gateway.start()
  const session = await gateway.inSession('ANTHROPIC_BASE_URL', 'budget --name mine', {
    ANTHROPIC_API_KEY: OWN,
  })
  const shell = await gateway.base()
  const before = await gateway.status()
  const { code, stdout, stderr } = await version('99.0.0')(words)
  expect({
    code,
    stderr: stderr.split('\n').filter((line) => line.includes('in its place')),
  }).toEqual({
    code: 0,
    stderr: [
      `llmsel: the gateway was of llmsel ${before.version}: one of 99.0.0 runs in its place; requests under way go on`,
    ],
  })
  expect(stdout).toMatch(said)
  const after = await gateway.status()
  expect(after).toMatchObject({ version: '99.0.0', url: before.url })
  await ask(shell)
  expect(gateway.claude.received.at(-1)?.headers['x-api-key']).toBe(KEY)
  await fetch(`${session}/v1/messages/count_tokens`, {
    method: 'POST',
    body: JSON.stringify(STREAMED),
  })
  expect(await askStatus(session)).not.toBe(401)
})

test('a stream goes on, sessions keep their keys, and so does the one after a crash', async () => {
  await gateway.start()
  const base = await gateway.inSession('ANTHROPIC_BASE_URL', 'budget', { ANTHROPIC_API_KEY: OWN })
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
  const reply = await ask(base, STREAMED)
  await version('99.0.0')('gateway start')
  goOn()
  expect(await reply.text()).toBe([first, ...rest].join(''))
  const keyOf = async () => {
    await expect.poll(async () => await askStatus(base)).toBe(200)
    return gateway.claude.received.at(-1)?.headers['x-api-key']
  }
  expect(await keyOf()).toBe(OWN)
  const { pid } = await gateway.status()
  process.kill(pid, 'SIGKILL')
  const back = async () => (await gateway.status()).version
  await expect.poll(back).toBe('99.0.0')
  expect(await keyOf()).toBe(OWN)
})

test('no request that it has taken is lost meanwhile', async () => {
  await gateway.start()
  const base = await gateway.base()
  const ends: unknown[] = []
  let isOver = false
  const asking = async () => {
    while (!isOver) ends.push(await askEnd(base))
  }
  const all = [asking(), asking(), asking()]
  const { stderr } = await version('99.0.0')('gateway start')
  expect(stderr).toContain('in its place')
  isOver = true
  await Promise.all(all)
  const answered = ends.filter((end) => end === 200).length
  expect(gateway.claude.received).toHaveLength(answered)
  // For some milliseconds nobody listens, after which every client tries again by itself.
  const refused = ['ECONNREFUSED', 'ECONNRESET']
  expect(ends.filter((end) => end !== 200 && !refused.includes(String(end)))).toEqual([])
})

async function askEnd(base: string): Promise<unknown> {
  try {
    const reply = await ask(base)
    await reply.text()
    return reply.status
  } catch (error) {
    const { cause } = error as Error
    return cause instanceof Error && 'code' in cause ? cause.code : cause
  }
}

test('of several that want its place one gets it, and all go on with that', async () => {
  await gateway.start()
  const newer = version('99.0.0')
  const runs = await Promise.all([1, 2, 3].map(async () => await newer('gateway start --json')))
  expect(runs.map(({ code }) => code)).toEqual([0, 0, 0])
  const { pid } = await gateway.status()
  expect(new Set(runs.map(({ stdout }) => JSON.parse(stdout).pid))).toEqual(new Set([pid]))
})

test('an older one leaves a newer gateway as it is, and says nothing', async () => {
  const { pid } = JSON.parse((await version('99.0.0')('gateway start --json')).stdout)
  expect(await gateway.llmsel('gateway start --json')).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(String(pid)),
    stderr: '',
  })
})

test('one that runs in the foreground is left to whoever started it', async () => {
  const ending = gateway.llmsel('gateway run', { ANTHROPIC_API_KEY: KEY })
  await expect.poll(async () => (await gateway.status()).running).toBe(true)
  const { stderr, stdout } = await version('99.0.0')('gateway start')
  expect(stderr).toMatch(
    /^llmsel: the gateway is of llmsel \S+ and in the foreground; start it again/,
  )
  expect(stdout).toMatch(/^already runs/)
  await gateway.llmsel('gateway stop')
  await ending
})

test('restart by hand keeps the keys that the one before was started with', async () => {
  await gateway.start()
  const base = await gateway.base()
  expect((await gateway.llmsel('gateway restart')).code).toBe(0)
  await ask(base)
  expect(gateway.claude.received.at(-1)?.headers['x-api-key']).toBe(KEY)
  await gateway.llmsel('gateway restart', { ANTHROPIC_AUTH_TOKEN: 'other-0123456789' })
  const bearer = async () => {
    await ask(base)
    return gateway.claude.received.at(-1)?.headers.authorization
  }
  // A connection that was open goes to the one before, once.
  await expect.poll(bearer).toBe('Bearer other-0123456789')
})

test('the old one lets a stream go on for gateway.drainSeconds, and not for longer', async () => {
  await gateway.llmsel('config set gateway.drainSeconds 3')
  const pid = await gateway.start()
  const [first = '', ...rest] = anthropicStream('a', 'b')
  gateway.claude.answer(async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(first + rest.slice(0, 2).join(''))
  })
  const reply = await ask(await gateway.base(), STREAMED)
  await version('99.0.0')('gateway start')
  expect((await gateway.status()).pid).not.toBe(pid)
  // The upstream never ends it: what came is passed on, and then one error.
  const text = await reply.text()
  expect(text.startsWith(first + rest.slice(0, 2).join(''))).toBe(true)
  expect(text.match(/^event: error$/gm)).toHaveLength(1)
  await until(() => contentOf(`/proc/${pid}/stat`) === null)
})
