import { chainPanel } from './chain-panel.ts'
import { el } from './dom.ts'
import { limitWarnings } from './limit-warnings.ts'
import { limitPanel, premiumPanel, spendPanel, todayPanel, whatIfPanel } from './money-panels.ts'
import { requestPanel } from './request-panel.ts'
import { sessionPanel } from './session-panel.ts'
import { tilesOf } from './tiles.ts'

/** What the person asks of the page. */
export interface Wishes {
  /** Another period is to be shown. */
  readonly past: () => void
  readonly whatIf: () => void
  readonly log: () => void
  readonly reset: (target: string) => void
}

export type Panels = ReturnType<typeof openPanels>

export function openPanels(wishes: Wishes) {
  const panels = {
    tiles: tilesOf(),
    spend: spendPanel(wishes.past),
    premium: premiumPanel(),
    today: todayPanel(),
    circuits: chainPanel(wishes.reset),
    limits: limitPanel(),
    warnings: limitWarnings(),
    whatIf: whatIfPanel(wishes.whatIf),
    requests: requestPanel(),
    sessions: sessionPanel(wishes.log),
    /** What the gateway could not read. */
    faults: el('ul', { class: 'faults' }),
    /** For those who do not see what changes. */
    spoken: el('p', { class: 'hidden', role: 'status' }),
  }
  const { tiles, spend, premium, whatIf, circuits, requests, today, limits, sessions } = panels
  const pair = el('div', { class: 'pair' }, premium.element, whatIf.element)
  const elements = [
    panels.faults,
    panels.warnings.element,
    tiles.element,
    el('div', { class: 'wide' }, spend.element, pair, circuits.element, requests.element),
    el('div', { class: 'side' }, today.element, limits.element, sessions.element),
    panels.spoken,
  ]
  return { ...panels, elements }
}
