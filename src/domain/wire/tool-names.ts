import type { Conversation } from './conversation.ts'

export interface ToolNaming {
  readonly written: (name: string) => string
  /** Those that had to be changed: as written → as the client knows them. */
  readonly toolNames: ReadonlyMap<string, string>
}

/** What Anthropic and OpenAI both take; other clients' names may have dots, slashes or more. */
const TAKEN = /^[a-zA-Z0-9_-]{1,64}$/
const LONGEST = 64

export function toolNaming({ tools, toolChoice, turns }: Conversation): ToolNaming {
  const names = new Set(tools.map(({ name }) => name))
  if (toolChoice?.type === 'tool') names.add(toolChoice.name)
  for (const { parts } of turns) {
    for (const part of parts) if (part.type === 'tool-call') names.add(part.name)
  }
  const toolNames = new Map<string, string>()
  for (const name of names) if (!TAKEN.test(name)) toolNames.set(changed(name), name)
  return { written: (name) => (TAKEN.test(name) ? name : changed(name)), toolNames }
}

/** The hash keeps apart what the cut and the underscores would make one. */
function changed(name: string): string {
  const hash = hashOf(name)
  return `${name.replaceAll(/[^a-zA-Z0-9_-]/g, '_').slice(0, LONGEST - hash.length - 1)}_${hash}`
}

/** FNV-1a, 32 bits, in hex. */
export function hashOf(text: string): string {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
