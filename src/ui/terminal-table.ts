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

export function drawTable({ columns, rows }: Table, streams: Streams): string {
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
