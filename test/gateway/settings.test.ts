import { expect, test } from 'vitest'
import { parseSettings } from '../../src/domain/config/schema.ts'
import { readLive } from '../../src/gateway/settings.ts'
import type { ConfigStore, KeyStore } from '../../src/ports.ts'

/** With a command that prints this for Claude's key. */
async function readWith(printed: string): ReturnType<typeof readLive> {
  const config: Pick<ConfigStore, 'read'> = { read: () => parseSettings({}) }
  const keys: Pick<KeyStore, 'read'> = {
    read: () => ({ claude: { kind: 'command', command: 'pass show claude' } }),
  }
  const host = {
    env: {},
    config: config as ConfigStore,
    keys: keys as KeyStore,
    now: () => new Date('2026-11-30T12:00:00Z'),
    runCommand: async () => printed,
  }
  return await readLive(host, null)
}

test('what a key command prints is the key, without the line end', async () => {
  const { keys, faults } = await readWith('sk-ant-1\n')
  expect(keys[1]?.keys.claude).toEqual({ header: 'x-api-key', value: 'sk-ant-1' })
  expect(faults).toEqual([])
})

test('a key command that prints more than a key is a fault, which repeats nothing of it', async () => {
  const { keys, faults } = await readWith('sk-ant-1\nuser: me\n')
  expect(keys[1]?.keys).toEqual({})
  expect(faults).toEqual(['what is kept for claude is no key: it holds spaces or several lines'])
})
