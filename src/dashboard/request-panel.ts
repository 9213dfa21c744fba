import type { RequestReport } from './api.ts'
import { el } from './dom.ts'
import { panel, type Panel } from './panel.ts'
import { requestRow, type RequestRow } from './requests.ts'
import { countText } from './words.ts'

export interface RequestPanel extends Panel {
  add(report: RequestReport): void
  /** Puts what came since the last frame onto the page. */
  flush(): void
  /** Of the last minute. */
  perMinute(nowMs: number): number
}

/** More are not looked at, and would fill the page. */
const MOST_ROWS = 200
const MINUTE_MS = 60_000

/** The requests as they end, the newest first. */
export function requestPanel(): RequestPanel {
  const parts = panel('requests', 'Requests')
  const rows = el('tbody')
  const table = el('table', {}, head(), rows)
  const scroll = el(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Requests, the newest first' },
    table,
  )
  const empty = el('p', { class: 'quiet' }, 'none since this page was opened')
  parts.body.append(scroll, empty)
  let waiting: RequestRow[] = []
  let times: number[] = []
  let seen = 0
  return {
    ...parts,
    add: (report) => {
      const row = requestRow(report)
      if (row === null) return
      seen += 1
      const now = Date.now()
      times.push(now)
      // Out of sight nobody asks for them, and they would grow for as long as that lasts.
      while ((times[0] ?? now) <= now - MINUTE_MS) times.shift()
      waiting.push(row)
      // A page that is not looked at is not drawn.
      if (waiting.length > MOST_ROWS) waiting = waiting.slice(-MOST_ROWS)
    },
    flush: () => {
      if (waiting.length === 0) return
      const fresh = waiting.toReversed().map(rowElement)
      waiting = []
      rows.prepend(...fresh)
      while (rows.childElementCount > MOST_ROWS) rows.lastElementChild?.remove()
      empty.hidden = true
      parts.aside.textContent = `${countText(seen, 'request')} since this page was opened`
    },
    perMinute: (nowMs) => {
      times = times.filter((at) => at > nowMs - MINUTE_MS)
      return times.length
    },
  }
}

const COLUMNS = ['time', 'who', 'asked', 'outcome', 'took', 'added', 'cost'] as const

function head(): HTMLElement {
  const cells = COLUMNS.map((name) => el('th', { scope: 'col', class: name }, name))
  return el('thead', {}, el('tr', {}, ...cells))
}

function rowElement({ time, who, hops, outcome, tone, took, added, cost }: RequestRow): Node {
  const path = hops.flatMap((hop, index) => [
    ...(index === 0 ? [] : [' → ']),
    el(
      'span',
      { class: hop.good ? 'hop good' : 'hop bad' },
      hop.good ? hop.model : `${hop.model} ${hop.outcome}`,
    ),
  ])
  const texts = [time, who, null, outcome, took, added === '' ? '' : `+${added}`, cost]
  const cells = COLUMNS.map((name, index) =>
    el('td', { class: name }, ...(name === 'asked' ? path : [texts[index] ?? ''])),
  )
  return el('tr', { class: tone }, ...cells)
}
