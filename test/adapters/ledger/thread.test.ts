import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openThread } from '../../../src/adapters/ledger/thread.ts'
import { until } from '../../support/until.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmsel-thread-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

const options = () => ({
  place: { path: join(folder, 'ledger.db') },
  folder: join(folder, 'ledger'),
  owner: 'nobody',
  machine: 'here',
  retentionDays: null,
  cacheKb: null,
})

const ECHO = `
const { parentPort: port, workerData } = require('node:worker_threads')
const { existsSync } = require('node:fs')
port.on('message', ({ id, name }) => {
  if (existsSync(workerData.folder)) throw new Error('out of luck')
  port.postMessage({ id, value: name })
  if (name === 'close') port.close()
})`

test('a thread that dies fails those who wait, and is begun anew', async () => {
  const script = join(folder, 'script.cjs')
  writeFileSync(script, ECHO)
  const { service, ended } = openThread(script, options())
  expect(await service.drain()).toBe('drain')
  writeFileSync(join(folder, 'ledger'), '')
  const waiting = [service.drain(), service.put([])]
  for (const each of waiting) await expect(each).rejects.toThrow(/has died: out of luck/)
  await expect(service.drain()).rejects.toThrow(/has died/)
  rmSync(join(folder, 'ledger'))
  await until(async () => (await service.drain().catch(() => null)) !== null)
  const end = ended()
  await service.close(true)
  await end
})

test('a script that is not there is a failure like any other', async () => {
  const { service } = openThread(join(folder, 'gone.cjs'), options())
  await expect(service.drain()).rejects.toMatchObject({ code: 'io' })
})
