import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  diff,
  hasBlock,
  isNewFile,
  withBlock,
  withoutBlock,
} from '../../../src/domain/shell/rc-block.ts'

const BODY = ['# how to remove it', 'the line #']
const BLOCK = '# >>> llmsel >>>\n# how to remove it\nthe line #\n# <<< llmsel <<<\n'

test('the block stands at the end, and once', () => {
  expect(withBlock('a\n', BODY)).toBe(`a\n${BLOCK}`)
  expect(withBlock('', BODY)).toBe(BLOCK)
  expect(withBlock(`a\n${BLOCK}b\n`, ['new'])).toBe(
    'a\n# >>> llmsel >>>\nnew\n# <<< llmsel <<<\nb\n',
  )
})

test('of two old blocks the first is replaced and the second removed', () => {
  const text = `a\n${BLOCK}b\n${BLOCK}c\n`
  expect(withBlock(text, BODY)).toBe(`a\n${BLOCK}b\nc\n`)
  expect(withoutBlock(text)).toBe('a\nb\nc\n')
})

test('a file with CRLF gets CRLF', () => {
  expect(withBlock('a\r\nb\r\n', BODY)).toBe(`a\r\nb\r\n${BLOCK.replaceAll('\n', '\r\n')}`)
  expect(withBlock('a\r\nb', BODY)).toContain('a\r\nb\r\n# >>> llmsel >>> (no newline above)\r\n')
})

test('lines that were added below the block since stay lines of their own', () => {
  expect(withoutBlock(`${withBlock('a', BODY)}b\n`)).toBe('a\nb\n')
})

test('a file that the block made is gone without it, unless something else is in it', () => {
  const made = withBlock(null, BODY)
  expect(isNewFile(made)).toBe(true)
  expect(withoutBlock(made)).toBeNull()
  expect(withoutBlock(withBlock(made, ['new']))).toBeNull()
  expect(withoutBlock(`${made}b\n`)).toBe('b\n')
  expect(withoutBlock(null)).toBeNull()
})

test('an end marker without its newline is one', () => {
  expect(withoutBlock(`a\n${BLOCK.trimEnd()}`)).toBe('a\n')
  expect(withBlock(`a\n${BLOCK.trimEnd()}`, BODY)).toBe(`a\n${BLOCK}`)
})

test.each([
  ['no end', `a\nb\n# >>> llmsel >>>\nmine\n`, 'line 3 begins a block of llmsel that no line ends'],
  ['no end before the next block', `# >>> llmsel >>> (new file)\n${BLOCK}`, 'line 1 begins'],
  ['no beginning', `a\n# <<< llmsel <<<\r\nmine\n`, 'line 2 ends a block of llmsel that no line'],
])('markers with %s are refused with the line', (_name, text, message) => {
  expect(() => withBlock(text, BODY)).toThrow(message)
  expect(() => withoutBlock(text)).toThrow(message)
})

/** Bytes as chars, rich in what could be taken for a marker or a line's end. */
const anyText = fc
  .array(
    fc.oneof(
      fc.constantFrom('\n', '\r\n', '\r', '', '# >>> llmsel', ' # >>> llmsel >>>', '<<<', '\0'),
      fc.string({
        unit: fc.integer({ min: 0, max: 255 }).map((byte) => String.fromCharCode(byte)),
      }),
    ),
  )
  .map((parts) => parts.join(''))
  .filter((text) => !/^# (?:>>> llmsel >>>|<<< llmsel <<<\r?$)/m.test(text))

const anyFile = fc.option(anyText, { nil: null })

test('taking the block out gives back any file, byte for byte', () => {
  fc.assert(
    fc.property(anyFile, (text) => {
      const installed = withBlock(text, BODY)
      expect(hasBlock(installed)).toBe(true)
      expect(withoutBlock(installed)).toBe(text)
      expect(withoutBlock(text)).toBe(text)
    }),
    { numRuns: 2000 },
  )
})

test('installing again changes nothing, and replacing is as if there had been no other', () => {
  fc.assert(
    fc.property(anyFile, (text) => {
      const once = withBlock(text, BODY)
      expect(withBlock(once, BODY)).toBe(once)
      expect(withBlock(withBlock(text, ['older', 'longer', 'body']), BODY)).toBe(once)
      expect(once.startsWith(text ?? '')).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('any number of blocks among any lines all go', () => {
  const block = fc.constantFrom(BLOCK, BLOCK.replaceAll('\n', '\r\n'))
  const lines = anyText.map((text) => `${text}\n`)
  fc.assert(
    fc.property(fc.array(fc.tuple(lines, block)), lines, (pairs, last) => {
      const text = `${pairs.flat().join('')}${last}`
      const bare = `${pairs.map(([own]) => own).join('')}${last}`
      expect(withoutBlock(text)).toBe(bare)
      expect(withoutBlock(withBlock(text, BODY))).toBe(bare)
    }),
  )
})

test('the diff is one hunk with three lines around it', () => {
  const before = 'one\ntwo\nthree\nfour\nfive'
  expect(diff('/home/me/.bashrc', before, withBlock(before, ['x']))).toBe(`--- /home/me/.bashrc
+++ /home/me/.bashrc
@@ -2,4 +2,7 @@
 two
 three
 four
-five
\\ No newline at end of file
+five
+# >>> llmsel >>> (no newline above)
+x
+# <<< llmsel <<<
`)
  expect(diff('/f', null, 'a\n')).toBe('--- /dev/null\n+++ /f\n@@ -0,0 +1,1 @@\n+a\n')
  expect(diff('/f', 'a\n', null)).toBe('--- /f\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n')
  expect(diff('/f', 'a\n', 'a\n')).toBe('')
  expect(diff('/f', '1\n2\n3\n4\n5\n', '1\n2\n3\nx\n4\n5\n')).toContain('@@ -1,5 +1,6 @@\n 1\n')
})
