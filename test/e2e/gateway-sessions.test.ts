import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { ask, ASK, limited, ollama, ollamaReply } from '../support/ask.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { askStatus, KEY, liveGateway } from '../support/live-gateway.ts'
import { contentOf, eventually } from '../support/tmux.ts'

const gateway = forEachTest(liveGateway)

const OWN = 'sk-ant-of-the-session-0123456789'

test('session new starts the gateway and gives the session a token, which stop takes away', async () => {
  const base = await gateway.inSession('ANTHROPIC_BASE_URL', 'premium --name one', {
    ANTHROPIC_API_KEY: OWN,
  })
  expect(base).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/s\/llmsel-s-[\w-]{32}$/)
  expect((await gateway.status()).running).toBe(true)
  expect(await askStatus(base)).toBe(200)
  expect(gateway.claude.received[0]?.headers['x-api-key']).toBe(OWN)
  expect((await gateway.llmsel('session stop one')).code).toBe(0)
  expect(await askStatus(base)).toBe(401)
})

test('with --no-gateway none is started', async () => {
  expect(await gatewayOfSession('budget --no-gateway', {})).toBe('base=\n')
  expect((await gateway.status()).running).toBe(false)
})

test('with gateway.autostart=false none is started', async () => {
  expect((await gateway.llmsel('config set gateway.autostart false')).code).toBe(0)
  expect(await gatewayOfSession('budget', { LLMSEL_GATEWAY_AUTOSTART: undefined })).toBe('base=\n')
  expect((await gateway.status()).running).toBe(false)
})

async function gatewayOfSession(
  words: string,
  env: Record<string, string | undefined>,
): Promise<string> {
  const script = gateway.box.file('w.sh', 'echo "base=$LLMSEL_GATEWAY_URL"\n')
  const line = `session new ${words} --wait --run`
  await gateway.box.start([...line.split(' '), `bash ${script}`], env)
  return (await gateway.llmsel('session logs budget')).stdout
}

test('each of two sessions spends with its own key', async () => {
  const keys = ['sk-ant-of-the-first-0123456789', 'sk-ant-of-the-second-0123456789']
  const bases: string[] = []
  for (const [i, key] of keys.entries()) {
    const env = { ANTHROPIC_API_KEY: key }
    bases.push(await gateway.inSession('ANTHROPIC_BASE_URL', `budget --name s${i}`, env))
  }
  for (const base of bases) expect(await askStatus(base)).toBe(200)
  expect(gateway.claude.received.map(({ headers }) => headers['x-api-key'])).toEqual(keys)
})

test('no key is in the argv of a process, in the log or in a file that has a name', async () => {
  await gateway.start()
  const base = await gateway.inSession('ANTHROPIC_BASE_URL', 'budget --name one', {
    ANTHROPIC_API_KEY: OWN,
    OPENAI_API_KEY: 'sk-openai-of-the-session-0123456789',
  })
  await ask(base)
  await ask(base, { ...ASK, model: 'nobody-knows' }, { 'x-api-key': 'sk-ant-of-the-client' })
  await eventually(() => gateway.log().includes('404'))
  const secrets = [KEY, OWN, 'sk-openai-of', 'sk-ant-of-the-client', base.split('/s/')[1] ?? base]
  const argvs = readdirSync('/proc').map((name) => contentOf(`/proc/${name}/cmdline`) ?? '')
  for (const secret of secrets)
    expect([...argvs, ...gateway.kept()].filter((text) => text.includes(secret))).toEqual([])
})

test('a shell through the gateway hands over its keys as a session does', async () => {
  const pid = await gateway.start()
  const own = { ANTHROPIC_API_KEY: OWN, OPENAI_API_KEY: 'sk-openai-of-the-shell-0123456789' }
  const shell = 'eval "$(llmsel env budget --gateway)"; echo "$ANTHROPIC_BASE_URL"'
  const child = spawn('bash', ['-c', `${shell}; ${shell}`], { env: { ...gateway.box.env, ...own } })
  const [base = '', again] = (await text(child.stdout)).split('\n')
  expect(again).toBe(base)
  const openai = async () => {
    const body = JSON.stringify({ ...ASK, model: 'gpt-6-sol' })
    await (await fetch(`${base}/v1/chat/completions`, { method: 'POST', body })).text()
    return gateway.openai.received.at(-1)?.headers.authorization
  }
  expect(await openai()).toBe(`Bearer ${own.OPENAI_API_KEY}`)
  await ask(base)
  expect(gateway.claude.received.at(-1)?.headers['x-api-key']).toBe(OWN)
  process.kill(pid, 'SIGKILL')
  await expect.poll(async () => await askStatus(base)).toBe(200)
  expect(await openai()).toBe(`Bearer ${own.OPENAI_API_KEY}`)
  expect(gateway.kept().join('')).not.toContain(own.OPENAI_API_KEY)
})

test('use - comes back to a choice that went through the gateway', async () => {
  await gateway.start()
  const script = `eval "$(llmsel init bash)"
    for choice in 'budget --gateway' haiku -; do
      llmsel use $choice && echo "$LLMSEL_PROFILE $LLMSEL_GATEWAY_URL"
    done`
  const child = spawn('bash', ['-c', script], { env: gateway.box.env })
  const [through = '', direct, back] = (await text(child.stdout)).split('\n')
  expect(through).toMatch(/^budget http:.*\/s\/llmsel-/)
  expect({ direct, back }).toEqual({ direct: 'haiku ', back: through })
})

test('a session restarted on another profile keeps its token and asks the other’s model', async () => {
  const base = await gateway.inSession('ANTHROPIC_BASE_URL', 'budget --name one', {
    ANTHROPIC_API_KEY: OWN,
  })
  expect((await gateway.llmsel('session restart one --profile premium')).code).toBe(0)
  const told = join(gateway.box.cwd, 'one.told')
  await eventually(() => contentOf(told) === `${base}.`)
  expect(await askStatus(base)).toBe(200)
})

test('the crawler of a budget session gets its summaries through a rate limit', async () => {
  gateway.claude.answer(limited)
  gateway.ollama.answer(ollama(ollamaReply))
  const crawler = resolve(import.meta.dirname, '../../examples/workers/crawler_service.py')
  const { code } = await gateway.llmsel(`session new budget --wait --run ${crawler}`, {
    ANTHROPIC_API_KEY: OWN,
  })
  expect(code).toBe(0)
  const report = JSON.parse(readFileSync(join(gateway.box.cwd, 'crawler_report.json'), 'utf8'))
  expect(report.summaries).toMatchObject({ written: 6, problem: null })
  expect(gateway.claude.received).toHaveLength(1)
  const { hops } = JSON.parse((await gateway.llmsel('failover --profile budget --json')).stdout)
  expect(hops[0].circuit).toMatchObject({ state: 'open', reason: '429 rate limit' })
  expect(hops[1].circuit).toMatchObject({ state: 'closed', lastOutcome: 'answered' })
})
