import { writeSync } from 'node:fs'
import { hasCode } from '../../src/adapters/file-errors.ts'
import { openLedger } from '../../src/adapters/ledger/ledger.ts'
import { begun, ended, NOON_MS, usage } from './attempts.ts'

/** A program of its own that a test may kill: begins and ends attempts, and says so after each. */
export interface WriterOptions {
  readonly state: string
  readonly url: string | null
  readonly script: string
  /** The ids begin with it. */
  readonly name: string
  /** Null: until it is killed. */
  readonly count: number | null
  /** So many are begun before the first ends. */
  readonly atOnce: number
}

const options: WriterOptions = JSON.parse(process.argv[2] ?? '')
const { state, url, script, name, count, atOnce } = options
const ledger = openLedger({
  state,
  url,
  script,
  retentionDays: null,
  timeZone: 'UTC',
  onWarning: () => {},
})

/** At once, so that what was said was done. */
function say(text: string): void {
  for (;;) {
    try {
      writeSync(1, `${text}\n`)
      return
    } catch (error) {
      // The test is slower.
      if (!hasCode(error, 'EAGAIN')) throw error
    }
  }
}

async function main(): Promise<void> {
  for (let i = 0; count === null || i < count + atOnce; i++) {
    const isMore = count === null || i < count
    // Those of one turn are written together.
    await Promise.all([isMore ? begin(i) : null, i >= atOnce ? end(i - atOnce) : null])
    // The thread that stores them, and the timers, get their turn.
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await ledger.flush()
  say(`problem ${ledger.health().problem}`)
  say('all')
  process.stdin.once('data', () => {
    void ledger.close().then(() => say('closed'))
    process.stdin.destroy()
  })
}

async function begin(i: number): Promise<void> {
  const start = begun(`${name}${i}`, { startedAtMs: NOON_MS + i })
  say(`begin ${start.id}`)
  await ledger.begin(start, { usage: usage(7, 7), picoUsd: 7n })
  say(`begun ${start.id}`)
}

async function end(i: number): Promise<void> {
  const attempt = ended(`${name}${i}`, { startedAtMs: NOON_MS + i })
  say(`end ${attempt.id}`)
  await ledger.end(attempt)
  say(`ended ${attempt.id}`)
}

void main()
