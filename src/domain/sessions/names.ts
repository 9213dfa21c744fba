import { LlmselError } from '../errors.ts'

const MAX_LENGTH = 64
const FORBIDDEN = /[^A-Za-z0-9_-]/u

/**
 * tmux expands formats in names (`#(…)` runs a command), cuts targets at `.` and `:` and reads a
 * leading `-` as an option, so only plain names are let through.
 * @throws LlmselError `usage` saying what is wrong with the name.
 */
export function checkSessionName(name: string): string {
  const problem = problemOf(name)
  if (problem === null) return name
  throw new LlmselError('usage', `no session name: ${JSON.stringify(name)}: ${problem}`, {
    hint: 'a session name is 1 to 64 letters, digits, "_" and "-", and does not begin with "-"',
  })
}

function problemOf(name: string): string | null {
  const character = FORBIDDEN.exec(name)?.[0]
  if (character !== undefined) return `${JSON.stringify(character)} is not allowed`
  if (name === '') return 'it is empty'
  if (name.startsWith('-')) return 'it begins with "-"'
  return name.length > MAX_LENGTH ? `it has ${name.length} characters` : null
}

/** A session name made of a profile's or a model's: `sonnet-4.5` → `sonnet-4-5`. */
export function slug(text: string): string {
  const plain = text
    .replaceAll(/[^A-Za-z0-9_]+/g, '-')
    .slice(0, MAX_LENGTH)
    .replaceAll(/^-+|-+$/g, '')
  return plain === '' ? 'session' : plain
}

/** The name itself, or the first of `name-2`, `name-3`, … that is not taken. */
export function freeName(base: string, taken: ReadonlySet<string>): string {
  let name = base
  for (let count = 2; taken.has(name); count++) {
    const suffix = `-${count}`
    name = base.slice(0, MAX_LENGTH - suffix.length) + suffix
  }
  return name
}
