import { stripVTControlCharacters } from 'node:util'
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

test('what is left out is the least that makes room', () => {
  const columns = [{ header: 'name' }, { header: 'wide column', dispensable: 2 }]
  const table = { columns: [...columns, { header: 'slim', dispensable: 1 }], rows: [['a', '', '']] }
  expect(drawTable(table, streams(20)).split('\n')[0]).toBe('name  wide column')
  expect(drawTable(table, streams(12)).split('\n')[0]).toBe('name  slim')
})

const LONG = {
  columns: [{ header: 'name' }, { header: 'about', wraps: true }, { header: 'x' }],
  rows: [
    ['first', 'some words, and one that is hopelesslylongforacolumn', 'y'],
    ['second', 'short', 'z'],
  ],
} as const

test('a column that wraps takes what the others leave', () => {
  expect(drawTable(LONG, streams(30))).toBe(
    [
      'name    about                x',
      'first   some words, and one  y',
      '        that is',
      '        hopelesslylongforac',
      '        olumn',
      'second  short                z',
      '',
    ].join('\n'),
  )
  expect(drawTable(LONG, streams(200)).split('\n')).toHaveLength(4)
})

test('of two columns that wrap the wider one gives first', () => {
  const columns = [
    { header: 'a', wraps: true },
    { header: 'b', wraps: true },
  ] as const
  const rows = [['one two three', 'one two three four five six']]
  expect(drawTable({ columns, rows }, streams(33))).toBe(
    ['a              b', 'one two three  one two three four', '               five six', ''].join(
      '\n',
    ),
  )
})

test('colour is on only where the terminal has it, and says nothing by itself', () => {
  expect(drawTable(TABLE, streams(80))).not.toContain('\u001b')
  const coloured = drawTable(TABLE, streams(80, true))
  expect(coloured).toContain('\u001b')
  expect(stripVTControlCharacters(coloured)).toBe(drawTable(TABLE, streams(80)))
})
