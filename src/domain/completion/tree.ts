import { PROVIDERS } from '../models/model.ts'

/** What a command line may hold at a place; `text`: nothing that could be offered. */
export type ValueKind =
  | 'profile'
  | 'model'
  | 'id'
  | 'alias'
  | 'session'
  | 'key'
  | 'file'
  | 'folder'
  | 'text'
  | { readonly words: readonly string[] }

interface CommandOption {
  /** `-n` and `--lines`, as they are typed. */
  readonly flags: readonly string[]
  readonly about: string
  /** Null: it takes no value. */
  readonly value: ValueKind | null
}

interface CommandArgument {
  readonly kind: ValueKind
  /** It takes every further word as well. */
  readonly repeats: boolean
}

/** A command as its completions need it, whatever library declares it. */
export interface CommandNode {
  readonly name: string
  readonly about: string
  readonly options: readonly CommandOption[]
  readonly arguments: readonly CommandArgument[]
  readonly commands: readonly CommandNode[]
}

/** The names that arguments and option values have in the help → what they hold. */
const KINDS: Readonly<Record<string, ValueKind>> = {
  profile: 'profile',
  model: 'model',
  models: 'model',
  id: 'id',
  alias: 'alias',
  session: 'session',
  sessions: 'session',
  key: 'key',
  file: 'file',
  command: 'file',
  folder: 'folder',
  provider: { words: PROVIDERS },
}

/** `placeholder` is as the help has it: `<profile>`, `[session]`, `[args...]`. */
export function kindOf(placeholder: string): ValueKind {
  const name = placeholder.replaceAll(/^[<[]|(?:\.\.\.)?[>\]]$/g, '')
  return Object.hasOwn(KINDS, name) ? (KINDS[name] ?? 'text') : 'text'
}
