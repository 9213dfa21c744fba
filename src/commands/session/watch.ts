import type { SessionContext } from '../../ports.ts'
import type { Table } from '../../ui/table.ts'
import { drawTable } from '../../ui/terminal-table.ts'

const SHORTEST_PAUSE_MS = 1000
/** Pauses grow with the work, so that watching takes a hundredth of a core. */
const PAUSE_PER_WORK = 100
const LONGEST_PAUSE_MS = 5000

/** Draws the table in place until the person leaves. */
export async function watchTable(ctx: SessionContext, read: () => Table): Promise<void> {
  const screen = await ctx.sessions.openScreen()
  try {
    for (;;) {
      const start = ctx.clock.now().getTime()
      const { columns, rows } = screen.size()
      const text = drawTable(read(), { color: ctx.streams.color, columns })
      const lines = text.trimEnd().split('\n')
      const more = lines.length - (rows - 1)
      const shown = more > 0 ? [...lines.slice(0, rows - 2), `… ${more + 1} more`] : lines
      screen.draw(shown.map((line) => fit(line, columns)))
      const work = ctx.clock.now().getTime() - start
      const pauseMs = Math.min(LONGEST_PAUSE_MS, Math.max(SHORTEST_PAUSE_MS, work * PAUSE_PER_WORK))
      if ((await screen.pause(pauseMs)) === 'over') return
    }
  } finally {
    screen.close()
  }
}

/** A line that wraps would push the others down. The first one holds escapes, which take no room. */
function fit(line: string, columns: number): string {
  return line.includes('\u001b') ? line : line.slice(0, columns)
}
