import type { Streams } from '../ports.ts'
import type { Table } from './table.ts'

/** Lines end in a newline of their own; a table is drawn on a terminal and tab-separated in a pipe. */
export type Part = string | Table

export interface Report<T> {
  readonly data: T
  readonly view: (data: T, streams: Streams) => readonly Part[]
}

/** The only place a result reaches stdout. */
export async function print<T>(
  streams: Streams,
  report: Report<T>,
  options: { readonly json?: boolean | undefined },
): Promise<void> {
  if (options.json === true) {
    streams.out(`${JSON.stringify(report.data, null, 2)}\n`)
    return
  }
  for (const part of report.view(report.data, streams)) {
    streams.out(typeof part === 'string' ? part : await renderTable(part, streams))
  }
}

async function renderTable(table: Table, streams: Streams): Promise<string> {
  if (!streams.isTty) return tabSeparated(table)
  const { drawTable } = await import('./terminal-table.ts')
  return drawTable(table, streams)
}

/** Without a header, so that `cut` and `awk` see data only. */
function tabSeparated({ rows }: Table): string {
  return rows.map((row) => `${row.map(oneField).join('\t')}\n`).join('')
}

function oneField(text: string): string {
  return text.replaceAll(/[\t\n\r]/g, ' ')
}
