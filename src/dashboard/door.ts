import { el } from './dom.ts'

/** In place of the page where there is no token: no data is asked for. */
export function door(problem: string | null): HTMLElement {
  return el(
    'section',
    { class: 'door' },
    el('h2', {}, problem === null ? 'This page opens by a link' : 'This link does not open'),
    problem === null ? null : el('p', { class: 'problem', role: 'alert' }, problem),
    el('p', {}, 'In a terminal, as the user whose gateway this is:'),
    el('pre', {}, 'llmsel gateway open'),
    el(
      'p',
      { class: 'quiet' },
      'The link works once, within a minute. What it opens ends with this tab, with the gateway, or after 12 hours.',
    ),
  )
}
