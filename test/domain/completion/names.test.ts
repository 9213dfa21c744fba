import { expect, test } from 'vitest'
import { nameLines, namesChangeOn } from '../../../src/domain/completion/names.ts'
import { parseKey } from '../../../src/domain/config/keys.ts'
import { parseSettings } from '../../../src/domain/config/schema.ts'
import { profileSource } from '../../../src/domain/config/source.ts'

const settings = parseSettings({
  profiles: { night: { model: 'qwen3:8b' }, broken: { model: 'nothing-of-that-name' } },
  pins: { haiku: 'claude-haiku-4-5-20251001' },
  providers: { ollama: { model: 'qwen3:8b' } },
})

function namesOn(day: string): Map<string, string> {
  const lines = nameLines(profileSource(settings, {}, new Date(`${day}T12:00:00Z`))).split('\n')
  return new Map(
    lines.slice(0, -1).map((line): [string, string] => {
      const [name = '', about = ''] = line.split('\t')
      return [name, about]
    }),
  )
}

test.each([
  ['premium', 'profile on claude-sonnet-5-5'],
  ['night', 'profile on qwen3:8b'],
  ['broken', 'profile'],
  ['sonnet', 'alias of claude-sonnet-5-5'],
  ['haiku', 'alias of claude-haiku-4-5-20251001'],
  ['ollama', 'alias of qwen3:8b'],
  ['sonnet-4.6', 'fixed alias of claude-sonnet-4-6'],
  ['haiku-3.5', 'retired 2026-02-19'],
  ['claude-opus-5-5', 'model of claude'],
  ['qwen3:8b', 'model of ollama'],
  ['default', 'setting'],
  ['pins.gpt', 'setting'],
  ['profiles.night.chain', 'setting'],
  ['providers.openai.baseUrl', 'setting'],
])('%s is a %s', (name, about) => {
  expect(namesOn('2026-11-22').get(name)).toBe(about)
})

test('every setting is one that config set takes', () => {
  const keys = [...namesOn('2026-11-22')].filter(([, about]) => about === 'setting')
  expect(keys.length).toBeGreaterThan(20)
  for (const [key] of keys) expect(parseKey(key).join('.')).toBe(key)
})

test('the lines are true until the first change of any name', () => {
  const source = profileSource(settings, {}, new Date('2026-09-20T12:00:00Z'))
  expect(namesChangeOn(source)).toBe('2026-09-22')
  expect(namesOn('2026-09-21').get('opus')).not.toBe(namesOn('2026-09-22').get('opus'))
})
