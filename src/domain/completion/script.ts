import { quote } from '../shell/quote.ts'
import { bashScript } from './bash.ts'
import { fishScript } from './fish.ts'
import { TAGS, type NamedKind } from './names.ts'
import { completionTable, type CommandRow, type Described, type ValueRow } from './table.ts'
import type { CommandNode } from './tree.ts'
import { zshScript } from './zsh.ts'

export const COMPLETED_SHELLS = ['bash', 'zsh', 'fish'] as const

export type CompletedShell = (typeof COMPLETED_SHELLS)[number]

/**
 * The completions of a shell: the command tree as two tables of that shell, with the code that looks
 * things up in them. The shell asks `llmsel completion --names` and tmux for what changes.
 */
export function completionScript(shell: CompletedShell, program: CommandNode): string {
  const { commands, values } = completionTable(program)
  switch (shell) {
    case 'bash':
      return bashScript(cases(commands.map(bashCommand)), cases(values.map(shValue)))
    case 'zsh':
      return zshScript(cases(commands.map(zshCommand)), cases(values.map(shValue)))
    case 'fish':
      return fishScript(lines(commands.map(fishCommand)), lines(values.map(fishValue)))
  }
}

function cases(rows: readonly string[]): string {
  return lines(rows.map((row) => `${row} ;;`))
}

function lines(rows: readonly string[]): string {
  return rows.map((row) => `    ${row}\n`).join('')
}

function bashCommand({ path, commands, options, valued }: CommandRow): string {
  const words = (rows: readonly Described[]) => rows.map(({ word }) => word).join(' ')
  return (
    `${quote('sh', path)}) commands=(${words(commands)})` +
    ` options=(${words(options)}) valued=(${valued.join(' ')})`
  )
}

/** As `_describe` takes them: a colon parts the word from what is said about it. */
function zshCommand({ path, commands, options, valued }: CommandRow): string {
  const described = (rows: readonly Described[]) =>
    rows.map(({ word, about }) => quote('sh', `${word}:${about}`)).join(' ')
  return (
    `${quote('sh', path)}) verbs=(${described(commands)})` +
    ` flags=(${described(options)}) valued=(${valued.join(' ')})`
  )
}

function fishCommand({ path, commands, options, valued }: CommandRow): string {
  const described = (rows: readonly Described[]) =>
    rows.map(({ word, about }) => ` ${quote('fish', `${word}\t${about}`)}`).join('')
  return [
    `case ${quote('fish', path)}`,
    `    set commands${described(commands)}`,
    `    set options${described(options)}`,
    `    set valued${valued.map((flag) => ` ${flag}`).join('')}`,
  ].join('\n    ')
}

function shValue(row: ValueRow): string {
  const { path, slot } = row
  const from = Number.parseInt(slot, 10)
  // Of the second argument and all after it: none but the first.
  const pattern = slot.endsWith('+') ? `[${from}-9]` : slot
  const quoted = quote('sh', `${path} ${slot.endsWith('+') ? '' : slot}`)
  return `${quoted}${slot.endsWith('+') ? pattern : ''}) ${offer('sh', row)}`
}

function fishValue(row: ValueRow): string {
  const { path, slot } = row
  const from = Number.parseInt(slot, 10)
  const slots = slot.endsWith('+')
    ? Array.from({ length: 10 - from }, (_, index) => String(from + index))
    : [slot]
  const patterns = slots.map((each) => quote('fish', `${path} ${each}`)).join(' ')
  return `case ${patterns}\n        ${offer('fish', row)}`
}

/** The call of a function that each of the scripts defines. */
function offer(syntax: 'sh' | 'fish', { kind }: ValueRow): string {
  if (typeof kind === 'object') {
    return `_llmsel_words ${kind.words.map((word) => quote(syntax, word)).join(' ')}`
  }
  if (kind === 'session') return '_llmsel_sessions'
  if (kind === 'file' || kind === 'folder')
    return `_llmsel_${kind}s${syntax === 'fish' ? ' "$token"' : ''}`
  return `_llmsel_names ${TAGS[kind satisfies NamedKind].join(' ')}`
}
