/** Where a choice was made; `LLMSEL_ORIGIN` holds it as text. */
export type Origin =
  | { readonly kind: 'shell' }
  | { readonly kind: 'session'; readonly name: string }
  | { readonly kind: 'project'; readonly file: string; readonly line: number }
  | { readonly kind: 'rc'; readonly file: string | null }
  | { readonly kind: 'user' }

/** What it reads is what a shell holds, so anything that is not an origin is this shell's own. */
export function parseOrigin(text: string): Origin {
  const [kind = '', ...rest] = text.split(' ')
  const detail = rest.join(' ')
  switch (kind) {
    case 'session':
      return { kind, name: detail }
    case 'project': {
      const colon = detail.lastIndexOf(':')
      return { kind, file: detail.slice(0, colon), line: Number(detail.slice(colon + 1)) }
    }
    case 'rc':
      return { kind, file: detail === '' ? null : detail }
    case 'user':
      return { kind }
    default:
      return { kind: 'shell' }
  }
}

export function formatOrigin(origin: Origin): string {
  switch (origin.kind) {
    case 'shell':
    case 'user':
      return origin.kind
    case 'session':
      return `session ${origin.name}`
    case 'project':
      return `project ${origin.file}:${origin.line}`
    case 'rc':
      return origin.file === null ? 'rc' : `rc ${origin.file}`
  }
}

/** A choice that was in force, to come back to: a profile's name and where it was chosen. */
export interface Choice {
  readonly profile: string
  readonly origin: Origin
  /** Its programs went through the gateway. */
  readonly gateway: boolean
}

/** `PROFILE [gateway ]ORIGIN`, since no profile's name holds a space; empty: none was in force. */
export function formatChoice(choice: Choice | null): string {
  if (choice === null) return ''
  const { profile, origin, gateway } = choice
  return `${profile} ${gateway ? THROUGH_GATEWAY : ''}${formatOrigin(origin)}`
}

export function parseChoice(text: string): Choice | null {
  const space = text.indexOf(' ')
  if (space <= 0) return null
  const rest = text.slice(space + 1)
  const gateway = rest.startsWith(THROUGH_GATEWAY)
  const origin = parseOrigin(gateway ? rest.slice(THROUGH_GATEWAY.length) : rest)
  return { profile: text.slice(0, space), origin, gateway }
}

const THROUGH_GATEWAY = 'gateway '
