import { expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { anthropicMessage, json } from '../support/fake-upstream.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { liveGateway } from '../support/live-gateway.ts'

const CLIENTS = 50

const gateway = forEachTest(liveGateway)

/** What one request ended in: the whole answer, or null where the connection broke. */
async function once(base: string, mark: string): Promise<string | null> {
  const messages = [{ role: 'user', content: mark }]
  try {
    const reply = await ask(base, { model: 'claude-haiku-5-5', max_tokens: 9, messages })
    const text = await reply.text()
    return reply.status === 200 ? text : `${reply.status} ${text}`
  } catch {
    return null
  }
}

test('killed under way and again, the gateway comes back, and each client gets its own answer', async () => {
  gateway.claude.answer((response, request) => {
    const mark = /mark-\d+-\d+/.exec(request.body)?.[0] ?? ''
    return setTimeout(() => json(200, anthropicMessage(mark))(response, request), 30)
  })
  await gateway.start()
  const base = await gateway.base()
  let broken = 0
  let going = true
  const client = async (id: number) => {
    const wrong: string[] = []
    for (let i = 0; going || i === 0;) {
      const mark = `mark-${id}-${i}`
      const text = await once(base, mark)
      if (text === null) {
        broken++
        // Its client waits for a moment, as they all do, and asks again.
        await new Promise((resolve) => setTimeout(resolve, 20))
        continue
      }
      if (!text.includes(`"text":"${mark}"`)) wrong.push(text)
      i++
    }
    return wrong
  }
  const clients = Array.from({ length: CLIENTS }, async (_, id) => await client(id))
  for (let kill = 0; kill < 2; kill++) {
    const { pid } = await gateway.status()
    const before = gateway.claude.received.length
    await expect.poll(() => gateway.claude.received.length).toBeGreaterThan(before + CLIENTS)
    process.kill(pid, 'SIGKILL')
    await expect.poll(async () => (await gateway.status()).pid ?? pid).not.toBe(pid)
  }
  going = false
  expect((await Promise.all(clients)).flat()).toEqual([])
  expect(broken).toBeGreaterThan(0)
  const { stdout } = await gateway.llmsel('failover --profile budget --json')
  // What the gateway's own death broke is no failure of the provider.
  expect(JSON.parse(stdout).hops[0].circuit?.state ?? 'closed').toBe('closed')
})
