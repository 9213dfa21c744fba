import type { ChainReport, CircuitReport } from '../domain/failover/report.ts'
import { TokenRefused, type Api } from './api.ts'
import { el, refill } from './dom.ts'
import type { Panels, Wishes } from './panels.ts'
import type { Known } from './summary.ts'

/** What the page knows. */
export interface Store {
  known: Omit<Known, 'circuits' | 'perMinute'>
  chains: readonly ChainReport[]
  readonly circuits: Map<string, CircuitReport>
  /** Counts the events of circuits. */
  turn: number
}

/** Each asks the gateway and puts the answer onto the page. */
export interface Readers extends Wishes {
  readonly all: () => void
  readonly sessions: () => void
  readonly chains: () => void
  /** What is spent now, and what is left. */
  readonly now: () => void
  readonly limits: () => void
}

interface Host {
  readonly api: Api
  readonly store: Store
  readonly panels: () => Panels
  /** Where the gateway is named. */
  readonly about: HTMLElement
  /** The page is to be drawn. */
  readonly draw: () => void
  readonly refused: () => void
}

export function openReaders({ api, store, panels, about, draw, refused }: Host): Readers {
  const whatIf = async () => {
    const { whatIf: panel, spend } = panels()
    const [profile, since] = [panel.profile(), spend.since()]
    if (profile === '') return
    const report = await api.whatIf(profile, since)
    // Another was chosen meanwhile.
    if (profile === panel.profile() && since === spend.since()) panel.show(report)
  }
  const jobs = {
    now: async () => await readNow(api, store, panels()),
    limits: async () => panels().limits.show(await api.limits()),
    past: async () => {
      await readPast(api, store, panels())
      await whatIf()
    },
    log: async () => {
      const { sessions } = panels()
      const name = sessions.selected()
      const text = name === null ? null : await api.log(name)
      if (name !== null && sessions.selected() === name) sessions.showLog(text)
    },
    sessions: async () => {
      const sessions = await api.sessions()
      store.known = { ...store.known, sessions }
      panels().sessions.show(sessions ?? [], Date.now())
    },
    chains: async () => {
      store.chains = (await api.chains()) ?? []
      panels().whatIf.offer(store.chains.map(({ profile }) => profile))
    },
    health: async () => {
      const { version = '', faults = [] } = (await api.health()) ?? {}
      about.textContent = `${version} at ${location.host}`
      refill(panels().faults, ...faults.map((fault) => el('li', {}, fault)))
    },
    circuits: async (): Promise<void> => {
      const { turn } = store
      const reports = (await api.circuits()) ?? []
      // What has changed meanwhile is newer than this answer.
      if (turn !== store.turn) return await jobs.circuits()
      store.circuits.clear()
      for (const report of reports) store.circuits.set(report.target, report)
    },
  }
  /** A failure is shown by the state of the connection; a refusal ends it all. */
  const start = (job: () => Promise<void>) => {
    job().then(draw, (error: unknown) => {
      if (error instanceof TokenRefused) refused()
    })
  }
  return {
    all: () => Object.values(jobs).forEach(start),
    now: () => start(jobs.now),
    limits: () => start(jobs.limits),
    past: () => start(jobs.past),
    whatIf: () => start(whatIf),
    log: () => start(jobs.log),
    sessions: () => start(jobs.sessions),
    chains: () => start(jobs.chains),
    reset: (target) => start(async () => await api.reset(target)),
  }
}

async function readNow(api: Api, store: Store, panels: Panels): Promise<void> {
  const [today, bySession, hour] = await Promise.all([
    api.spent('model', 'today'),
    api.spent('session', 'today'),
    api.spent('model', '60m'),
  ])
  store.known = { ...store.known, today, hour }
  panels.today.show(today, bySession)
}

async function readPast(api: Api, store: Store, panels: Panels): Promise<void> {
  const since = panels.spend.since()
  const [days, premium] = await Promise.all([api.days(since), api.whatIf('premium', since)])
  // Another period was chosen meanwhile.
  if (since !== panels.spend.since()) return
  store.known = { ...store.known, premium }
  panels.premium.show(premium)
  panels.spend.show(days)
}
