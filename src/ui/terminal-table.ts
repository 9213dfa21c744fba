import { Chalk } from 'chalk'
import CliTable from 'cli-table3'
import type { Streams } from '../ports.ts'
import type { Table } from './table.ts'

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

export function drawTable(whole: Table, streams: Pick<Streams, 'color' | 'columns'>): string {
  const { columns, rows } = fitted(whole, streams.columns)
  const chalk = new Chalk({ level: streams.color ? 1 : 0 })
  const table = new CliTable({
    head: columns.map(({ header }) => chalk.dim(header)),
    colAligns: columns.map(({ align }) => align ?? 'left'),
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  })
  table.push(...rows.map((row) => [...row]))
  const lines = table.toString().split('\n')
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`
}

const GAP = NO_LINES.middle.length

function fitted(table: Table, width: number): Table {
  const { columns, rows } = table
  const ranks = columns.map(({ dispensable }) => dispensable ?? Number.POSITIVE_INFINITY)
  const lowest = Math.min(...ranks)
  if (widthOf(table) <= width || lowest === Number.POSITIVE_INFINITY) return table
  const kept = <T>(cells: readonly T[]): T[] => cells.filter((_, index) => ranks[index] !== lowest)
  return fitted({ columns: kept(columns), rows: rows.map(kept) }, width)
}

function widthOf({ columns, rows }: Table): number {
  const widths = columns.map(({ header }, index) =>
    Math.max(header.length, ...rows.map((row) => row[index]?.length ?? 0)),
  )
  return widths.reduce((sum, each) => sum + each + GAP, -GAP)
}
