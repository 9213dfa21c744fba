import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { literalFormat, quoteTmux } from '../../src/domain/sessions/tmux-text.ts'
import { sandbox, type Sandbox } from '../support/tmux.ts'

let box: Sandbox

beforeAll(() => {
  box = sandbox()
  box.tmux('new-session', '-d', '-s', 'base', 'sleep 600')
})

afterAll(() => {
  box.close()
})

function feed(script: string): void {
  const socket = box.env['LLMSEL_TMUX_SOCKET'] ?? ''
  const words = ['-u', '-L', socket, 'source-file', '-']
  const { stderr } = spawnSync('tmux', words, { env: box.env, input: script, encoding: 'utf8' })
  expect(stderr).toBe('')
}

/** No NUL, which no variable can hold, and no lone surrogates, which are no text. */
const TEXT = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom(...'~;"$\\#{}[],%()`\n\t\u001b !éa0'.split(''), "'", '#[', '##['),
      maxLength: 20,
    }),
  )
  .filter((text) => Buffer.from(text).toString() === text && !text.includes('\0'))

test('any text is one word of a command file, and arrives as it is', () => {
  fc.assert(
    fc.property(fc.array(TEXT, { minLength: 1, maxLength: 20 }), (values) => {
      const commands = values.map(
        (value, index) => `set-environment -t "=base:" V${index} ${quoteTmux(value)}`,
      )
      feed(`${commands.join(' ; ')}\n`)
      for (const [index, value] of values.entries()) {
        const [shown] = box.tmux('show-environment', '-t', '=base:', `V${index}`).split('\n')
        // A value of several lines is shown as such; the first one tells whether the quoting held.
        expect(shown?.trimEnd()).toBe(`V${index}=${value.split('\n')[0]}`.trimEnd())
      }
    }),
    { numRuns: 30 },
  )
})

test('a format made literal is expanded to itself', () => {
  fc.assert(
    fc.property(TEXT, (value) => {
      feed(`set-option -F -t "=base:" @v ${quoteTmux(literalFormat(value))}\n`)
      const [shown] = box.tmux('show-options', '-v', '-t', '=base:', '@v').split('\n')
      expect(shown?.trimEnd()).toBe(value.split('\n')[0]?.trimEnd())
    }),
    { numRuns: 60 },
  )
})
