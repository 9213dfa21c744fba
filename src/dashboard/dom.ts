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

function give(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '')
    else if (value !== null && value !== false) element.setAttribute(name, String(value))
  }
}
