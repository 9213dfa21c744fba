import { checkbox, password, select } from '@inquirer/prompts'
import type { CheckedChoice, Choice } from '../ports.ts'

/** On stderr, since stdout is the result's. */
export async function choose(message: string, choices: readonly Choice[]): Promise<string> {
  return await select({ message, choices: [...choices] }, { output: process.stderr })
}

export async function chooseSeveral(
  message: string,
  choices: readonly CheckedChoice[],
): Promise<readonly string[]> {
  return await checkbox({ message, choices: [...choices] }, { output: process.stderr })
}

export async function askSecret(message: string): Promise<string> {
  return await password({ message, mask: '*' }, { output: process.stderr })
}
