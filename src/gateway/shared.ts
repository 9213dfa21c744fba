import type { ServerResponse } from 'node:http'
import { reasonOf } from '../domain/errors.ts'
import { openAway, type Away } from './away.ts'
import { chainsOf, type Chains } from './chain.ts'
import { openCircuits, type Circuits } from './circuits.ts'
import type { Events } from './events.ts'
import { openKeepAlive, type KeepAlive } from './keep-alive.ts'
import type { Metrics } from './metrics.ts'
import { ollamaModels, type OllamaModels } from './ollama.ts'
import type { GatewayOptions } from './server.ts'
import type { Access, Sessions } from './sessions.ts'
import type { Live } from './settings.ts'
import type { Timing } from './timing.ts'
import type { Upstreams } from './upstream.ts'

/** What became of one request for an answer. */
export interface Note {
  readonly session: string | null
  /** `provider/model outcome`, in the order in which they were asked. */
  readonly hops: readonly string[]
}

/** What every request of this process has in common. */
export interface Shared {
  readonly version: string
  readonly startedMs: number
  readonly timing: Timing
  readonly live: Live
  readonly chains: Chains
  readonly sessions: Sessions
  readonly circuits: Circuits
  readonly away: Away
  readonly keepAlive: KeepAlive
  readonly upstreams: Upstreams
  readonly events: Events
  readonly metrics: Metrics
  readonly ollamaModel: OllamaModels
  /** The command line, on the person's default profile. */
  readonly ownAccess: Access
  readonly log: (line: string) => void
  readonly now: () => number
  url(): string
  /** The port that a connection came to, remembered for `url`. */
  port(local: number | undefined): number
  /** Adds to the log line of a request: never what was sent or said. */
  note(response: ServerResponse, note: Note): void
  /** Null: it was no request for an answer. */
  noteOf(response: ServerResponse): Note | null
  readonly reload: () => Promise<void>
  /** The circuits of a target, or all; how many. Conversations may go back at once. */
  forget(target: string | null): number
  close(): void
}

export function openShared(options: GatewayOptions, events: Events, metrics: Metrics): Shared {
  const { folder, sessions, upstreams, version, timing, log, now } = options
  let live = options.live
  let chains = chainsOf(live.source)
  let known = 0
  const notes = new WeakMap<ServerResponse, Note>()
  const away = openAway(now)
  const keepAlive = openKeepAlive(timing)
  const circuits = openCircuits({ folder, now, log, events })
  return {
    version,
    startedMs: now(),
    timing,
    get live() {
      return live
    },
    get chains() {
      return chains
    },
    sessions,
    circuits,
    away,
    keepAlive,
    upstreams,
    events,
    metrics,
    ollamaModel: ollamaModels(),
    ownAccess: { session: null, profile: 'premium', own: { keys: {}, baseUrls: {} } },
    log,
    now,
    url: () => `http://127.0.0.1:${known}`,
    port: (local) => {
      known = local ?? known
      return known
    },
    note: (response, note) => void notes.set(response, note),
    noteOf: (response) => notes.get(response) ?? null,
    reload: async () => {
      try {
        live = await options.readLive(live)
        chains = chainsOf(live.source)
        for (const fault of live.faults) log(`gateway: ${fault}`)
      } catch (error) {
        log(`gateway: the config is as it was: ${reasonOf(error)}`)
      }
    },
    forget: (target) => {
      away.forget()
      return circuits.reset(target)
    },
    close: () => {
      keepAlive.close()
      circuits.close()
      events.close()
    },
  }
}
