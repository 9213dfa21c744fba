import { expect, test } from 'vitest'
import { openBar } from '../../src/ui/bar.ts'

function shown(canPrompt: boolean, columns = 80): string[] {
  const texts: string[] = []
  let ms = 0
  const streams = { err: (text: string) => texts.push(text), canPrompt, columns }
  const bar = openBar(streams, { now: () => new Date(ms) })
  for (; ms <= 1000; ms += 50) bar.update(ms / 1000, `${ms} ms`)
  bar.close()
  return texts.map((text) => text.replace('\r\u001b[K', '|'))
}

test('a bar is drawn after half a second, ten times a second at most, and taken away', () => {
  const texts = shown(true)
  expect(texts).toHaveLength(7)
  expect(texts[0]).toBe('|████████████░░░░░░░░░░░░ 500 ms')
  expect(texts.slice(-2)).toEqual(['|████████████████████████ 1000 ms', '|'])
})

test('a narrow terminal gets what fits, and a pipe nothing', () => {
  expect(shown(true, 10)[0]).toBe('|█████████')
  expect(shown(false)).toEqual([])
})
