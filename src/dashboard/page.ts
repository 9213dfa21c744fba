import type { CircuitReport } from '../domain/failover/report.ts'
import type { Api, LimitWarning, RequestReport } from './api.ts'
import { announcementOf, chainPictures } from './chains.ts'
import { follow, type LiveState } from './live.ts'
import { openPanels, type Panels } from './panels.ts'
import { openReaders, type Readers, type Store } from './readers.ts'
import { summary } from './summary.ts'
import { countdownText } from './words.ts'

const SESSIONS_MS = 3000
const CHAINS_MS = 30_000
const MONEY_MS = 60_000
/** After a request the sums are asked for again, but no more often than this. */
const NOW_AGAIN_MS = 3000
/** Those that read every request of a month. */
const PAST_AGAIN_MS = 20_000

export interface Places {
  readonly main: HTMLElement
  /** Where the gateway is named. */
  readonly about: HTMLElement
  /** Where the state of the connection is said. */
  readonly live: HTMLElement
}

/** The whole page, kept up to date until the token is refused. */
export function openPage(api: Api, { main, live, about }: Places, refused: () => void): void {
  const stopped = new AbortController()
  const store: Store = {
    known: { today: undefined, hour: undefined, premium: undefined, sessions: undefined },
    chains: [],
    circuits: new Map(),
    turn: 0,
  }
  const stop = () => {
    if (stopped.signal.aborted) return
    stopped.abort()
    live.textContent = ''
    live.className = ''
    refused()
  }
  const draw = paced(() => drawPage(store, panels))
  const readers = openReaders({ api, store, panels: () => panels, about, draw, refused: stop })
  const panels = openPanels(readers)
  let state: LiveState = { kind: 'connecting' }
  const again = readThrottled(readers)
  const connection = follow(api, {
    event: (type, data) => {
      hear(type, data, { store, panels, readers, again })
      draw()
    },
    state: (next) => {
      state = next
      showState(live, state)
      if (next.kind === 'live') readers.all()
    },
    refused: stop,
  })
  const timers = readAgain(readers)
  timers.push(
    setInterval(() => {
      panels.circuits.tick(Date.now())
      showState(live, state)
      draw()
    }, 1000),
  )
  const seen = () => {
    if (document.hidden) return
    connection.tryNow()
    readers.all()
  }
  document.addEventListener('visibilitychange', seen, { signal: stopped.signal })
  stopped.signal.addEventListener('abort', () => {
    connection.close()
    for (const timer of timers) clearInterval(timer)
  })
  main.replaceChildren(...panels.elements)
  draw()
}

interface Hearing {
  readonly store: Store
  readonly panels: Panels
  readonly readers: Readers
  /** Reads the sums anew, in a while. */
  readonly again: () => void
}

/** An event, in the gateway's own shapes. */
function hear(type: string, data: unknown, { store, panels, readers, again }: Hearing): void {
  if (type === 'circuit') noteCircuit(data as CircuitReport, store, panels)
  if (type === 'limit') {
    const warning = data as LimitWarning
    panels.warnings.add(warning, new Date())
    panels.limits.warn(warning)
    readers.limits()
  }
  if (type === 'request') {
    panels.requests.add(data as RequestReport)
    again()
  }
}

function readThrottled({ now, limits, past }: Readers): () => void {
  const jobs = [
    throttled(now, NOW_AGAIN_MS),
    throttled(limits, NOW_AGAIN_MS),
    throttled(past, PAST_AGAIN_MS),
  ]
  return () => jobs.forEach((job) => job())
}

function readAgain(readers: Readers): ReturnType<typeof setInterval>[] {
  const jobs = [
    [SESSIONS_MS, readers.sessions],
    [SESSIONS_MS, readers.log],
    [CHAINS_MS, readers.chains],
    [MONEY_MS, readers.now],
    [MONEY_MS, readers.limits],
    [MONEY_MS, readers.past],
  ] as const
  return jobs.map(([ms, job]) =>
    setInterval(() => {
      if (!document.hidden) job()
    }, ms),
  )
}

function noteCircuit(report: CircuitReport, store: Store, { spoken }: Panels): void {
  const { circuits } = store
  store.turn += 1
  const words = announcementOf(report, circuits.get(report.target))
  if (words !== null) spoken.textContent = words
  circuits.set(report.target, report)
}

function drawPage({ known, chains, circuits }: Store, panels: Panels): void {
  panels.requests.flush()
  panels.circuits.show(chainPictures(chains, circuits))
  const perMinute = panels.requests.perMinute(Date.now())
  panels.tiles.show(summary({ ...known, circuits: [...circuits.values()], perMinute }))
}

/** However much happens, nobody reads more than this. */
const BETWEEN_DRAWINGS_MS = 150

/** At once, in the next frame, where nothing was drawn just before. */
function paced(draw: () => void): () => void {
  let asked = false
  let drawnAt = -Infinity
  const inFrame = () =>
    requestAnimationFrame(() => {
      asked = false
      drawnAt = performance.now()
      draw()
    })
  return () => {
    if (asked) return
    asked = true
    setTimeout(inFrame, drawnAt + BETWEEN_DRAWINGS_MS - performance.now())
  }
}

/** Out of sight nothing is asked. */
function throttled(job: () => void, ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null
  return () => {
    timer ??= setTimeout(() => {
      timer = null
      if (!document.hidden) job()
    }, ms)
  }
}

function showState(live: HTMLElement, state: LiveState): void {
  const words = wordsOf(state, Date.now())
  live.className = state.kind
  if (live.textContent !== words) live.textContent = words
}

function wordsOf(state: LiveState, nowMs: number): string {
  if (state.kind !== 'lost') return state.kind
  return `not live: the gateway does not answer; again in ${countdownText(state.againAtMs - nowMs)}`
}
