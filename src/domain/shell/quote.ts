import type { Syntax } from './shell.ts'

/** One literal word of the syntax; any string without NUL survives byte for byte. */
export function quote(syntax: Syntax, value: string): string {
  switch (syntax) {
    case 'sh':
      return `'${value.replaceAll("'", String.raw`'\''`)}'`
    case 'fish':
      return `'${value.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`
    case 'powershell':
      return `'${value.replaceAll("'", "''")}'`
    case 'nu':
      return JSON.stringify(value)
  }
}

const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

/** Names are never quoted in shell code, so only these may reach it. */
export function isVariableName(name: string): boolean {
  return VARIABLE_NAME.test(name)
}
