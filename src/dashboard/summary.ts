import type { SpentReport } from '../domain/reports/spent-report.ts'
import type { WhatIfReport } from '../domain/reports/what-if-report.ts'
import type { CircuitReport } from '../domain/failover/report.ts'
import type { SessionReport } from './api.ts'
import { comparisonOf } from './what-if.ts'
import { countText, moneyText } from './words.ts'

/** One figure at the top of the page. */
export interface Tile {
  readonly label: string
  readonly value: string
  readonly note: string
  readonly tone: 'plain' | 'good' | 'bad' | 'quiet'
}

/** What the page knows; undefined: not yet; null: there is no such report. */
export interface Known {
  readonly today: SpentReport | null | undefined
  readonly hour: SpentReport | null | undefined
  readonly premium: WhatIfReport | null | undefined
  readonly circuits: readonly CircuitReport[]
  readonly sessions: readonly SessionReport[] | null | undefined
  readonly perMinute: number
}

/** What there is to know at one look. */
export function summary(known: Known): readonly Tile[] {
  return [
    { ...spentTile('today', known.today) },
    { ...spentTile('last hour', known.hour) },
    savingTile(known.premium),
    circuitTile(known.circuits),
    sessionTile(known.sessions, known.perMinute),
  ]
}

const UNKNOWN = { value: '–', tone: 'quiet' } as const

function spentTile(label: string, report: SpentReport | null | undefined): Tile {
  if (report === undefined) return { label, ...UNKNOWN, note: ' ' }
  if (report === null) return { label, ...UNKNOWN, note: 'the ledger does not answer' }
  const { usd, includedUsd, requests, includedRequests, unpricedRequests } = report.total
  const notes = [countText(requests, 'request')]
  if (includedRequests > 0) notes.push(`${moneyText(includedUsd)} included`)
  if (unpricedRequests > 0) notes.push(`${unpricedRequests} of unknown price`)
  if (report.behind) notes.push('some not in the ledger yet')
  return { label, value: moneyText(usd), note: notes.join(', '), tone: 'plain' }
}

function savingTile(report: WhatIfReport | null | undefined): Tile {
  const label = 'saved against all premium'
  if (report === undefined) return { label, ...UNKNOWN, note: ' ' }
  if (report === null) return { label, ...UNKNOWN, note: 'the ledger does not answer' }
  const [row] = report.models
  const comparison = row === undefined ? null : comparisonOf(row)
  if (comparison === null) return { label, ...UNKNOWN, note: 'nothing to compare' }
  const { percent, verdict } = comparison
  if (percent === null) return { label, value: '0 %', note: verdict, tone: 'plain' }
  return { label, value: `${percent} %`, note: verdict, tone: 'good' }
}

function circuitTile(circuits: readonly CircuitReport[]): Tile {
  const label = 'circuits'
  const troubled = circuits.filter(({ state }) => state !== 'closed')
  const [first] = troubled
  if (first === undefined) {
    const note = circuits.length === 0 ? 'nothing was asked yet' : 'every model answers'
    return { label, value: 'closed', note, tone: circuits.length === 0 ? 'quiet' : 'good' }
  }
  const open = troubled.filter(({ state }) => state === 'open').length
  const value = open > 0 ? `${open} open` : `${troubled.length} half-open`
  const model = first.target.slice(first.target.indexOf('/') + 1, first.target.lastIndexOf('#'))
  return { label, value, note: model, tone: 'bad' }
}

function sessionTile(
  sessions: readonly SessionReport[] | null | undefined,
  perMinute: number,
): Tile {
  const running = (sessions ?? []).filter(({ state }) => state === 'running').length
  const note = `${countText(perMinute, 'request')} in the last minute`
  return {
    label: 'sessions',
    value: `${running} running`,
    note,
    tone: running > 0 ? 'plain' : 'quiet',
  }
}
