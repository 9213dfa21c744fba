import type { Finding } from '../domain/doctor/finding.ts'
import type { Streams } from '../ports.ts'
import type { Part } from './report.ts'

export interface FindingRow extends Omit<Finding, 'repair' | 'state'> {
  readonly state: string
}

/** On a terminal a finding and below it what mends it; in a pipe a row each. */
export function findingsView(rows: readonly FindingRow[], { isTty }: Streams): Part[] {
  if (!isTty) {
    const headers = ['state', 'check', 'message', 'fix']
    return [
      {
        columns: headers.map((header) => ({ header })),
        rows: rows.map(({ state, check, message, fix }) => [state, check, message, fix ?? '']),
      },
    ]
  }
  const width = Math.max(0, ...rows.map(({ state }) => state.length))
  return rows.map(({ state, message, fix }) => {
    const lines = [`${state.padEnd(width)}  ${message}`]
    const mend =
      fix === null ? [] : fix.split('\n').map((line) => `${' '.repeat(width)}  → ${line}`)
    return `${[...lines, ...mend].join('\n')}\n`
  })
}
