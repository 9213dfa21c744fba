import { expect, test } from 'vitest'
import { drawTable } from '../../src/ui/terminal-table.ts'

const TABLE = {
  columns: [
    { header: 'name' },
    { header: 'price', align: 'right' },
    { header: 'about', dispensable: 1 },
    { header: 'speed', dispensable: 2 },
  ],
  rows: [
    ['a', '$1', 'something rather long', 'fast'],
    ['long-name', '$10.50', '', 'slow'],
  ],
} as const

function streams(columns: number, color = false) {
  return { out: () => {}, err: () => {}, isTty: true, canPrompt: false, color, columns }
}

test('columns are aligned, without trailing spaces', () => {
  expect(drawTable(TABLE, streams(80))).toBe(
    [
      'name        price  about                  speed',
      'a              $1  something rather long  fast',
      'long-name  $10.50                         slow',
      '',
    ].join('\n'),
  )
})

test('a narrow terminal loses the dispensable columns, and never the others', () => {
  expect(drawTable(TABLE, streams(30)).split('\n')[0]).toBe('name        price  speed')
  expect(drawTable(TABLE, streams(20)).split('\n')[0]).toBe('name        price')
  expect(drawTable(TABLE, streams(5)).split('\n')[0]).toBe('name        price')
})

test('colour is on only where the terminal has it', () => {
  expect(drawTable(TABLE, streams(80))).not.toContain('\u001b')
  expect(drawTable(TABLE, streams(80, true))).toContain('\u001b')
})
