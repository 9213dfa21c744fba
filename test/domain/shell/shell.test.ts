import { expect, test } from 'vitest'
import { ownShell } from '../../../src/domain/shell/shell.ts'

test.each([
  ['/bin/bash', 'bash'],
  ['/usr/local/bin/fish', 'fish'],
  ['zsh', 'zsh'],
  ['', ''],
  [undefined, ''],
])('SHELL=%s names %j', (SHELL, name) => {
  expect(ownShell({ SHELL })).toBe(name)
})
