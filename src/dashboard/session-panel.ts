import { describeAge } from '../domain/sessions/durations.ts'
import type { SessionReport } from './api.ts'
import { el, refill } from './dom.ts'
import { nothing, panel, whenChanged, type Panel } from './panel.ts'
import { moneyText } from './words.ts'

export interface SessionPanel extends Panel {
  show(sessions: readonly SessionReport[], nowMs: number): void
  /** Whose log is shown; null: nobody's. */
  selected(): string | null
  showLog(text: string | null): void
}

/** The sessions, and the last lines of the one that is chosen. */
export function sessionPanel(changed: () => void): SessionPanel {
  const parts = panel('sessions', 'Sessions')
  const list = el('div', { class: 'list' })
  const title = el('h3', { id: 'log-title' })
  const log = el('pre', { tabindex: 0, role: 'region', 'aria-labelledby': 'log-title' })
  const tail = el('div', { class: 'log' }, title, log)
  tail.hidden = true
  parts.body.append(list, tail)
  let chosen: string | null = null
  let last: readonly SessionReport[] = []
  const choose = (name: string) => {
    chosen = name
    title.textContent = `Log of ${name}`
    log.textContent = ''
    tail.hidden = false
    draw({ rows: last.map((session) => rowOf(session, Date.now())), chosen })
    changed()
  }
  const draw = whenChanged((shown: Shown) => refill(list, tableOf(shown, choose)))
  return {
    ...parts,
    show: (sessions, nowMs) => {
      last = sessions
      const first = sessions[0]
      draw({ rows: sessions.map((session) => rowOf(session, nowMs)), chosen })
      if (chosen === null && first !== undefined) choose(first.name)
    },
    selected: () => chosen,
    showLog: (text) => {
      const words = text === null || text === '' ? 'nothing was written yet' : text.trimEnd()
      if (words === log.textContent) return
      const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40
      log.textContent = words
      if (atEnd) log.scrollTop = log.scrollHeight
    },
  }
}

interface Shown {
  readonly rows: readonly SessionRow[]
  readonly chosen: string | null
}

interface SessionRow extends SessionReport {
  readonly spent: string
  readonly wrote: string
}

function rowOf(session: SessionReport, nowMs: number): SessionRow {
  const { outputAt } = session
  const wrote = outputAt === null ? '-' : describeAge(new Date(outputAt), new Date(nowMs))
  return { ...session, wrote, spent: spentText(session) }
}

/** As `session list` has it. */
function spentText({ spentUsd, spentMore }: SessionReport): string {
  if (spentUsd === null) return spentMore ? 'unknown' : '-'
  return moneyText(spentUsd) + (spentMore ? '+' : '')
}

function tableOf({ rows, chosen }: Shown, choose: (name: string) => void): HTMLElement {
  if (rows.length === 0) return nothing('none run: llmsel session new PROFILE')
  const head = ['session', 'spent', 'state', 'wrote'].map((name) =>
    el('th', { scope: 'col', class: name }, name),
  )
  return el(
    'table',
    {},
    el('thead', {}, el('tr', {}, ...head)),
    el('tbody', {}, ...rows.map((row) => rowElement(row, chosen, choose))),
  )
}

function rowElement(
  { name, profile, model, state, stateText, wrote, spent }: SessionRow,
  chosen: string | null,
  choose: (name: string) => void,
): HTMLElement {
  const pressed = name === chosen
  const button = el(
    'button',
    { type: 'button', 'data-key': name, 'aria-pressed': String(pressed), title: 'show its log' },
    name,
  )
  button.addEventListener('click', () => choose(name))
  return el(
    'tr',
    { class: pressed ? `chosen ${state}` : state },
    el(
      'th',
      { scope: 'row', class: 'session' },
      button,
      el('span', { class: 'note' }, `${profile} · ${model}`),
    ),
    el('td', { class: 'spent' }, spent),
    el('td', { class: 'state' }, stateText),
    el('td', { class: 'wrote' }, wrote),
  )
}
