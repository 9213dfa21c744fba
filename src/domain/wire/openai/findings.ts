import type { Json, JsonObject } from '../../json.ts'

/** What a reader met that another format cannot hold; see `RequestReading`. */
export interface Findings {
  readonly dropped: Set<string>
  readonly bound: Set<string>
}

type Loss = 'bound' | 'dropped' | 'none'

interface FieldTable {
  readonly carried: ReadonlySet<string>
  /** What becomes of a field that is not carried; one that stands in neither is dropped. */
  readonly losses: Readonly<Record<string, Loss | ((value: Json) => Loss)>>
}

/** Sorts the fields of a request's top level. */
export function sortFields(body: JsonObject, { carried, losses }: FieldTable): Findings {
  const findings: Findings = { dropped: new Set(), bound: new Set() }
  for (const [name, value] of Object.entries(body)) {
    if (carried.has(name) || saysNothing(value)) continue
    const known = Object.hasOwn(losses, name) ? losses[name] : undefined
    const loss = typeof known === 'function' ? known(value) : (known ?? 'dropped')
    if (loss !== 'none') findings[loss].add(name)
  }
  return findings
}

function saysNothing(value: Json): boolean {
  return (
    value === null ||
    value === false ||
    value === '' ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  )
}
