import type { CommandNode, ValueKind } from './tree.ts'

/** One command of the tree, with what may follow it. */
export interface CommandRow {
  /** The words after `llmsel` that lead to it, such as `session new`; the program itself is ''. */
  readonly path: string
  readonly commands: readonly Described[]
  readonly options: readonly Described[]
  /** Of the options, those whose value is the next word. */
  readonly valued: readonly string[]
}

export interface Described {
  readonly word: string
  readonly about: string
}

/** What to offer for an option's value, or for the argument of a number. */
export interface ValueRow {
  readonly path: string
  /** `--shell`, or `2`, or `2+` for the second argument and all after it. */
  readonly slot: string
  readonly kind: Exclude<ValueKind, 'text'>
}

export interface CompletionTable {
  readonly commands: readonly CommandRow[]
  readonly values: readonly ValueRow[]
}

/** The tree laid flat, from the top down: what each of the scripts looks things up in. */
export function completionTable(program: CommandNode): CompletionTable {
  const found = flatten(program, '')
  return {
    commands: found.map(({ path, node }) => ({
      path,
      commands: node.commands.map(({ name, about }) => ({ word: name, about })),
      options: node.options.flatMap(({ flags, about }) => flags.map((word) => ({ word, about }))),
      valued: node.options.flatMap(({ flags, value }) => (value === null ? [] : flags)),
    })),
    values: found.flatMap(({ path, node }) => valuesOf(path, node)),
  }
}

interface Found {
  readonly path: string
  readonly node: CommandNode
}

function flatten(node: CommandNode, path: string): Found[] {
  const inner = node.commands.flatMap((child) =>
    flatten(child, path === '' ? child.name : `${path} ${child.name}`),
  )
  return [{ path, node }, ...inner]
}

function valuesOf(path: string, node: CommandNode): ValueRow[] {
  const ofOptions = node.options.flatMap(({ flags, value }) =>
    flags.map((slot) => ({ path, slot, kind: value ?? 'text' })),
  )
  const ofArguments = node.arguments.map(({ kind, repeats }, index) => ({
    path,
    slot: repeats ? `${index + 1}+` : String(index + 1),
    kind,
  }))
  return [...ofOptions, ...ofArguments].flatMap(({ kind, ...row }) =>
    kind === 'text' ? [] : [{ ...row, kind }],
  )
}
