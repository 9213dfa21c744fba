import { Chalk } from 'chalk'
import CliTable from 'cli-table3'
import type { Streams } from '../ports.ts'
import { GAP, widest, type Column, type Table } from './table.ts'
import { wrapped } from './wrap.ts'

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
  middle: ' '.repeat(GAP),
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

/** With the columns for which there is room, and cells that fit into them. */
function fitted(table: Table, width: number): Table {
  const shown = chosen(measured(table), width)
  const widths = narrowed(shown, width)
  return {
    columns: shown.map(({ column }) => column),
    rows: table.rows.map((row) =>
      shown.map(({ index }, at) => wrapped(row[index] ?? '', widths[at] ?? 0).join('\n')),
    ),
  }
}

interface Measured {
  readonly column: Column
  readonly index: number
  /** What its widest text takes. */
  readonly full: number
}

function measured({ columns, rows }: Table): readonly Measured[] {
  return columns.map((column, index) => ({
    column,
    index,
    full: widest(column.header, rows, index),
  }))
}

/** A column that wraps is made narrower than this only where nothing can be left out. */
const READABLE = 30

/** The least dispensable first, as long as there is room. */
function chosen(columns: readonly Measured[], width: number): readonly Measured[] {
  const kept = new Set<Measured>()
  let room = width + GAP
  for (const each of columns.toSorted((a, b) => rank(b) - rank(a))) {
    const needed = (each.column.wraps === true ? Math.min(each.full, READABLE) : each.full) + GAP
    if (needed > room && each.column.dispensable !== undefined) continue
    kept.add(each)
    room -= needed
  }
  return columns.filter((each) => kept.has(each))
}

function rank({ column }: Measured): number {
  return column.dispensable ?? Number.MAX_VALUE
}

const NARROWEST = 10

/** Takes from the widest of those that wrap, until all fit or none can give any more. */
function narrowed(columns: readonly Measured[], width: number): readonly number[] {
  const widths = columns.map(({ full }) => full)
  const taken = (): number => widths.reduce((sum, each) => sum + each + GAP, -GAP)
  while (taken() > width) {
    const givers = widths.filter(
      (each, at) => columns[at]?.column.wraps === true && each > NARROWEST,
    )
    const most = Math.max(...givers)
    const at = widths.findIndex((each, i) => columns[i]?.column.wraps === true && each === most)
    if (at === -1) break
    widths[at] = most - 1
  }
  return widths
}
