import type { ChainPicture, HopPicture } from './chains.ts'
import { el, refill, svg } from './dom.ts'
import { nothing, panel, whenChanged, type Panel } from './panel.ts'
import { countdownText } from './words.ts'

const STATE_WORDS: Readonly<Record<HopPicture['state'], string>> = {
  closed: 'closed',
  open: 'open',
  'half-open': 'half-open',
  off: 'not ready',
}

export interface ChainPanel extends Panel {
  show(pictures: readonly ChainPicture[]): void
  /** Moves the countdowns on. */
  tick(nowMs: number): void
}

/** The chains as they are wired: a switch before each model, open where it is left alone. */
export function chainPanel(reset: (target: string) => void): ChainPanel {
  const parts = panel('circuits', 'Circuits')
  const draw = (pictures: readonly ChainPicture[]) => {
    const rows = pictures.map((picture) => chainRow(picture, reset))
    refill(parts.body, ...(rows.length > 0 ? rows : [nothing('no profile has a chain')]))
    tick(Date.now())
  }
  const tick = (nowMs: number) => {
    for (const clock of parts.body.querySelectorAll<HTMLElement>('[data-until]'))
      moveOn(clock, nowMs)
  }
  return { ...parts, show: whenChanged(draw), tick }
}

function moveOn(clock: HTMLElement, nowMs: number): void {
  const [from, until] = [Number(clock.dataset['from']), Number(clock.dataset['until'])]
  const [text, fill] = [clock.querySelector('.left'), clock.querySelector('.fill')]
  const leftMs = until - nowMs
  const words = leftMs > 0 ? `asked again in ${countdownText(leftMs)}` : 'asked at the next request'
  if (text !== null && text.textContent !== words) text.textContent = words
  const share = until > from ? Math.min(Math.max(leftMs / (until - from), 0), 1) : 0
  if (fill instanceof HTMLElement) fill.style.width = `${(share * 100).toFixed(1)}%`
}

function chainRow({ profile, hops }: ChainPicture, reset: (target: string) => void): HTMLElement {
  const id = `chain-${profile}`
  return el(
    'div',
    { class: 'chain' },
    el('h3', { id }, profile),
    el('ol', { 'aria-labelledby': id }, ...hops.map((hop) => hopItem(hop, profile, reset))),
  )
}

function hopItem(hop: HopPicture, profile: string, reset: (target: string) => void): HTMLElement {
  const { provider, model, state, isNext, words, fix, wait, target } = hop
  const classes = `hop ${state}${isNext ? ' next' : ''}`
  const button =
    target === null
      ? null
      : el(
          'button',
          { type: 'button', 'data-key': `${profile} ${target}`, 'aria-label': `reset ${model}` },
          'reset',
        )
  button?.addEventListener('click', () => reset(target ?? ''))
  return el(
    'li',
    { class: classes },
    drawing(state),
    el(
      'div',
      { class: 'node' },
      el(
        'p',
        { class: 'model' },
        model,
        isNext ? el('span', { class: 'here' }, 'asked now') : null,
      ),
      el('p', { class: 'state' }, el('b', {}, STATE_WORDS[state]), ` · ${provider}`, button),
      el('p', { class: 'why' }, words),
      fix === null ? null : el('p', { class: 'fix' }, fix),
      wait === null ? null : clock(wait),
    ),
  )
}

function clock({ fromMs, untilMs }: NonNullable<HopPicture['wait']>): HTMLElement {
  return el(
    'div',
    { class: 'clock', 'data-from': fromMs, 'data-until': untilMs },
    el('span', { class: 'left' }),
    el('span', { class: 'bar', 'aria-hidden': 'true' }, el('span', { class: 'fill' })),
  )
}

/** A switch in a line: its lever lies down, stands up, or is on its way. */
function drawing(state: HopPicture['state']): SVGElement {
  const lever = {
    closed: 'M14 18L38 18',
    open: 'M14 18L33 4',
    'half-open': 'M14 18L36 10',
    off: '',
  }
  return svg(
    'svg',
    { class: 'switch', viewBox: '0 0 52 24', 'aria-hidden': 'true' },
    svg('path', { class: 'wire', d: 'M0 18H14M38 18H52' }),
    svg('path', { class: 'lever', d: lever[state] }),
    svg('circle', { cx: 14, cy: 18, r: 3 }),
    svg('circle', { cx: 38, cy: 18, r: 3 }),
  )
}
