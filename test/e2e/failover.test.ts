import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ask, limited, ollama, ollamaReply } from '../support/ask.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { liveGateway } from '../support/live-gateway.ts'

const gateway = forEachTest(liveGateway)

const json = async (words: string) => JSON.parse((await gateway.llmsel(words)).stdout)

test('the chain with what each hop wants and how its circuit is, with a gateway and without', async () => {
  gateway.ollama.answer(ollama(ollamaReply))
  gateway.claude.answer(limited)
  const hop = {
    provider: expect.any(String),
    model: expect.any(String),
    ready: expect.any(Boolean),
    circuit: null,
  }
  const without = await json('failover --profile budget --json')
  expect(without).toMatchObject({ profile: 'budget', failover: true, gateway: null })
  expect(without.hops).toEqual(without.hops.map(() => expect.objectContaining(hop)))
  await gateway.start()
  await ask(await gateway.base())
  const { hops } = await json('failover status --profile budget --json')
  expect(hops[0]).toMatchObject({
    provider: 'claude',
    ready: true,
    circuit: { state: 'open', lastOutcome: 'rate-limited', nextProbe: expect.any(String) },
  })
  expect((await gateway.llmsel('failover reset claude-haiku-5-5')).stderr).toBe('1 circuit reset\n')
  expect((await json('failover --profile budget --json')).hops[0].circuit.state).toBe('closed')
  expect((await gateway.llmsel('failover reset nothing-such')).code).toBe(1)
})

test('set, off and on change the chain of the gateway that runs', async () => {
  gateway.claude.answer(limited)
  gateway.ollama.answer(ollama(ollamaReply))
  await gateway.start()
  const base = await gateway.base()
  const target = async () => {
    await gateway.llmsel('failover reset')
    return (await ask(base)).headers.get('x-llmsel-target')
  }
  expect((await gateway.llmsel('failover off --profile budget')).stderr).toMatch(/failover off/)
  expect(await target()).toBe('claude/claude-haiku-5-5')
  expect((await gateway.llmsel('failover on --profile budget')).code).toBe(0)
  expect(await target()).toBe('ollama/llama3.2')
  const set = await gateway.llmsel('failover set haiku qwen3:8b --profile budget')
  expect(set.stderr).toBe('budget: haiku → qwen3:8b\n')
  expect(await target()).toBe('ollama/qwen3:8b')
  expect((await gateway.llmsel('failover set nobody --profile budget')).code).toBe(2)
  expect((await gateway.llmsel('failover set haiku --profile sonnet')).code).toBe(2)
})

test('numbers of failover in the config hold for the gateway that runs', async () => {
  gateway.claude.answer((response) => response.writeHead(500).end())
  gateway.ollama.answer(ollama(ollamaReply))
  await gateway.start()
  const base = await gateway.base()
  expect((await gateway.llmsel('config set failover.failures 2')).code).toBe(0)
  expect((await gateway.llmsel('config set failover.awaySeconds 0')).code).toBe(0)
  // Tells the gateway, which would look by itself within a second.
  await gateway.llmsel('failover on --profile budget')
  for (let turn = 0; turn < 4; turn++) await ask(base)
  expect(gateway.claude.received).toHaveLength(2)
  expect((await json('failover --profile budget --json')).hops[0].circuit).toMatchObject({
    state: 'open',
    failures: 2,
  })
})

test('the drill shows each failure, asks no provider and leaves nothing behind', async () => {
  const folder = join(gateway.box.home, 'temporary')
  mkdirSync(folder)
  const { code, stdout, stderr } = await gateway.llmsel('failover drill --json', { TMPDIR: folder })
  expect([code, stderr]).toEqual([0, ''])
  const { profile, steps } = JSON.parse(stdout)
  expect(profile).toBe('budget')
  expect((await gateway.llmsel('failover drill --help')).stdout).toContain('(default: budget)')
  expect(steps.length).toBeGreaterThanOrEqual(5)
  expect(steps).toEqual(
    steps.map(() => ({
      failure: expect.any(String),
      trail: expect.any(Array),
      answer: expect.any(String),
      status: expect.any(Number),
      ms: expect.any(Number),
      asExpected: true,
    })),
  )
  expect((await gateway.llmsel('failover drill', { TMPDIR: folder })).code).toBe(0)
  for (const server of [gateway.claude, gateway.ollama, gateway.openai])
    expect(server.received).toEqual([])
  expect(readdirSync(folder)).toEqual([])
})

test.each(['premium', 'free'])(
  'the drill of %s, a chain of one, ends as expected',
  async (name) => {
    const { code, stdout } = await gateway.llmsel(`failover drill --profile ${name} --json`)
    const { profile, steps } = JSON.parse(stdout)
    expect([code, profile]).toEqual([0, name])
    expect(steps.length).toBeGreaterThanOrEqual(5)
  },
)

test('without a key, Ollama or the internet everything says so at once, in the same words', async () => {
  await Promise.all([gateway.claude, gateway.ollama, gateway.openai].map((each) => each.close()))
  const base = await gateway.inSession('ANTHROPIC_BASE_URL', 'budget')
  const reply = await fetch(`${base}/v1/messages`, {
    method: 'POST',
    body: JSON.stringify({ model: 'claude-haiku-5-5', max_tokens: 1, messages: [] }),
  })
  expect(reply.status).toBe(503)
  expect(reply.headers.get('x-should-retry')).toBe('false')
  const { error } = (await reply.json()) as { error: { message: string } }
  const reports = await Promise.all(
    ['failover --profile budget', 'gateway status', 'doctor'].map(
      async (words) => (await gateway.llmsel(words)).stdout,
    ),
  )
  const fixes = ['llmsel keys set claude', 'ollama serve', 'llmsel keys set openai']
  for (const fix of fixes) expect(error.message).toContain(fix)
  for (const report of reports.slice(0, 2)) {
    const text = report.replaceAll(/\s+/g, ' ')
    for (const fix of fixes) expect(text).toContain(fix)
  }
})
