import { expect, test } from 'vitest'
import { plainText } from '../../../src/domain/sessions/log-text.ts'

test.each([
  ['\u001b[1;31mred\u001b[0m\r\n', 'red\n'],
  ['10%\r20%\r100%\n', '100%\n'],
  ['\u001b]0;title\u0007text\u001b]8;;http://x\u001b\\link', 'textlink'],
  ['\u001b(B\u001b=\u001b[?25lx\u0008\u0007y', 'xy'],
  ['é 🙂\ttab\n', 'é 🙂\ttab\n'],
  ['cut \u001b[3', 'cut 3'],
])('%j reads %j', (raw, plain) => {
  expect(plainText(raw)).toBe(plain)
})
