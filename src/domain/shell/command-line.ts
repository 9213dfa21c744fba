import { isVariableName, quote } from './quote.ts'

type Variables = Readonly<Record<string, string | undefined>>

/**
 * One line of sh, without a newline, that becomes a program with the variables `to` in a shell that
 * has the variables `from`. Null: there is no such line.
 */
export function commandLine(
  argv: readonly string[],
  { from, to }: { readonly from: Variables; readonly to: Variables },
): string | null {
  const gone = Object.keys(from).filter((name) => to[name] === undefined)
  const changed = Object.keys(to).filter((name) => to[name] !== from[name])
  if (![...gone, ...changed].every(isVariableName)) return null
  const line = [
    ...gone.map((name) => `unset ${name}; `),
    ...changed.map((name) => `export ${name}=${quote('sh', to[name] ?? '')}; `),
    `exec ${argv.map((word) => quote('sh', word)).join(' ')}`,
  ].join('')
  return line.includes('\n') ? null : line
}
