import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openLedgerReader } from '../../src/adapters/ledger/command.ts'
import type { Entry } from '../../src/domain/ledger/merge.ts'
import { ask } from '../support/ask.ts'
import { anthropicMessage, json } from '../support/fake-upstream.ts'
import { isRunning } from '../support/fleet.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { liveGateway, type LiveGateway } from '../support/live-gateway.ts'

const CLIENTS = 30
const KILLS = 4

const gateway = forEachTest(liveGateway)

async function entriesOf({ box }: LiveGateway): Promise<Entry[]> {
  const reader = await openLedgerReader({ state: join(box.home, '.local/state/llmsel'), url: null })
  const entries: Entry[] = []
  for await (const rows of reader.attempts({ range: null, where: {} })) entries.push(...rows)
  await reader.close()
  return entries
}

/** The id of its answer; null where the connection broke. */
async function once(base: string): Promise<string | null> {
  try {
    const reply = await ask(base)
    const [, id = null] = /"id":"(msg_\d+)"/.exec(await reply.text()) ?? []
    return id
  } catch {
    return null
  }
}

test('killed at any moment, what it has answered is in the ledger once, and what it was cut off from is an estimate', async () => {
  let count = 0
  gateway.claude.answer((response, request) => {
    const id = `msg_${++count}`
    const answer = json(200, { ...anthropicMessage('well'), id })
    return setTimeout(() => answer(response, request), count % 40)
  })
  await gateway.start()
  const base = await gateway.base()
  const answered: string[] = []
  let going = true
  const client = async () => {
    while (going) {
      const id = await once(base)
      if (id === null) await new Promise((resolve) => setTimeout(resolve, 20))
      else answered.push(id)
    }
  }
  const clients = Array.from({ length: CLIENTS }, client)
  for (let kill = 0; kill < KILLS; kill++) {
    const { pid } = await gateway.status()
    const before = answered.length
    await expect.poll(() => answered.length).toBeGreaterThan(before + 77)
    process.kill(pid, 'SIGKILL')
    await expect.poll(async () => (await gateway.status()).pid ?? pid).not.toBe(pid)
  }
  going = false
  await Promise.all(clients)
  const { pid } = await gateway.status()
  await gateway.llmsel('gateway stop')
  // It stores what has ended after it has left the port.
  await expect.poll(() => isRunning(pid)).toBe(false)
  const entries = await entriesOf(gateway)
  const known = entries.filter(({ answerId }) => answerId !== null)
  const byAnswer = new Map(known.map((entry) => [entry.answerId, entry]))
  expect(byAnswer.size).toBe(known.length)
  expect(answered.filter((id) => byAnswer.get(id)?.mark !== 'final')).toEqual([])
  expect(new Set(known.map(({ picoUsd }) => picoUsd))).toEqual(
    new Set([25n * 100_000n + 15n * 500_000n]),
  )
  const cut = entries.filter(({ outcome }) => outcome === 'cut')
  expect(new Set(cut.map(({ mark }) => mark))).toEqual(new Set(['estimated']))
  // Each that the provider got is there; one more may have been begun and not been sent.
  expect(entries.length).toBeGreaterThanOrEqual(gateway.claude.received.length)
  expect(cut.length).toBeLessThanOrEqual(KILLS * CLIENTS)
})

test('a report has the answer that came just before it', async () => {
  await gateway.start()
  const base = await gateway.base()
  for (const requests of [1, 2]) {
    await once(base)
    const { stdout } = await gateway.llmsel('costs spent --json')
    expect(JSON.parse(stdout).total).toMatchObject({ requests })
  }
})

test('a ledger that cannot be written stops no request, and gateway status says what to do', async () => {
  const state = join(gateway.box.home, '.local/state/llmsel')
  mkdirSync(state, { recursive: true })
  writeFileSync(join(state, 'ledger.db'), 'no database at all, but long enough to be read as one')
  await gateway.start()
  expect(await once(await gateway.base())).toBe('msg_1')
  await expect
    .poll(async () => (await gateway.llmsel('gateway status')).stdout)
    .toMatch(/ledger: the ledger .*ledger\.db is damaged[^]*1 attempt waits, 0 lost/)
  rmSync(join(state, 'ledger.db'))
  await expect
    .poll(async () => (await gateway.llmsel('gateway status')).stdout)
    .not.toContain('ledger:')
  await gateway.llmsel('gateway stop')
  expect(await entriesOf(gateway)).toMatchObject([{ answerId: 'msg_1', mark: 'final' }])
})
