import { quote } from '../shell/quote.ts'
import type { Work } from './session.ts'

/** Where in a session's work an agent is started. */
export interface AgentPlace {
  readonly name: string
  /** The person's own: assignments before the program, and its arguments up to a `--`. */
  readonly words: readonly string[]
  /** The same work with these arguments before the person's. */
  readonly withArgs: (args: readonly string[]) => Work
}

interface Options {
  readonly names: readonly string[]
  /** In which a typed line is read. */
  readonly syntax: 'sh' | 'fish'
}

/**
 * The agent that the work starts: its program, or the first command of its shell text. One that comes
 * later in a text, as in `make && claude`, is not looked for: only a shell could find it for certain.
 */
export function findAgent(work: Work, { names, syntax }: Options): AgentPlace | null {
  if (work.kind === 'shell') {
    return work.typed === null
      ? null
      : inText(work.typed, { names, syntax }, (typed) => ({ ...work, typed }))
  }
  const [program = '', ...rest] = work.argv
  if (program === '/bin/sh' && rest[0] === '-c') {
    const [, text = '', zero, ...args] = rest
    const zeroAndArgs = zero === undefined ? [] : [zero, ...args]
    const place = inText(text, { names, syntax: 'sh' }, (changed) => ({
      ...work,
      argv: [program, '-c', changed, ...zeroAndArgs],
    }))
    return place === null ? null : { ...place, words: beforeDashes([...place.words, ...args]) }
  }
  const name = program.slice(program.lastIndexOf('/') + 1)
  if (!names.includes(name)) return null
  const withArgs = (args: readonly string[]): Work => ({
    ...work,
    argv: [program, ...args, ...rest],
  })
  return { name, words: beforeDashes(rest), withArgs }
}

/** `NAME=value` before a command, with nothing in it that a shell expands. */
const ASSIGNMENTS = String.raw`(?:[A-Za-z_]\w*=(?:[^\s'"$\x60\\;&|<>()]|'[^']*')*\s+)*`
const FOLDER = String.raw`(?:[^\s'"$\x60\\;&|<>()*?[\]{}#]*/)?`

function inText(
  text: string,
  { names, syntax }: Options,
  rebuild: (text: string) => Work,
): AgentPlace | null {
  const command = new RegExp(
    String.raw`^\s*(${ASSIGNMENTS})(?:exec\s+)?${FOLDER}(${names.join('|')})(?![^\s;&|])`,
  )
  const found = command.exec(text)
  const name = found?.[2]
  if (found === null || name === undefined) return null
  const [before, assignments = ''] = found
  const after = text.slice(before.length)
  const withArgs = (args: readonly string[]) =>
    rebuild(`${before}${args.map((arg) => ` ${quote(syntax, arg)}`).join('')}${after}`)
  return { name, words: [...wordsOf(assignments), ...beforeDashes(wordsOf(after))], withArgs }
}

const QUOTED = String.raw`'[^']*'|"(?:\\.|[^"\\])*"|\\.`
const COMMAND = new RegExp(String.raw`^(?:[^'"\\;&|\n]|${QUOTED})*`, 's')
const WORD = new RegExp(String.raw`(?:[^\s'"\\]|${QUOTED})+`, 'gs')

/** Of the text's first command, with their quotes: a quoted word is an argument, never a flag. */
function wordsOf(text: string): string[] {
  return COMMAND.exec(text)?.[0].match(WORD) ?? []
}

function beforeDashes(words: readonly string[]): readonly string[] {
  const dashes = words.indexOf('--')
  return dashes < 0 ? words : words.slice(0, dashes)
}
