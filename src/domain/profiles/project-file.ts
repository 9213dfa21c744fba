import { printable } from '../printable.ts'

/** What a project file says: a profile's name and the line that it stands on, or why it is refused. */
export type ProjectFile =
  | { readonly kind: 'profile'; readonly profile: string; readonly line: number }
  | { readonly kind: 'refused'; readonly line: number; readonly reason: string }

export const PROJECT_FILE = '.llmsel.json'

/** Longer ones are refused unread: prompts compare the whole content. */
export const PROJECT_FILE_MAX_BYTES = 4096

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/

/**
 * A project file may come with a cloned repository, so it can name a profile or model that the user's
 * own config knows, and nothing else: no URL, key, command or variable.
 */
export function parseProjectFile(text: string): ProjectFile {
  const refused = (line: number, reason: string): ProjectFile => ({ kind: 'refused', line, reason })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refused(1, 'it is not JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return refused(1, 'it must hold one object, {"profile": "NAME"}')
  }
  const [other] = Object.keys(value).filter((key) => key !== 'profile')
  if (other !== undefined) {
    return refused(
      lineOf(text, other),
      `it sets "${printable(other, 40)}"; a project may only name a profile`,
    )
  }
  const profile = 'profile' in value ? value.profile : undefined
  const line = lineOf(text, 'profile')
  if (typeof profile !== 'string')
    return refused(line, '"profile" must be the name of a profile or model')
  if (!NAME.test(profile)) return refused(line, '"profile" holds what no name may')
  return { kind: 'profile', profile, line }
}

/** The line of a key's last mention, which is the one that JSON.parse takes. */
function lineOf(text: string, key: string): number {
  const at = text.lastIndexOf(JSON.stringify(key))
  return text.slice(0, Math.max(at, 0)).split('\n').length
}
