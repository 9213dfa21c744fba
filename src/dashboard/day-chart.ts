import uPlot from 'uplot'
import { PICO_PER_USD } from '../domain/costs/pico.ts'
import { el, refill } from './dom.ts'
import { colourOf } from './colours.ts'
import type { DayStack } from './spending.ts'
import { usdOfPico } from '../ui/money.ts'

export interface DayChart {
  readonly element: HTMLElement
  show(stack: DayStack): void
}

const HEIGHT = 232
const PICO = Number(PICO_PER_USD)
/** Wide enough to be told apart where there are few, in CSS pixels. */
const WIDEST_BAR = 34

/** Bars of days, stacked by model; the same as a table, for those who do not see them. */
export function dayChart(): DayChart {
  const plot = el('div', { class: 'plot', role: 'img' })
  const legend = el('ul', { class: 'legend' })
  const caption = el('p', { class: 'day quiet' })
  const table = el('details', { class: 'table' }, el('summary', {}, 'as a table'))
  const element = el(
    'div',
    { class: 'days' },
    el('div', { class: 'above' }, legend, caption),
    plot,
    table,
  )
  let stack: DayStack | null = null
  let chart: uPlot | null = null
  const tell = (index: number | null) => {
    if (stack !== null) refill(legend, ...legendOf(stack, index))
    caption.textContent = stack === null ? '' : captionOf(stack, index)
  }
  const draw = () => {
    chart?.destroy()
    if (stack === null) return
    chart = new uPlot(optionsOf(stack, plot, tell), dataOf(stack), plot)
    tell(null)
  }
  table.addEventListener('toggle', () => {
    if (table.open && stack !== null) fillTable(table, stack)
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw)
  new ResizeObserver(() => {
    const width = Math.floor(plot.clientWidth)
    if (chart !== null && width > 0 && chart.width !== width)
      chart.setSize({ width, height: HEIGHT })
  }).observe(plot)
  return {
    element,
    show: (next) => {
      stack = next
      plot.setAttribute('aria-label', `Bars of what was spent: ${captionOf(next, null)}`)
      if (table.open) fillTable(table, next)
      draw()
    },
  }
}

/** Each series is the sum of its own and those below it; the highest is drawn first, so none is hidden. */
function dataOf({ days, models }: DayStack): uPlot.AlignedData {
  const sums = days.map(() => 0)
  const series = models.map(({ picoUsd }) =>
    picoUsd.map((amount, day) => (sums[day] = (sums[day] ?? 0) + Number(amount) / PICO)),
  )
  return [days.map((_, index) => index), ...series.toReversed()]
}

function optionsOf(
  stack: DayStack,
  plot: HTMLElement,
  tell: (index: number | null) => void,
): uPlot.Options {
  const { days, models } = stack
  const style = getComputedStyle(plot)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const bars = uPlot.paths.bars?.({ size: [0.78, WIDEST_BAR] })
  const grid = { stroke: colour('--line'), width: 1 }
  const font = `11px ${style.fontFamily}`
  const axis = { stroke: colour('--quiet'), font, ticks: { show: false } }
  const names = models.map(({ model }) => model)
  return {
    width: Math.max(Math.floor(plot.clientWidth), 100),
    height: HEIGHT,
    legend: { show: false },
    cursor: { y: false, points: { show: false }, drag: { x: false, y: false } },
    scales: {
      x: { time: false, range: [-0.6, days.length - 0.4] },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 26,
        space: 72,
        incrs: [1, 2, 7, 14, 28, 56],
        values: (_, at) => at.map((index) => dayText(days[index])),
      },
      { ...axis, grid, size: 52, values: (_, at) => at.map(dollars) },
    ],
    series: [
      {},
      ...names.toReversed().map((name) => ({
        label: name,
        fill: colour(colourOf(name, names)),
        stroke: colour('--paper'),
        width: days.length > 100 ? 0 : 1,
        ...(bars === undefined ? {} : { paths: bars }),
        points: { show: false },
      })),
    ],
    hooks: { setCursor: [({ cursor }) => tell(cursor.idx ?? null)] },
  }
}

function legendOf({ models }: DayStack, day: number | null): readonly HTMLElement[] {
  const names = models.map(({ model }) => model)
  return models.map(({ model, total, picoUsd }) => {
    const swatch = el('span', { class: 'swatch', 'aria-hidden': 'true' })
    swatch.style.background = `var(${colourOf(model, names)})`
    const amount = day === null ? total : (picoUsd[day] ?? 0n)
    return el('li', {}, swatch, model, el('span', { class: 'amount' }, usdOfPico(amount)))
  })
}

function captionOf({ days, totals }: DayStack, day: number | null): string {
  if (day !== null) return `${days[day] ?? ''}: ${usdOfPico(totals[day] ?? 0n)}`
  const sum = totals.reduce((all, amount) => all + amount, 0n)
  return `${usdOfPico(sum)} in ${days.length} days`
}

function fillTable(table: HTMLElement, { days, models, totals }: DayStack): void {
  const names = ['day', ...models.map(({ model }) => model), 'all']
  const rows = days.map((day, index) => {
    const amounts = [...models.map(({ picoUsd }) => picoUsd[index] ?? 0n), totals[index] ?? 0n]
    return el(
      'tr',
      {},
      el('th', { scope: 'row' }, day),
      ...amounts.map((amount) => el('td', {}, usdOfPico(amount))),
    )
  })
  refill(
    table,
    el('summary', { 'data-key': 'as-a-table' }, 'as a table'),
    el(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'What was spent, by day' },
      el(
        'table',
        {},
        el('thead', {}, el('tr', {}, ...names.map((name) => el('th', { scope: 'col' }, name)))),
        el('tbody', {}, ...rows.toReversed()),
      ),
    ),
  )
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function dayText(day: string | undefined): string {
  if (day === undefined) return ''
  return `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1] ?? ''}`
}

function dollars(amount: number): string {
  if (amount === 0 || amount >= 10) return `$${amount.toFixed(0)}`
  return amount >= 1 ? `$${amount.toFixed(1)}` : `$${Number(amount.toPrecision(2))}`
}
