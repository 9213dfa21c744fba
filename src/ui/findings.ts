import type { Finding } from '../domain/doctor/finding.ts'
import type { Streams } from '../ports.ts'
import type { Part } from './report.ts'
import { GAP } from './table.ts'
import { wrapped } from './wrap.ts'

export interface FindingRow extends Omit<Finding, 'repair' | 'state'> {
  readonly state: string
}

/**
 * On a terminal a finding and below it what mends it, which is never wrapped: it is to be copied. In
 * a pipe a row each.
 */
export function findingsView(rows: readonly FindingRow[], { isTty, columns }: Streams): Part[] {
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
    const indent = ' '.repeat(width + GAP)
    const [first = '', ...more] = wrapped(message, columns - indent.length)
    const mend = fix === null ? [] : fix.split('\n').map((line) => `→ ${line}`)
    const lines = [
      state.padEnd(width + GAP) + first,
      ...[...more, ...mend].map((line) => indent + line),
    ]
    return `${lines.join('\n')}\n`
  })
}
