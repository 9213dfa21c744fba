import { parseFraction } from '../domain/costs/fraction.ts'
import type { Origin } from '../domain/profiles/choice.ts'
import type { AmountsReport } from '../domain/reports/spent-report.ts'
import type { NextCommand } from '../domain/where/next.ts'
import type { CircuitReport } from '../domain/failover/report.ts'
import type { GatewayGlance, Streams } from '../ports.ts'
import { labelled } from './labelled.ts'
import { usd as money } from './money.ts'
import { originText } from './origin.ts'
import type { Part } from './report.ts'
import { requestsText } from './spent.ts'

/** What was spent since midnight, as far as the ledger has it. */
export type Today = Pick<AmountsReport, 'usd' | 'includedUsd' | 'requests'>

/** `llmsel` alone, and its `--json` document. */
export interface Where {
  /** False: llmsel applied nothing here, and the rest is what a new session gets. */
  readonly active: boolean
  readonly profile: string
  /** Null, as is its provider: the profile names what nobody knows. */
  readonly model: string | null
  readonly provider: string | null
  /** What the profile names now, where that has changed since; null: no change. */
  readonly meansNow: string | null
  readonly from: Origin | { readonly kind: 'built-in' }
  /** The variables that are no longer what the profile says. */
  readonly drift: readonly string[]
  /** Where llmsel applied nothing: variables of models that are set all the same. */
  readonly byHand: readonly { readonly name: string; readonly value: string }[]
  /** Of this shell. */
  readonly session: string | null
  /** Null: not known. */
  readonly today: Today | null
  /** Null: none runs. */
  readonly gateway: GatewayGlance | null
  readonly next: readonly NextCommand[]
}

export function whereView(where: Where, { columns }: Pick<Streams, 'columns'>): readonly Part[] {
  const { session, today, gateway, drift, byHand } = where
  const rows: [string, string][] = [
    ['model', modelText(where)],
    ['profile', profileText(where)],
    ...byHand.map(({ name, value }, index): [string, string] => [
      index === 0 ? 'by hand' : '',
      `${name}=${value}`,
    ]),
    ...(drift.length === 0 ? [] : [['drift', driftText(drift)] satisfies [string, string]]),
    ['session', session ?? 'none'],
    ...(today === null ? [] : [['today', todayText(today)] satisfies [string, string]]),
    ...circuitRows(gateway),
  ]
  return [labelled(rows, columns), '\n', nextText(where.next, columns)]
}

function modelText({ model, provider, active, profile }: Where): string {
  if (model === null) return `unknown: nobody knows what ${profile} names`
  const named = `${model} (${provider ?? ''})`
  return active ? named : `${named}, for a new session; llmsel set none here`
}

function profileText({ profile, from, meansNow }: Where): string {
  const who = from.kind === 'built-in' ? 'built-in' : originText(from)
  return `${profile} (${who})${meansNow === null ? '' : `, which now means ${meansNow}`}`
}

function todayText({ usd: paid, includedUsd, requests }: Today): string {
  const amount = paid === null ? 'unknown' : money(parseFraction(paid))
  const isIncluded = includedUsd !== null && Number(includedUsd) > 0
  const included = isIncluded ? `, and ${money(parseFraction(includedUsd))} included` : ''
  return `${amount}${included}, ${requestsText(requests)}; more: llmsel costs spent --since today`
}

function driftText([first = '', ...rest]: readonly string[]): string {
  const names = rest.length === 0 ? `${first} is` : `${first} and ${rest.length} more are`
  return `${names} not what the profile says`
}

const SHOWN_CIRCUITS = 4

function circuitRows(gateway: GatewayGlance | null): [string, string][] {
  if (gateway === null) return [['circuits', 'gateway not running']]
  const { circuits, url } = gateway
  return [...stateRows(circuits), ['gateway', url]]
}

function stateRows(circuits: GatewayGlance['circuits']): [string, string][] {
  if (circuits === null)
    return [['circuits', 'unknown, it does not say; see: llmsel gateway status']]
  const failing = circuits.filter(({ state }) => state !== 'closed')
  const fine = circuits.length - failing.length
  const summary =
    circuits.length === 0 ? 'no model was asked yet' : `${fine} of ${circuits.length} closed`
  const more = failing.length - SHOWN_CIRCUITS
  return [
    ['circuits', summary],
    ...failing.slice(0, SHOWN_CIRCUITS).map((circuit): [string, string] => ['', text(circuit)]),
    ...(more > 0 ? [['', `and ${more} more`] satisfies [string, string]] : []),
  ]
}

function text({ target, state, reason, nextProbe }: CircuitReport): string {
  const name = target.slice(0, target.lastIndexOf('#'))
  const probe = nextProbe === null ? '' : `, asked again at ${nextProbe.slice(11, 19)} UTC`
  return `${name} ${state}${reason === null ? '' : `: ${reason}`}${probe}`
}

/** The reason beside the command, or below it where the line would be too long. */
function nextText(next: readonly NextCommand[], columns: number): string {
  const width = Math.max(...next.map(({ command }) => command.length))
  const isNarrow = next.some(({ why }) => width + why.length + 2 > columns)
  return next
    .map(({ command, why }) =>
      isNarrow ? `${command}\n  ${why}\n` : `${command.padEnd(width)}  ${why}\n`,
    )
    .join('')
}
