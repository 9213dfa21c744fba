import { isVariableName } from './quote.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** The person's own value of a variable, under whatever llmsel put over it in this process. */
export function ownValue(env: Variables, name: string): string | undefined {
  const held = (env['__LLMSEL_SET'] ?? '').split(' ')
  if (held.includes(name)) return env[`__LLMSEL_OLD_${name}`]
  // Empty: a fish shell hides a universal variable so.
  if (held.includes(`-${name}`)) return env[name] || env[`__LLMSEL_OLD_${name}`]
  return isVariableName(name) ? env[name] : undefined
}
