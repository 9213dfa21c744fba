import type { LimitWarning } from './api.ts'
import { el } from './dom.ts'
import { warningText } from './spending.ts'

/** More would hide the page. */
const MOST = 4

export interface LimitWarnings {
  readonly element: HTMLElement
  /** A later one of the same limit takes its place. */
  add(warning: LimitWarning, at: Date): void
}

/** What limits have said since the page was opened, until the person has seen it; read out as it comes. */
export function limitWarnings(): LimitWarnings {
  const element = el('div', { class: 'warnings', role: 'log', 'aria-label': 'limits' })
  const lines = new Map<string, HTMLElement>()
  const drop = (key: string) => {
    lines.get(key)?.remove()
    lines.delete(key)
  }
  return {
    element,
    add: (warning, at) => {
      const { scope, name, limit, percent } = warning
      const key = `${scope} ${name} ${limit}`
      const text = warningText(warning)
      const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
      const close = el('button', { type: 'button', 'aria-label': `dismiss: ${text}` }, 'dismiss')
      close.addEventListener('click', () => drop(key))
      const line = el('p', { class: percent >= 100 ? 'over' : '' }, `${time} ${text}`, close)
      drop(key)
      lines.set(key, line)
      element.append(line)
      const [oldest] = lines.keys()
      if (lines.size > MOST && oldest !== undefined) drop(oldest)
    },
  }
}
