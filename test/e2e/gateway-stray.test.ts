import { spawn } from 'node:child_process'
import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { isAlive } from '../../src/adapters/process-facts.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { askStatus, gatewayProcesses, liveGateway } from '../support/live-gateway.ts'
import { contentOf } from '../support/tmux.ts'
import { until } from '../support/until.ts'

const gateway = forEachTest(liveGateway)

test('one that lost its secret is named, is not doubled, and is stopped or restarted all the same', async () => {
  const pid = await gateway.start()
  const { url } = await gateway.status()
  const session = await gateway.inSession('ANTHROPIC_BASE_URL', 'budget')
  const lose = () => rmSync(join(gateway.folder, 'secret'))
  const words = `process ${pid} on port ${new URL(url).port} is a gateway of yours, and does not prove it`
  lose()
  for (const line of ['gateway start', 'gateway status', 'env budget --gateway --shell sh']) {
    expect(await gateway.llmsel(line)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(words),
    })
  }
  expect(await askStatus(session)).toBe(200)

  const restarted = await gateway.llmsel('gateway restart')
  expect(restarted).toMatchObject({ code: 0, stderr: expect.stringContaining(words) })
  expect(isAlive(pid)).toBe(false)
  const after = await gateway.status()
  expect(after).toMatchObject({ running: true, url })
  expect(await askStatus(session)).not.toBe(401)

  lose()
  expect(await gateway.llmsel('gateway stop')).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/does not prove it.*\nthe gateway has stopped\n$/),
  })
  expect(isAlive(after.pid)).toBe(false)
  await until(() => gatewayProcesses(gateway.box.home).length === 0)
})

test('one that is stopped for two seconds runs all the while', async () => {
  const pid = await gateway.start()
  process.kill(pid, 'SIGSTOP')
  const glance = await gateway.llmsel('--json')
  const asked = ['gateway status --json', 'gateway start --json', 'gateway url budget']
  const runs = asked.map(async (line) => await gateway.llmsel(line))
  await pause(2000)
  process.kill(pid, 'SIGCONT')
  expect(JSON.parse(glance.stdout).gateway).toMatchObject({ circuits: null })
  const [status, start, url] = await Promise.all(runs)
  expect(JSON.parse(status?.stdout ?? '')).toMatchObject({ running: true, pid })
  expect(JSON.parse(start?.stdout ?? '')).toMatchObject({ started: false, pid })
  expect(url).toMatchObject({ code: 0, stderr: '' })
})

test('one that is found nowhere for a second, as while another takes its place, is waited for', async () => {
  await gateway.start()
  const path = join(gateway.folder, 'gateway.json')
  const record = contentOf(path) ?? ''
  const write = (text: string) => {
    writeFileSync(`${path}.new`, text)
    renameSync(`${path}.new`, path)
  }
  // Where nobody listens.
  write(record.replace(/"port":\d+/, '"port":1'))
  const runs = ['gateway status --json', 'gateway url budget', 'gateway open --print'].map(
    async (line) => await gateway.llmsel(line),
  )
  await pause(1000)
  write(record)
  for (const run of await Promise.all(runs)) expect(run).toMatchObject({ code: 0, stderr: '' })
})

test.each(['', '{"port":99999,"pid":1}', '{"port":1.5,"pid":2}', null])(
  'a gateway whose record has become %j is found again',
  async (text) => {
    const pid = await gateway.start()
    const path = join(gateway.folder, 'gateway.json')
    if (text === null) rmSync(path)
    else writeFileSync(path, text)
    await expect.poll(async () => await gateway.status()).toMatchObject({ running: true, pid })
    expect(await gateway.llmsel('gateway stop')).toMatchObject({ code: 0 })
    expect(isAlive(pid)).toBe(false)
  },
)

test('one that has died is not started again after a stop', async () => {
  let pid = await gateway.start()
  for (let deaths = 0; deaths < 2; deaths++) {
    const dead = pid
    process.kill(dead, 'SIGKILL')
    await expect.poll(async () => (pid = (await gateway.status()).pid ?? dead)).not.toBe(dead)
  }
  // Then the next one begins after two seconds.
  process.kill(pid, 'SIGKILL')
  expect(await gateway.llmsel('gateway stop')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('the gateway has stopped'),
  })
  await until(() => gatewayProcesses(gateway.box.home).length === 0)
})

test('a process that only has the id of a gateway is let be', async () => {
  const pid = await gateway.start()
  const record = contentOf(join(gateway.folder, 'gateway.json')) ?? ''
  await gateway.llmsel('gateway stop')
  const other = spawn('sleep', ['60'])
  try {
    const text = record.replace(`"pid":${pid}`, `"pid":${other.pid}`)
    writeFileSync(join(gateway.folder, 'gateway.json'), text, { mode: 0o600 })
    expect(await gateway.llmsel('gateway stop')).toMatchObject({ stderr: 'no gateway runs\n' })
    expect(other.exitCode ?? other.signalCode).toBeNull()
  } finally {
    other.kill()
  }
})
