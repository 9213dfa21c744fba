import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openAgentLogs } from '../../src/adapters/agent-logs.ts'
import { openLedgerReader } from '../../src/adapters/ledger/command.ts'
import { openLedgerImport } from '../../src/adapters/ledger/import.ts'
import type { AgentLogs, Context } from '../../src/ports.ts'
import { ledgerScript } from '../support/ledger-script.ts'
import { ledgerState, type LedgerState } from '../support/ledger-state.ts'
import { answer } from '../support/logs.ts'
import { until } from '../support/until.ts'

let ledger: LedgerState
beforeEach(() => {
  ledger = ledgerState()
})
afterEach(() => ledger.remove())

/** More than three batches. */
const ANSWERS = 9000

function writeLog(): void {
  const path = join(ledger.folder, 'home/.claude/projects/-home-me/session.jsonl')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, Array.from({ length: ANSWERS }, (_, i) => answer({ id: `a${i}` })).join(''))
}

/** The real thread, which dies once: with the batch of that number, or after its answer. */
function mortalScript(batch: number, when: 'with' | 'after'): string {
  const [path, died] = [join(ledger.folder, 'mortal.cjs'), join(ledger.folder, 'died')]
  const code = `
const { parentPort } = require('node:worker_threads')
const { existsSync, writeFileSync } = require('node:fs')
const die = () => {
  if (existsSync(${JSON.stringify(died)})) return
  writeFileSync(${JSON.stringify(died)}, '')
  throw new Error('out of luck')
}
let [asked, answered] = [0, 0]
parentPort.on('message', ({ name }) => {
  if (name === 'putLogged' && ++asked === ${batch} && '${when}' === 'with') die()
})
const post = parentPort.postMessage.bind(parentPort)
parentPort.postMessage = (message) => {
  post(message)
  const isKept = message.value?.added !== undefined
  if (isKept && ++answered === ${batch} && '${when}' === 'after') setTimeout(die, 100)
}
require(${JSON.stringify(ledgerScript())})`
  writeFileSync(path, code)
  return path
}

/** Reading pauses before the batch of that number, for longer than a thread is not begun anew. */
function slowLogs(slow: number): AgentLogs {
  const logs = openAgentLogs({ HOME: join(ledger.folder, 'home') })
  return {
    read: async function* (agent, cursor) {
      let count = 0
      for await (const batch of logs.read(agent, cursor)) {
        if (++count === slow) {
          await until(async () => existsSync(join(ledger.folder, 'died')))
          await setTimeout(1500)
        }
        yield batch
      }
    },
  }
}

function withLedger(script: string, slow: number): Partial<Context> {
  return {
    openLedgerImport: async (url) => openLedgerImport({ state: ledger.folder, url, script }),
    openAgentLogs: async () => slowLogs(slow),
  }
}

async function kept(): Promise<number> {
  const reader = await openLedgerReader({ state: ledger.folder, url: null })
  let count = 0
  for await (const page of reader.attempts({ range: null, where: {} })) count += page.length
  await reader.close()
  return count
}

test.each([
  ['the next follows at once', 2, 99],
  ['the next takes long to be read, and another thread is there for it', 2, 3],
])('the thread dies with a batch: nothing is lost or counted twice: %s', async (_, dies, slow) => {
  writeLog()
  const ran = await ledger.costs(
    'import --from claude-code',
    false,
    withLedger(mortalScript(dies, 'with'), slow),
  )
  expect(existsSync(join(ledger.folder, 'died'))).toBe(true)
  expect(ran).toMatchObject({ code: 1, stdout: '' })
  expect(ran.stderr).toContain('out of luck\nnothing is lost: try again\n')
  const before = await kept()
  expect(before).toBeLessThan(ANSWERS)
  const { code, stdout } = await ledger.costs('import --from claude-code')
  const added = ANSWERS - before
  expect({ code, stdout }).toEqual({ code: 0, stdout: `claude-code\t${added}\t0\t0\t0\t0\n` })
  expect(await kept()).toBe(ANSWERS)
})

test('the thread dies between two batches: another one goes on', async () => {
  writeLog()
  const more = withLedger(mortalScript(1, 'after'), 2)
  const { code, stdout } = await ledger.costs('import --from claude-code', false, more)
  expect(existsSync(join(ledger.folder, 'died'))).toBe(true)
  expect({ code, stdout }).toEqual({ code: 0, stdout: `claude-code\t${ANSWERS}\t0\t0\t0\t0\n` })
  expect(await kept()).toBe(ANSWERS)
})
