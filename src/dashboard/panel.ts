import { el } from './dom.ts'

export interface Panel {
  readonly element: HTMLElement
  /** Where its content goes. */
  readonly body: HTMLElement
  /** Beside the heading: controls, or a word. */
  readonly aside: HTMLElement
}

/** A part of the page with a heading of its own. */
export function panel(name: string, title: string): Panel {
  const heading = el('h2', { id: `${name}-title` }, title)
  const aside = el('div', { class: 'aside' })
  const body = el('div', { class: 'body' })
  const element = el(
    'section',
    { class: `panel ${name}`, 'aria-labelledby': `${name}-title` },
    el('div', { class: 'head' }, heading, aside),
    body,
  )
  return { element, body, aside }
}

/** In place of what is not there: said plainly. */
export function nothing(words: string): HTMLElement {
  return el('p', { class: 'quiet' }, words)
}

export const NO_LEDGER = 'the ledger does not answer: llmsel gateway logs'

/** A level from 0 to 1; its words stand beside it, so it is not read out. */
export function bar(share: number, tone = ''): HTMLElement {
  const fill = el('span', { class: `fill ${tone}` })
  fill.style.width = `${(share * 100).toFixed(1)}%`
  return el('span', { class: 'bar', 'aria-hidden': 'true' }, fill)
}

/** Draws again only when something is different. */
export function whenChanged<T>(draw: (value: T) => void): (value: T) => void {
  let last: string | null = null
  return (value) => {
    const text = JSON.stringify(value, (_, each: unknown) =>
      typeof each === 'bigint' ? String(each) : each,
    )
    if (text === last) return
    last = text
    draw(value)
  }
}
