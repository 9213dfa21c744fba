import { expect, test } from 'vitest'
import { labelled } from '../../src/ui/labelled.ts'

test('values stand in one column, and words go to the next line where they do not fit', () => {
  expect(
    labelled(
      [
        ['a', 'one two three four'],
        ['long', 'x'],
        ['', `y ${'z'.repeat(20)} y`],
      ],
      16,
    ),
  ).toBe(`a     one two
      three four
long  x
      y
      zzzzzzzzzzzzzzzzzzzz
      y
`)
})
