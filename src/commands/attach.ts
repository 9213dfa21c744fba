import { Command } from 'commander'

/** addCommand alone leaves exitOverride and configureOutput behind, at every level. */
export function attach(parent: Command, ...children: readonly Command[]): Command {
  for (const child of children) {
    parent.addCommand(child.copyInheritedSettings(parent))
    attachAgain(child)
  }
  return parent
}

/** Children that were attached before their parent was. */
function attachAgain(parent: Command): void {
  for (const child of parent.commands) {
    child.copyInheritedSettings(parent)
    attachAgain(child)
  }
}

/** The words of the command line; `all`: every command is wanted in full. */
export type Argv = readonly string[] | 'all'

/** A command that is loaded when the command line names it: code that does not run costs start-up. */
export interface Entry<C> {
  readonly name: string
  readonly alias?: string
  readonly about: string
  readonly load: (ctx: C, argv: Argv) => Promise<Command>
}

export interface Wanted<C> {
  readonly ctx: C
  readonly argv: Argv
  /** Where in `argv` the name of one of the entries stands, if anywhere. */
  readonly place: number
}

/**
 * Attaches the command that stands at its place in `argv`, alone. Where none does, every one, for
 * the help: in full those that are named anywhere, the others by name.
 */
export async function attachNamed<C>(
  parent: Command,
  entries: readonly Entry<C>[],
  { ctx, argv, place }: Wanted<C>,
): Promise<Command> {
  const words = argv === 'all' ? [] : argv
  const called = entries.find((entry) => namesOf(entry).includes(words[place] ?? ''))
  for (const entry of called === undefined ? entries : [called]) {
    const names = namesOf(entry)
    const wanted = argv === 'all' || names.some((each) => words.includes(each))
    const child = wanted ? await entry.load(ctx, argv) : new Command(entry.name)
    attach(parent, child.description(entry.about).aliases(names.slice(1)))
  }
  return parent
}

function namesOf({ name, alias }: Entry<never>): string[] {
  return alias === undefined ? [name] : [name, alias]
}
