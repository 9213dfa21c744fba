import { expect, test } from 'vitest'
import { LlmselError } from '../../src/domain/errors.ts'
import type { Repair } from '../../src/domain/doctor/finding.ts'
import type { Surroundings } from '../../src/ports.ts'
import { HEALTHY } from '../support/machine.ts'
import { bareMachine, memoryConfig, run } from '../support/run.ts'

function around(changes: Partial<Surroundings> = {}) {
  const surroundings = { ...bareMachine, machine: async () => HEALTHY, ...changes }
  return { openSurroundings: async () => surroundings }
}

const config = { path: '/c', mode: 0o644, mine: true }
const files = { ...HEALTHY.files, config, oldFragments: ['/s/env/0.0.9'] }
const untidy = { machine: async () => ({ ...HEALTHY, files }) }

test('--json is one document of one shape; nothing broken is exit 0', async () => {
  const { code, stdout } = await run('doctor --json', around())
  expect(code).toBe(0)
  const { findings, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({})
  expect(findings[0]).toEqual({
    check: 'node',
    state: 'ok',
    message: 'Node.js 22.11.0',
    fix: null,
    fixed: false,
  })
})

test('something broken is exit 1, with the command that mends it', async () => {
  const tmux = { ...HEALTHY.tmux, version: null }
  const machine = async () => ({ ...HEALTHY, tmux })
  const { code, stdout } = await run('doctor', around({ machine }))
  expect(code).toBe(1)
  expect(stdout).toContain(
    'broken\ttmux\ttmux is not installed: there can be no sessions\tinstall it: apt\n',
  )
  const streams = { isTty: true } as never
  expect((await run('doctor', { ...around({ machine }), streams })).stdout).toContain(
    'broken  tmux is not installed: there can be no sessions\n        → install it: apt\n',
  )
})

test('--fix mends the safe ones and says what it did; without it nothing is touched', async () => {
  const repairs: Repair[] = []
  const ports = around({ ...untidy, repair: (repair) => void repairs.push(repair) })
  expect((await run('doctor', ports)).stdout).toContain('warning\tpermissions\tothers can read /c')
  expect(repairs).toEqual([])
  const { stdout } = await run('doctor --fix --json', ports)
  expect(repairs).toEqual([
    { kind: 'private', path: '/c' },
    { kind: 'remove-fragments', paths: ['/s/env/0.0.9'] },
  ])
  const fixed = JSON.parse(stdout).findings.filter((row: { fixed: boolean }) => row.fixed)
  expect(fixed).toEqual([
    {
      check: 'permissions',
      state: 'ok',
      message: 'others can read /c (0644): made it 0600',
      fix: null,
      fixed: true,
    },
    {
      check: 'fragments',
      state: 'ok',
      message: 'other versions of llmsel left behind: /s/env/0.0.9: removed',
      fix: null,
      fixed: true,
    },
  ])
})

test('what could not be mended stays a finding', async () => {
  const repair = () => {
    throw new LlmselError('io', 'EPERM')
  }
  const { stdout } = await run('doctor --fix', around({ ...untidy, repair }))
  expect(stdout).toContain('others can read /c (0644): could not be mended: EPERM\tchmod 600 /c')
})

test('a config that cannot be read is a finding, and the rest is looked at all the same', async () => {
  const broken = {
    ...memoryConfig(),
    read: () => {
      throw new LlmselError('invalid-config', '/c is not JSON', { hint: 'mend it in an editor' })
    },
  }
  const { code, stdout } = await run('doctor', { ...around(), config: broken })
  expect(code).toBe(1)
  expect(stdout).toContain('broken\tconfig\t/c is not JSON\tmend it in an editor\n')
  expect(stdout).toContain('ok\tmodels\t')
})
