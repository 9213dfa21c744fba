import { LlmselError } from '../errors.ts'
import type { Environment } from './environment.ts'

/**
 * `NAME=VALUE` lines as the dotenv libraries read them; what is to be unset stands in comments.
 * @throws LlmselError `usage` for a value that the format cannot hold.
 */
export function dotenv({ set, unset }: Environment): string {
  const lines = Object.entries(set).map(([name, value]) => `${name}=${word(name, value)}\n`)
  return lines.join('') + unset.map((name) => `# unset ${name}\n`).join('')
}

function word(name: string, value: string): string {
  if (/^[A-Za-z0-9_./:@%+,-]*$/.test(value)) return value
  for (const mark of ["'", '"', '`']) {
    const plain = mark !== '"' || !/[\\$]/.test(value)
    if (plain && !value.includes(mark)) return `${mark}${value}${mark}`
  }
  throw new LlmselError('usage', `the dotenv format cannot hold the value of ${name}`, {
    hint: 'run: llmsel env NAME --format json',
  })
}
