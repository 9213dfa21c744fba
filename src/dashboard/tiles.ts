import { el, refill } from './dom.ts'
import { whenChanged } from './panel.ts'
import type { Tile } from './summary.ts'

export interface Tiles {
  readonly element: HTMLElement
  show(tiles: readonly Tile[]): void
}

export function tilesOf(): Tiles {
  const element = el('dl', { class: 'tiles' })
  const show = whenChanged((tiles: readonly Tile[]) =>
    refill(
      element,
      ...tiles.map(({ label, value, note, tone }) =>
        el(
          'div',
          { class: tone },
          el('dt', {}, label),
          el('dd', { class: 'value' }, value),
          el('dd', { class: 'note' }, note),
        ),
      ),
    ),
  )
  return { element, show }
}
