import { expect, test } from 'vitest'
import { memoryConfig, memoryFragments, run } from '../support/run.ts'

test('--names prints the names and keeps them for the launcher', async () => {
  const fragments = memoryFragments()
  const config = memoryConfig({ profiles: { night: { model: 'haiku' } } })
  const { code, stdout } = await run('completion --names', { config, fragments })
  expect(code).toBe(0)
  expect(stdout).toContain('night\tprofile on claude-haiku-5-5\n')
  expect(fragments.kept).toEqual([
    {
      syntax: 'sh',
      name: '@names',
      text: stdout,
      configChangedAtNs: null,
      refreshedAtNs: null,
      until: '2026-11-30',
    },
  ])
})

test.each([
  ['completion', 'which shell? one of bash, zsh, fish'],
  ['completion tcsh', "'tcsh' is invalid"],
])('%s is a usage error', async (line, message) => {
  const { code, stderr } = await run(line)
  expect(code).toBe(2)
  expect(stderr).toContain(message)
})
