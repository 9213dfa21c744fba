import type { Screen } from '../ports.ts'

const ENTER = '\u001b[?1049h\u001b[?25l'
const LEAVE = '\u001b[?25h\u001b[?1049l'
const HOME = '\u001b[H'
const CLEAR_LINE = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'

/** The terminal's other screen, so that what was on it comes back at the end. */
export function openScreen(): Screen {
  const { stdout } = process
  let isOver = false
  let wake = (): void => {}
  const end = () => {
    isOver = true
    wake()
  }
  const redraw = () => wake()
  // Ctrl-Z: until it goes on, the shell has its own screen. Where there is none, nothing stops it.
  const rest = () => {
    process.off('SIGTSTP', rest)
    stdout.write(LEAVE)
    process.kill(process.pid, 'SIGTSTP')
    process.on('SIGTSTP', rest)
    stdout.write(ENTER)
    redraw()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  process.on('SIGTSTP', rest)
  stdout.on('resize', redraw)
  stdout.write(ENTER)
  return {
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    draw: (lines) => {
      const text = lines.map((line) => `${line}${CLEAR_LINE}`).join('\r\n')
      stdout.write(`${HOME}${text}${CLEAR_BELOW}`)
    },
    pause: async (ms) => {
      if (!isOver) await waitUntil(ms, (woken) => (wake = woken))
      return isOver ? 'over' : 'again'
    },
    close: () => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, end)
      process.off('SIGTSTP', rest)
      stdout.off('resize', redraw)
      stdout.write(LEAVE)
    },
  }
}

async function waitUntil(ms: number, onWake: (wake: () => void) => void): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    onWake(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
