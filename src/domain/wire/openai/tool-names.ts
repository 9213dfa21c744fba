import type { Conversation } from '../conversation.ts'
import { fingerprint } from './fingerprint.ts'

const TAKEN_NAME = /^[\w-]{1,64}$/
/** Chat Completions refuses a longer id, with `string_above_max_length`. */
const TAKEN_ID = /^[\w-]{1,40}$/
const KEPT = 50

interface ToolNaming {
  /** The name under which OpenAI takes a tool of the client's. */
  readonly written: (name: string) => string
  /** Written → as the client knows it, of those that differ. */
  readonly changed: ReadonlyMap<string, string>
}

/** OpenAI takes names of letters, digits, `_` and `-` up to 64; any other gets a stand-in. */
export function nameTools(conversation: Conversation): ToolNaming {
  const names = namesIn(conversation)
  const byName = new Map<string, string>()
  const changed = new Map<string, string>()
  for (const name of names) {
    if (TAKEN_NAME.test(name)) continue
    const standIn = `${name.replaceAll(/[^\w-]/g, '_').slice(0, KEPT)}_${fingerprint(name).slice(0, 12)}`
    byName.set(name, standIn)
    changed.set(standIn, name)
  }
  return { written: (name) => byName.get(name) ?? name, changed }
}

/** A call and its result are rewritten alike, so that they still belong together. */
export function writeCallId(id: string): string {
  return TAKEN_ID.test(id) ? id : `call_${fingerprint(id)}`
}

function namesIn({ tools, turns }: Conversation): ReadonlySet<string> {
  const names = new Set(tools.map(({ name }) => name))
  for (const { parts } of turns) {
    for (const part of parts) if (part.type === 'tool-call') names.add(part.name)
  }
  return names
}
