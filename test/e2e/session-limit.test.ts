import { beforeEach, expect, test } from 'vitest'
import { ask, ollama, ollamaReply } from '../support/ask.ts'
import { anthropicMessage, json } from '../support/fake-upstream.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { KEY, liveGateway } from '../support/live-gateway.ts'

const USAGE = { input_tokens: 10_000, output_tokens: 2000 }

const gateway = forEachTest(liveGateway)
beforeEach(() => {
  // $0.002 each.
  gateway.claude.answer(json(200, { ...anthropicMessage('hi'), usage: USAGE }))
  gateway.ollama.answer(ollama(ollamaReply))
})

async function listed(name: string): Promise<{ spentUsd: string | null; limit: string | null }> {
  const all: { name: string; spentUsd: string | null; limit: string | null }[] = JSON.parse(
    (await gateway.llmsel('session list --json')).stdout,
  )
  const found = all.find((session) => session.name === name)
  if (found === undefined) throw new Error(`no session ${name}`)
  return found
}

async function askTimes(base: string, count: number): Promise<(string | null)[]> {
  const targets: (string | null)[] = []
  for (let i = 0; i < count; i++) {
    const reply = await ask(base)
    await reply.arrayBuffer()
    targets.push(reply.headers.get('x-llmsel-target'))
  }
  return targets
}

test('a session shows what it spends, goes on with what is free at its limit, and keeps the limit', async () => {
  await gateway.start()
  const base = await gateway.inSession('ANTHROPIC_BASE_URL', 'budget --limit 0.004/day', {
    ANTHROPIC_API_KEY: KEY,
  })
  expect(await listed('budget')).toMatchObject({ spentUsd: null, limit: null })
  expect(await askTimes(base, 1)).toEqual(['claude/claude-haiku-5-5'])
  await expect
    .poll(async () => await listed('budget'))
    .toMatchObject({ spentUsd: '0.002', limit: '50% of $0.004/day' })
  await askTimes(base, 1)
  expect(await askTimes(base, 1)).toEqual(['ollama/llama3.2'])
  await expect
    .poll(async () => (await gateway.llmsel('session list')).stdout)
    .toContain('$0.004 (100% of $0.004/day)')
  // Killed, it knows all of it again.
  process.kill((await gateway.status()).pid, 'SIGKILL')
  await expect.poll(async () => (await gateway.status()).running).toBe(true)
  expect(await askTimes(base, 1)).toEqual(['ollama/llama3.2'])
  const again = await gateway.llmsel('session restart budget')
  expect(again.stderr).toBe('')
  expect(await askTimes(base, 1)).toEqual(['ollama/llama3.2'])
  expect(await listed('budget')).toMatchObject({ spentUsd: '0.004' })
})

test.each([
  ['--limit 5/week', 2, '--limit: "5/week" is not a limit'],
  ['--limit 5/day,6/day', 2, 'has two for one period'],
  ['--limit 5/day --no-gateway', 2, 'only the gateway can hold a limit'],
])('session new %s is refused before anything is made', async (words, code, message) => {
  const ran = await gateway.llmsel(`session new budget ${words} --run true`)
  expect(ran).toMatchObject({ code, stdout: '' })
  expect(ran.stderr).toContain(message)
  expect((await gateway.llmsel('session list --json')).stdout.trim()).toBe('[]')
})

test('a limit that the variable leaves without a gateway names the variable', async () => {
  const words = 'session new budget --limit 5/day --run true'
  const ran = await gateway.llmsel(words, { LLMSEL_GATEWAY_AUTOSTART: 'false' })
  expect(ran).toMatchObject({ code: 2, stdout: '' })
  expect(ran.stderr).toContain('and LLMSEL_GATEWAY_AUTOSTART is false\n')
  expect(ran.stderr).toContain('run: unset LLMSEL_GATEWAY_AUTOSTART\n')
})
