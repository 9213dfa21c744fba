type Child = Node | string | null
type Attributes = Readonly<Record<string, string | number | boolean | null>>

/** Children that are texts become text nodes, so that no name from outside is ever markup. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag)
  give(element, attributes)
  element.append(...children.filter((child) => child !== null))
  return element
}

const SVG = 'http://www.w3.org/2000/svg'

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes,
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag)
  give(element, attributes)
  element.append(...children)
  return element
}

/** Puts these in place of what is there; what has the focus keeps it, by its `data-key`. */
export function refill(parent: Element, ...children: readonly Child[]): void {
  const focused = document.activeElement
  const key = parent.contains(focused) ? (focused?.getAttribute('data-key') ?? null) : null
  parent.replaceChildren(...children.filter((child) => child !== null))
  if (key === null) return
  const again = parent.querySelector(`[data-key="${CSS.escape(key)}"]`)
  if (again instanceof HTMLElement) again.focus({ preventScroll: true })
}

function give(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '')
    else if (value !== null && value !== false) element.setAttribute(name, String(value))
  }
}
