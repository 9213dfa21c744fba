import { reasonOf } from '../domain/errors.ts'
import type { Ledger } from '../domain/ledger/ledger.ts'
import {
  limitName,
  limitsText,
  recentOutputs,
  type LimitOn,
  type RecentOutputs,
} from '../domain/ledger/limits.ts'
import { openAway, type Away } from './away.ts'
import { chainsOf, type Chains } from './chain.ts'
import { openCircuits, type Circuits } from './circuits.ts'
import type { Events } from './events.ts'
import type { GatewayFolder } from './folder.ts'
import { openKeepAlive, type KeepAlive } from './keep-alive.ts'
import type { Metrics } from './metrics.ts'
import { ollamaModels, type OllamaModels } from './ollama.ts'
import { outsideAccess, type Access, type Sessions } from './sessions.ts'
import type { Live } from './settings.ts'
import { openSpending, type Spending } from './spending.ts'
import type { Timing } from './timing.ts'
import type { Upstreams } from './upstream.ts'

export interface SharedOptions {
  readonly folder: GatewayFolder
  readonly live: Live
  readonly readLive: (before: Live) => Promise<Live>
  readonly sessions: Sessions
  readonly upstreams: Upstreams
  readonly openLedger: (onWarning: OnWarning) => Ledger
  /** Feeds commands to the tmux server on a socket. */
  readonly tellTmux: (socket: string, script: string) => Promise<void>
  readonly version: string
  readonly supervised: boolean
  /** Told what the next requests go by, where that has changed. */
  readonly onReload?: (live: Live) => void
  /** What it was started in. */
  readonly environment: Readonly<Record<string, string>>
  readonly timing: Timing
  readonly log: (line: string) => void
  /** Milliseconds since 1970. */
  readonly now: () => number
}

/** Of a limit, in percent, when it has been crossed. */
export type OnWarning = (on: LimitOn, percent: number) => void

/** What every request of this process has in common. */
export interface Shared {
  readonly version: string
  /** It is started again when it dies. */
  readonly supervised: boolean
  /** What it was started in, as the next one is to be. */
  readonly environment: Readonly<Record<string, string>>
  readonly startedMs: number
  readonly live: Live
  readonly chains: Chains
  readonly sessions: Sessions
  readonly circuits: Circuits
  readonly away: Away
  readonly keepAlive: KeepAlive
  readonly upstreams: Upstreams
  readonly events: Events
  readonly metrics: Metrics
  readonly ledger: Ledger
  /** By which an answer's price is guessed before it is there. */
  readonly outputs: RecentOutputs
  readonly spending: Spending
  readonly ollamaModel: OllamaModels
  /** Servers of the user's own with a model, as `prepare` names them, that have shown to be such. */
  readonly withoutResponses: Servers
  /** That of the command line and the dashboard: on premium, whatever the person's default is. */
  readonly ownAccess: Access
  readonly log: (line: string) => void
  readonly now: () => number
  url(): string
  /** The port that a connection came to, remembered for `url`. */
  port(local: number | undefined): number
  readonly reload: () => Promise<void>
  /** The circuits of a target, or all; how many. Conversations may go back at once. */
  forget(target: string | null): number
  close(): void
}

interface Servers {
  has(server: string | null): boolean
  add(server: string): void
}

/** A client that invents models cannot fill the memory. */
const MAX_SERVERS = 1000

function openServers(): Servers {
  const known = new Set<string>()
  return {
    has: (server) => server !== null && known.has(server),
    add: (server) => {
      if (known.size >= MAX_SERVERS) known.clear()
      known.add(server)
    },
  }
}

type Money = Pick<Shared, 'ledger' | 'outputs' | 'spending'>

function openMoney(options: SharedOptions, events: Events): Money {
  const ledger = options.openLedger((on, percent) => {
    options.log(`gateway: ${percent} % of ${limitName(on)} are spent`)
    const limit = limitsText([on.limit])
    events.emit('limit', () => ({ scope: on.scope, name: on.name, limit, percent }))
  })
  const spending = openSpending({ ledger, tell: options.tellTmux, startedMs: options.now() })
  return { ledger, outputs: recentOutputs(), spending }
}

type Config = Pick<Shared, 'live' | 'chains' | 'reload'>

function openConfig({ live: first, readLive, onReload, log }: SharedOptions): Config {
  let live = first
  let chains = chainsOf(live.source)
  let reloads = 0
  let newest = 0
  return {
    get live() {
      return live
    },
    get chains() {
      return chains
    },
    reload: async () => {
      const turn = ++reloads
      try {
        const read = await readLive(live)
        // A key command may take longer than that of a later reload, which has read a newer config.
        if (turn < newest) return
        newest = turn
        live = read
        chains = chainsOf(live.source)
        onReload?.(live)
        for (const fault of live.faults) log(`gateway: ${fault}`)
      } catch (error) {
        log(`gateway: the config is as it was: ${reasonOf(error)}`)
      }
    },
  }
}

export function openShared(options: SharedOptions, events: Events, metrics: Metrics): Shared {
  const { folder, sessions, upstreams, version, supervised, environment, timing, log, now } =
    options
  const config = openConfig(options)
  let known = 0
  const money = openMoney(options, events)
  const numbers = () => config.live.settings.failover
  const away = openAway(now, () => numbers().awayMs)
  const keepAlive = openKeepAlive(timing)
  const circuits = openCircuits({ folder, now, log, events, numbers })
  return {
    version,
    supervised,
    environment,
    startedMs: now(),
    get live() {
      return config.live
    },
    get chains() {
      return config.chains
    },
    sessions,
    circuits,
    away,
    keepAlive,
    upstreams,
    events,
    metrics,
    ...money,
    ollamaModel: ollamaModels(),
    withoutResponses: openServers(),
    ownAccess: outsideAccess('premium'),
    log,
    now,
    url: () => `http://127.0.0.1:${known}`,
    port: (local) => (known = local ?? known),
    reload: config.reload,
    forget: (target) => {
      away.forget()
      return circuits.reset(target)
    },
    close: () => {
      money.spending.close()
      keepAlive.close()
      circuits.close()
      events.close()
    },
  }
}
