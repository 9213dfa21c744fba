import { afterEach, expect, test } from 'vitest'
import { parseSettings } from '../../src/domain/config/schema.ts'
import { profileSource } from '../../src/domain/config/source.ts'
import type { Live } from '../../src/gateway/settings.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'
import { until } from '../support/until.ts'

let gateway: TestGateway
afterEach(async () => await gateway.close())

function withProfile(before: Live, name: string): Live {
  const settings = parseSettings({ profiles: { [name]: { model: 'haiku' } } })
  return { ...before, settings, source: profileSource(settings, {}, new Date()) }
}

async function knows(profile: string): Promise<boolean> {
  const reply = await gateway.control('chain', { profile, token: null })
  await reply.arrayBuffer()
  return reply.ok
}

test('what a slow reload has read never takes the place of what a later one has', async () => {
  const ends: (() => void)[] = []
  gateway = await testGateway({
    readLive: async (before) => {
      const name = `read${ends.length + 1}`
      await new Promise<void>((resolve) => ends.push(resolve))
      return withProfile(before, name)
    },
  })
  const first = gateway.control('reload')
  await until(() => ends.length === 1)
  const second = gateway.control('reload')
  await until(() => ends.length === 2)
  ends[1]?.()
  await second
  expect(await knows('read2')).toBe(true)
  ends[0]?.()
  await first
  expect([await knows('read1'), await knows('read2')]).toEqual([false, true])
})
