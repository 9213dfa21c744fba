import type { Hop } from '../domain/failover/readiness.ts'
import type { Part } from './report.ts'

/** `llmsel gateway status`, and its `--json` document. */
export interface GatewayReport {
  readonly running: boolean
  readonly url: string | null
  readonly pid: number | null
  readonly version: string | null
  readonly startedAt: string | null
  /** How many sessions have a token. */
  readonly sessions: number | null
  readonly log: string
  /** A provider each, with the model that it would be asked for first. */
  readonly providers: readonly Hop[]
  /** Files that could not be read; what they said before holds. */
  readonly faults: readonly string[]
}

export function gatewayView(report: GatewayReport): readonly Part[] {
  const { running, url, pid, version, startedAt, sessions, log, providers, faults } = report
  if (!running) return [`no gateway runs; start it: llmsel gateway start\nlog ${log}\n`]
  const head = [
    ['gateway', `${url} (pid ${pid}, version ${version})`],
    ['since', startedAt ?? ''],
    ['sessions', String(sessions)],
    ['log', log],
    ...faults.map((fault) => ['fault', fault]),
  ]
  const lines = head.map(([label = '', value = '']) => `${label.padEnd(9)} ${value}\n`)
  return [
    lines.join(''),
    {
      columns: [{ header: 'provider' }, { header: 'ready' }, { header: '', wraps: true }],
      rows: providers.map(({ provider, ready, reason, fix }) => [
        provider,
        ready ? 'yes' : 'no',
        fix === null ? reason : `${reason}; ${fix}`,
      ]),
    },
  ]
}
