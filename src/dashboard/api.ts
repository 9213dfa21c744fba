import type { SpentReport } from '../domain/reports/spent-report.ts'
import type { SpentBy } from '../domain/reports/spent.ts'
import type { WhatIfReport } from '../domain/reports/what-if-report.ts'
import type { ChainReport, CircuitReport } from '../domain/failover/report.ts'

export interface LimitReport {
  readonly scope: 'session' | 'profile'
  readonly name: string
  /** `5/day`. */
  readonly limit: string
  readonly limitUsd: string
  readonly spentUsd: string | null
  readonly fraction: number
  readonly untilMs: number
}

/** Of an event `limit`: a part of it has just been spent. */
export interface LimitWarning extends Pick<LimitReport, 'scope' | 'name' | 'limit'> {
  readonly percent: number
}

export interface SessionReport {
  readonly name: string
  readonly profile: string
  readonly model: string
  readonly state: 'running' | 'restarting' | 'exited' | 'killed' | 'unknown' | 'gone'
  readonly stateText: string
  readonly startedAt: string
  readonly outputAt: string | null
  readonly attached: boolean
  /** Null: nothing, or not known. */
  readonly spentUsd: string | null
  /** More than that was spent: the price of something is not known. */
  readonly spentMore: boolean
}

/** Of an event `request`. */
export interface RequestReport {
  readonly at: string
  readonly route: string
  readonly status: number
  readonly ms: number
  readonly session: string | null
  readonly profile: string | null
  /** `provider/model outcome`. */
  readonly hops: readonly string[]
  readonly addedMs: number | null
  /** Null: unknown. */
  readonly costUsd: string | null
}

export interface HealthReport {
  readonly version: string
  readonly faults: readonly string[]
}

/** The token counts no more: the gateway was restarted, or its time is over. */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused'
}

/** Null from it: the gateway cannot tell now. @throws TokenRefused, or that nothing answers. */
export interface Api {
  health(): Promise<HealthReport | null>
  circuits(): Promise<readonly CircuitReport[] | null>
  chains(): Promise<readonly ChainReport[] | null>
  sessions(): Promise<readonly SessionReport[] | null>
  log(session: string): Promise<string | null>
  spent(by: SpentBy, since: string): Promise<SpentReport | null>
  /** A row for each model of each day. */
  days(since: string): Promise<SpentReport | null>
  whatIf(profile: string, since: string): Promise<WhatIfReport | null>
  limits(): Promise<readonly LimitReport[] | null>
  reset(target: string): Promise<void>
  /** The stream of `/api/llm/events`. */
  events(signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
}

const LOG_LINES = 200
/** No such report, or its source does not answer. */
const ABSENT = [404, 503]

/** `origin`: of the gateway; the page's own where it is empty. */
export function openApi(token: string, origin = ''): Api {
  const ask = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const reply = await fetch(origin + path, {
      ...init,
      headers: { authorization: `Bearer ${token}` },
    })
    if (reply.status === 401) throw new TokenRefused()
    return reply
  }
  // The shapes are the gateway's own; the compiler ties them to what it makes them of.
  const read = async <T>(path: string): Promise<T | null> => {
    const reply = await ask(path)
    if (ABSENT.includes(reply.status)) return null
    if (!reply.ok) throw new Error(`status ${reply.status}`)
    return (await reply.json()) as T
  }
  const part = async <T, K extends string>(path: string, name: K): Promise<T | null> =>
    (await read<Readonly<Record<K, T>>>(path))?.[name] ?? null
  return {
    health: async () => await read('/healthz'),
    circuits: async () => await part('/api/llm/circuits', 'circuits'),
    chains: async () => await part('/api/llm/chains', 'chains'),
    sessions: async () => await part('/api/llm/sessions', 'sessions'),
    log: async (session) =>
      await part(`/api/llm/sessions/${session}/log?lines=${LOG_LINES}`, 'text'),
    spent: async (by, since) => await read(`/api/llm/costs?${query({ by, since })}`),
    days: async (since) =>
      await read(`/api/llm/costs?${query({ by: 'day', split: 'model', since })}`),
    whatIf: async (profile, since) =>
      await read(`/api/llm/costs/what-if?${query({ on: profile, since })}`),
    limits: async () => await part('/api/llm/limits', 'limits'),
    reset: async (target) => {
      await ask('/api/llm/circuits/reset', { method: 'POST', body: JSON.stringify({ target }) })
    },
    events: async (signal) => {
      const { ok, status, body } = await ask('/api/llm/events', { signal })
      if (!ok || body === null) throw new Error(`status ${status}`)
      return body
    },
  }
}

function query(values: Readonly<Record<string, string>>): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return new URLSearchParams({ ...values, timezone: timeZone }).toString()
}
