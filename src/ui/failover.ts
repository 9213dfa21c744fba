import type { ChainReport, HopReport } from '../domain/failover/report.ts'
import type { Streams } from '../ports.ts'
import type { Part } from './report.ts'
import type { Table } from './table.ts'
import { tokensText } from './tokens.ts'

export function failoverView(report: ChainReport, { isTty }: Streams): readonly Part[] {
  const { profile, failover, gateway, hops } = report
  const table: Table = {
    columns: [
      { header: '' },
      { header: 'model' },
      { header: 'provider', dispensable: 2 },
      { header: 'window', dispensable: 1 },
      { header: 'ready' },
      { header: 'circuit' },
      { header: '', wraps: true },
    ],
    rows: hops.map((hop, index) => [
      String(index + 1),
      hop.model,
      hop.provider,
      hop.contextTokens === null ? 'unknown' : tokensText(hop.contextTokens),
      hop.ready ? 'yes' : 'no',
      hop.circuit?.state ?? '-',
      noteOf(hop),
    ]),
  }
  if (!isTty) return [table]
  const state = hops.length === 1 ? 'one model, asked every time' : failover ? 'on' : 'off'
  const where = gateway === null ? 'not live: no gateway runs (llmsel gateway start)' : gateway
  return [`profile   ${profile}\nfailover  ${state}\ngateway   ${where}\n`, table]
}

function noteOf({ reason, fix, circuit }: HopReport): string {
  const readiness = fix === null ? reason : `${reason}; ${fix}`
  if (circuit === null || circuit.reason === null || circuit.state === 'closed') return readiness
  const probe = circuit.nextProbe === null ? '' : `, asked again at ${timeOf(circuit.nextProbe)}`
  return `${circuit.reason}${probe}; ${readiness}`
}

function timeOf(iso: string): string {
  return `${iso.slice(11, 19)} UTC`
}
