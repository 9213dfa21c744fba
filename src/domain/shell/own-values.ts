import type { Environment } from './environment.ts'
import { isVariableName } from './quote.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** `__LLMSEL_SET`: the names that llmsel holds in a process, `-NAME` those that it holds unset. */
export function heldText({ set, unset }: Pick<Environment, 'set' | 'unset'>): string {
  return [...Object.keys(set), ...unset.map((name) => `-${name}`)].join(' ')
}

/** The entries of `__LLMSEL_SET`, as `heldText` writes them. */
function heldEntries(env: Variables): string[] {
  return (env['__LLMSEL_SET'] ?? '').split(' ')
}

/** The names that llmsel holds unset in a process. */
export function heldUnset(env: Variables): string[] {
  return heldEntries(env).flatMap((entry) => (entry.startsWith('-') ? [entry.slice(1)] : []))
}

/** The person's own value of a variable, under whatever llmsel put over it in this process. */
export function ownValue(env: Variables, name: string): string | undefined {
  const held = heldEntries(env)
  if (held.includes(name)) return env[`__LLMSEL_OLD_${name}`]
  // Empty: a fish shell hides a universal variable so.
  if (held.includes(`-${name}`)) return env[name] || env[`__LLMSEL_OLD_${name}`]
  return isVariableName(name) ? env[name] : undefined
}
