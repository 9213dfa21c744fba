import type { SkippedLog } from '../domain/costs/logs/batch.ts'
import type { Imported } from '../domain/ledger/ledger.ts'
import type { Table } from './table.ts'

/** `costs import` as plain data. */
export interface ImportReport {
  readonly dryRun: boolean
  /** The rest comes with the next import. */
  readonly interrupted: boolean
  readonly agents: readonly ImportedFrom[]
}

export interface ImportedFrom extends Imported {
  readonly agent: string
  /** That were read now; of a dry run the only count. */
  readonly answers: number
  /** Lines that could not be read. */
  readonly unreadable: number
  readonly skipped: readonly SkippedLog[]
}

const KEPT = ['added', 'changed', 'known', 'refused'] as const satisfies readonly (keyof Imported)[]

/** A row for each agent that had anything new. */
export function importTable({ agents, dryRun }: ImportReport): Table {
  const counts = dryRun ? (['answers'] as const) : KEPT
  const names = [...counts, 'unreadable'] as const
  return {
    columns: [{ header: 'from' }, ...names.map((header) => ({ header, align: 'right' as const }))],
    rows: agents
      .filter(({ answers, unreadable }) => answers + unreadable > 0)
      .map((each) => [each.agent, ...names.map((name) => String(each[name]))]),
  }
}

/** What was left out, and what to know: a line each. */
export function importNotes({ agents, interrupted }: ImportReport): string {
  const isNothing = agents.every(({ answers, unreadable }) => answers + unreadable === 0)
  const notes = [
    ...(isNothing && !interrupted ? ['nothing new in the logs'] : []),
    ...agents.flatMap(({ skipped }) =>
      skipped.map(({ path, reason }) => `left out: ${path}: ${reason}`),
    ),
    ...(interrupted ? ['stopped; the next import goes on from here'] : []),
  ]
  return notes.map((note) => `${note}\n`).join('')
}
