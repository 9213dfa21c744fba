export interface LogWriter {
  line(text: string): void
  /** What has not been written yet. */
  flush(): void
}

const WAIT_MS = 50
const MAX_WAITING = 16_000

/** Lines with their time, several in one write: each alone would wake the program that keeps them. */
export function openLogWriter(write: (text: string) => void, now: () => number): LogWriter {
  let waiting = ''
  let timer: NodeJS.Timeout | null = null
  let lastMs = Number.NaN
  let stamp = ''
  const flush = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (waiting !== '') write(waiting)
    waiting = ''
  }
  return {
    line: (text) => {
      const nowMs = now()
      if (nowMs !== lastMs) stamp = new Date(nowMs).toISOString()
      lastMs = nowMs
      waiting += `${stamp} ${text}\n`
      if (waiting.length > MAX_WAITING) flush()
      else timer ??= setTimeout(flush, WAIT_MS)
    },
    flush,
  }
}
