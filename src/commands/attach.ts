import type { Command } from 'commander'

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
