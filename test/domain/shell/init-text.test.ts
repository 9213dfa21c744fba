import { expect, test } from 'vitest'
import { initText } from '../../../src/domain/shell/init-text.ts'

test.each(['bash', 'zsh', 'fish', 'powershell', 'nu'] as const)(
  'the text for %s',
  async (shell) => {
    const text = initText(shell, { version: '1.2.3', completionsFolder: "/opt/it's/completions" })
    await expect(text).toMatchFileSnapshot(`init.${shell}.txt`)
  },
)
