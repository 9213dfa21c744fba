import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freshEnv, llmsel } from '../support/launcher.ts'

const NU = process.env['LLMSEL_TEST_NU'] ?? ''

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "llmsel it's nu "))
})
afterEach(() => rmSync(home, { recursive: true }))

describe.skipIf(NU === '')('nushell', () => {
  test('use puts a profile on the shell, and the next one leaves nothing of it', () => {
    const env = freshEnv(home)
    const code = llmsel(['init', 'nu'], env).stdout
    const file = join(home, 'use.nu')
    writeFileSync(
      file,
      `${code}
llmsel use haiku
print $env.ANTHROPIC_MODEL $env.CLAUDE_MODEL
llmsel use free
print $env.LLM_DEFAULT_PROVIDER ("CLAUDE_MODEL" in $env)
^llmsel which --short
`,
    )
    const { status, stdout, stderr } = spawnSync(NU, ['--no-config-file', file], {
      env: { ...env, XDG_CONFIG_HOME: home },
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout.split('\n').filter((line) => line !== '')).toEqual([
      'claude-haiku-5-5',
      'claude-haiku-5-5',
      'ollama',
      'false',
      'free llama3.2',
    ])
  })
})
