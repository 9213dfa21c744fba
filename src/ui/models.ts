import type { ModelReport } from '../domain/models/describe.ts'
import type { IsoDate, PriceBand, PricePeriod } from '../domain/models/model.ts'
import type { Streams } from '../ports.ts'
import { catalogueDates } from './catalogue-dates.ts'
import { priceText } from './money.ts'
import type { Part } from './report.ts'
import type { Table } from './table.ts'
import { tokensText } from './tokens.ts'

export interface ModelList {
  readonly catalogueDate: IsoDate
  /** Null: nothing was refreshed. */
  readonly refreshDate: IsoDate | null
  readonly asOf: IsoDate
  readonly models: readonly ModelReport[]
}

export interface ModelFacts {
  readonly catalogueDate: IsoDate
  /** Null: nothing was refreshed. */
  readonly refreshDate: IsoDate | null
  readonly asOf: IsoDate
  readonly model: ModelReport
}

export function modelListView(list: ModelList, streams: Streams): readonly Part[] {
  const table: Table = {
    columns: [
      { header: 'model' },
      { header: 'aliases', dispensable: 4 },
      { header: 'input', align: 'right' },
      { header: 'output', align: 'right' },
      { header: 'speed', dispensable: 3 },
      { header: 'quality', dispensable: 2 },
      { header: 'use case', dispensable: 1 },
      { header: 'status' },
    ],
    rows: list.models.map((model) => [
      model.id,
      model.aliases.join(', '),
      basePrice(model, 'input'),
      basePrice(model, 'output'),
      model.speed ?? '',
      model.quality ?? '',
      model.useCase ?? '',
      model.source === 'own' ? `${statusText(model)}, your own` : statusText(model),
    ]),
  }
  if (!streams.isTty) return [table]
  const banded = list.models.some(({ bands }) => (bands?.length ?? 0) > 1)
  return [
    table,
    '\n',
    dated(list),
    banded ? '+ more for long prompts: llmsel models show NAME\n' : '',
  ]
}

export function modelFactsView(facts: ModelFacts, streams: Streams): readonly Part[] {
  const table: Table = {
    columns: [{ header: 'fact' }, { header: 'value', wraps: true }],
    rows: factRows(facts),
  }
  const prices = priceHistory(facts.model.prices)
  return streams.isTty ? [table, '\n', prices, '\n', dated(facts)] : [table, prices]
}

/** What will happen to the model and when, or what has. */
export function statusText({ status, lifecycle }: ModelReport): string {
  switch (status) {
    case 'active':
      return lifecycle.retires === null ? 'active' : `active, ends ${lifecycle.retires}`
    case 'deprecated':
      return `deprecated${lifecycle.retires === null ? '' : `, ends ${lifecycle.retires}`}`
    case 'ending':
      return `! ends ${lifecycle.retires}`
    case 'retired':
      return `retired ${lifecycle.retires}`
    case 'future':
      return `out on ${lifecycle.released}`
    case 'unknown':
      return 'unknown'
  }
}

function factRows({ model }: ModelFacts): readonly (readonly string[])[] {
  const { lifecycle } = model
  const facts: readonly (readonly [string, string | null])[] = [
    ['id', model.id],
    ['other ids', model.otherIds.join(', ')],
    ['aliases', model.aliases.join(', ')],
    ['provider', model.provider],
    ['status', statusText(model)],
    ['released', lifecycle.released ?? (model.status === 'unknown' ? 'unknown' : null)],
    ['deprecated', lifecycle.deprecated],
    ['ends', lifecycle.retires],
    ['stays at least until', lifecycle.notRetiredBefore],
    ['replacement', lifecycle.replacement],
    [
      'context',
      model.contextTokens === null ? 'unknown' : `${tokensText(model.contextTokens)} tokens`,
    ],
    [
      'output',
      model.outputTokens === null ? 'unknown' : `${tokensText(model.outputTokens)} tokens`,
    ],
    ['batch', batchText(model.batchFactor)],
    ['speed', model.speed],
    ['quality', model.quality],
    ['use case', model.useCase],
    ['note', model.note],
  ]
  return facts.flatMap(([fact, value]) => (value === null || value === '' ? [] : [[fact, value]]))
}

function priceHistory(periods: readonly PricePeriod[]): Table {
  const right = (header: string) => ({ header, align: 'right' }) as const
  return {
    columns: [
      { header: 'per 1M from' },
      right('prompt above'),
      right('input'),
      right('output'),
      right('cache read'),
      right('5 min write'),
      right('1 h write'),
    ],
    rows: periods.flatMap(({ from, bands }) =>
      bands.map((band) => [
        from ?? 'the start',
        tokensText(band.aboveInputTokens),
        ...[band.input, band.output, band.cacheRead, band.cacheWrite5m, band.cacheWrite1h].map(
          priceText,
        ),
      ]),
    ),
  }
}

function basePrice({ bands }: ModelReport, kind: keyof PriceBand & ('input' | 'output')): string {
  const [base, ...more] = bands ?? []
  return base === undefined ? 'unknown' : `${priceText(base[kind])}${more.length > 0 ? '+' : ''}`
}

function batchText(factor: string | null): string {
  if (factor === null) return 'unknown'
  return factor === '1' ? 'the same price' : `${factor} of the price`
}

function dated({ asOf, refreshDate }: Pick<ModelList, 'asOf' | 'refreshDate'>): string {
  return `US dollars per 1M tokens as of ${asOf}, ${catalogueDates(refreshDate)}\n`
}
