import type { IsoDate } from '../domain/models/model.ts'
import type { Compared, WhatIf } from '../domain/reports/what-if.ts'
import { catalogueDates } from './catalogue-dates.ts'
import { usdOfPico } from './money.ts'
import { requestsText } from './spent.ts'
import type { Table } from './table.ts'

/** A row a model: what was spent, what it would have been there. */
export function whatIfTable(results: readonly WhatIf[]): Table {
  return {
    columns: [
      { header: 'on' },
      { header: 'requests', align: 'right', dispensable: 1 },
      { header: 'spent', align: 'right' },
      { header: 'there', align: 'right' },
      { header: 'saving', align: 'right' },
    ],
    rows: results.flatMap(({ target, paid, included }) => [
      ...(paid.requests > 0 || included.requests === 0 ? [cells(target.id, paid)] : []),
      ...(included.requests > 0 ? [cells(`${target.id}, included`, included)] : []),
    ]),
  }
}

/** What cannot be known, and what was left out for it: a line each. */
export function whatIfNotes(results: readonly WhatIf[], refreshDate: IsoDate | null): string {
  const notes = results.flatMap((result) => {
    const { id } = result.target
    const left = [...result.unknown].map(
      ([what, requests]) => `${requestsText(requests)} left out: the ${what} is unknown`,
    )
    return [
      ...said(result.unpriced, 'left out: what they did cost is unknown'),
      ...said(result.unmetered, 'left out: their tokens are unknown'),
      ...said(result.tooLong, `left out: too long for the window of ${id}`),
      ...left,
      ...said(result.otherTokenizer, `counted by another tokenizer than that of ${id}`),
      ...said(result.withoutCache, `with cached tokens as plain input: ${id} has no such cache`),
      ...said(result.otherCache, `as if ${id} had cached the same tokens`),
    ]
  })
  const lines = [`prices of each request’s day, ${catalogueDates(refreshDate)}`, ...notes]
  return [...new Set(lines)].map((line) => `${line}\n`).join('')
}

function cells(name: string, { requests, picoUsd, therePicoUsd }: Compared): string[] {
  return [
    name,
    String(requests),
    usdOfPico(picoUsd),
    usdOfPico(therePicoUsd),
    picoUsd === 0n ? '-' : `${percentOf(picoUsd - therePicoUsd, picoUsd)} %`,
  ]
}

/** To whole percents; a half goes away from zero. */
function percentOf(part: bigint, whole: bigint): bigint {
  const size = part < 0n ? -part : part
  const percent = (size * 200n + whole) / (whole * 2n)
  return part < 0n ? -percent : percent
}

function said(requests: number, what: string): readonly string[] {
  return requests > 0 ? [`${requestsText(requests)} ${what}`] : []
}
