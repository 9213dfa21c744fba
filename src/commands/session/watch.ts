import type { SessionContext } from '../../ports.ts'
import type { Table } from '../../ui/table.ts'
import { drawTable } from '../../ui/terminal-table.ts'

const SHORTEST_PAUSE_MS = 1000
/** Pauses grow with the work, so that watching takes less than a hundredth of a core. */
const PAUSE_PER_WORK = 150
const LONGEST_PAUSE_MS = 5000

/** Draws the table in place until the person leaves. */
export async function watchTable(ctx: SessionContext, read: () => Table): Promise<void> {
  const screen = await ctx.sessions.openScreen()
  try {
    for (;;) {
      const start = ctx.clock.now().getTime()
      const { columns, rows } = screen.size()
      const { table, more } = fitting(read(), rows - 1)
      const text = drawTable(table, { color: ctx.streams.color, columns })
      const lines = [...text.trimEnd().split('\n'), ...(more === 0 ? [] : [`… ${more} more`])]
      screen.draw(lines.map((line) => fit(line, columns)))
      const work = ctx.clock.now().getTime() - start
      const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, work * PAUSE_PER_WORK))
      if ((await screen.pause(pauseMs)) === 'over') return
    }
  } finally {
    screen.close()
  }
}

/** What is not shown is not drawn: of hundreds of sessions, drawing would cost more than asking. */
function fitting(table: Table, lines: number): { readonly table: Table; readonly more: number } {
  const { columns, rows } = table
  // One line is the header's.
  if (rows.length < lines) return { table, more: 0 }
  const shown = rows.slice(0, Math.max(lines - 2, 0))
  return { table: { columns, rows: shown }, more: rows.length - shown.length }
}

/** A line that wraps would push the others down. The first one holds escapes, which take no room. */
function fit(line: string, columns: number): string {
  return line.includes('\u001b') ? line : line.slice(0, columns)
}
