import type { RequestReport } from './api.ts'
import { durationText, moneyText } from './words.ts'

/** A line of the stream of requests. */
export interface RequestRow {
  /** Local. */
  readonly time: string
  /** The session, or the profile of a shell outside any. */
  readonly who: string
  readonly hops: readonly RequestHop[]
  readonly outcome: string
  /** `moved`: it was answered, by another than the first. */
  readonly tone: 'good' | 'moved' | 'bad'
  readonly took: string
  readonly added: string
  readonly cost: string
}

export interface RequestHop {
  readonly model: string
  readonly outcome: string
  readonly good: boolean
}

/** Null: no request for an answer. */
export function requestRow(report: RequestReport): RequestRow | null {
  const { at, status, ms, session, profile, hops, addedMs, costUsd, route } = report
  if (!ASKING.has(route)) return null
  const shown = hops.map(hopOf)
  const good = status >= 200 && status < 400 && (shown.at(-1)?.good ?? true)
  return {
    time: new Date(at).toLocaleTimeString('en-GB'),
    who: session ?? profile ?? '-',
    hops: shown,
    outcome: outcomeOf(status, shown),
    tone: !good ? 'bad' : shown.length > 1 ? 'moved' : 'good',
    took: durationText(ms),
    added: addedMs === null ? '' : durationText(addedMs),
    cost: moneyText(costUsd),
  }
}

const ASKING: ReadonlySet<string> = new Set([
  '/v1/messages',
  '/v1/chat/completions',
  '/v1/responses',
  '/api/chat',
  '/api/generate',
])

function hopOf(text: string): RequestHop {
  const space = text.lastIndexOf(' ')
  const [name, outcome] = [text.slice(0, space), text.slice(space + 1)]
  return { model: name.slice(name.indexOf('/') + 1), outcome, good: outcome === 'answered' }
}

function outcomeOf(status: number, hops: readonly RequestHop[]): string {
  if (status === 499) return 'the program left'
  const last = hops.at(-1)
  if (last === undefined) return status < 400 ? 'answered' : `nobody asked, ${status}`
  if (status >= 400) return `${last.outcome}, ${status}`
  if (!last.good) return last.outcome
  return hops.length === 1 ? 'answered' : `answered at try ${hops.length}`
}
