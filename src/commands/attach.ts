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

/** Attaches the commands that `argv` names in full, and the others by name for the help. */
export async function attachNamed<C>(
  parent: Command,
  entries: readonly Entry<C>[],
  { ctx, argv }: { readonly ctx: C; readonly argv: Argv },
): Promise<Command> {
  for (const { name, alias, about, load } of entries) {
    const names = alias === undefined ? [name] : [name, alias]
    const wanted = argv === 'all' || names.some((each) => argv.includes(each))
    const child = wanted ? await load(ctx, argv) : new Command(name)
    attach(parent, child.description(about).aliases(names.slice(1)))
  }
  return parent
}
