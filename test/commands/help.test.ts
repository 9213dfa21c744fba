import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { callsIn, hasBareNote, refusal, wholeProgram, withAll } from '../support/command-line.ts'
import { ROOT } from '../support/launcher.ts'
import { run } from '../support/run.ts'

function pathOf(command: Command): string {
  const { parent } = command
  return parent === null ? command.name() : `${pathOf(parent)} ${command.name()}`
}

function helpOf(command: Command): string {
  const text: string[] = []
  command.configureOutput({ writeOut: (part) => text.push(part) }).outputHelp()
  return text.join('')
}

function exampleLines(command: Command): string[] {
  const [, block = ''] = helpOf(command).split('\nExamples:\n')
  return (block.split('\n\n')[0] ?? '').split('\n').filter((line) => line !== '')
}

/** Of a terminal. */
const COLUMNS = 80

async function problems(make: () => Promise<Command>): Promise<string[]> {
  const found: string[] = []
  for (const command of withAll(await make())) {
    const path = pathOf(command)
    if (command.description() === '') found.push(`${path}: no description`)
    const lines = exampleLines(command)
    const calls = lines.flatMap(callsIn)
    found.push(...lines.filter(hasBareNote).map((line) => `${path}: a note without #: ${line}`))
    if (!calls.some((words) => ['llmsel', ...words].join(' ').startsWith(path)))
      found.push(`${path}: no example of it`)
    for (const words of calls) {
      const refused = await refusal(await make(), words)
      if (refused !== null) found.push(`${path}: llmsel ${words.join(' ')}: ${refused}`)
    }
    const long = helpOf(command)
      .split('\n')
      .filter((line) => line.length > COLUMNS)
    found.push(...long.map((line) => `${path}: too long: ${line}`))
  }
  return found
}

test('every command says what it does and has an example, and each example can be typed', async () => {
  const program = await wholeProgram()
  expect(withAll(program).length).toBeGreaterThan(45)
  expect(await problems(wholeProgram)).toEqual([])
})

test('the help and the man page have the options of llmsel alone', async () => {
  const man = readFileSync(join(ROOT, 'man/llmsel.1'), 'utf8').replaceAll('\\-', '-')
  for (const option of ['--json', '--no-color', '--help', '--version']) {
    expect(helpOf(await wholeProgram())).toContain(option)
    expect(/^\.SH OPTIONS\n([^]*?)\n\.SH/m.exec(man)?.[1]).toContain(`.B ${option}\n`)
  }
})

test.each(['spent', 'what-if', 'export'])(
  'the help of costs %s has all forms of --since',
  async (verb) => {
    const { stdout } = await run(['costs', verb, '--help'])
    const help = stdout.replaceAll(/\s+/g, ' ')
    for (const form of ['7d', '12h', 'today', 'yesterday', '2026-11', '2026-11-01T09:30'])
      expect(help).toContain(` ${form}`)
  },
)

test('the check notices what is missing and what cannot be typed', async () => {
  const planted = async () => {
    const program = await wholeProgram()
    const examples = `
Examples:
  llmsel planted --nope                    # ${'x'.repeat(40)}
  llmsel which     of this shell
  llmsel planted nope && llmsel models nope
  eval "$(llmsel env haiku --shell tcsh)"
`
    const child = new Command('planted').addHelpText('after', examples)
    program.addCommand(child.copyInheritedSettings(program))
    return program
  }
  expect((await problems(planted)).filter((each) => each.startsWith('llmsel planted'))).toEqual([
    'llmsel planted: no description',
    'llmsel planted: a note without #:   llmsel which     of this shell',
    expect.stringMatching(/: llmsel planted --nope: .* unknown option '--nope'$/),
    expect.stringMatching(/: llmsel planted nope: .* too many arguments/),
    'llmsel planted: llmsel models nope: Error: no command nope',
    expect.stringMatching(/: llmsel env haiku --shell tcsh: .*'tcsh' is invalid/),
    expect.stringContaining('llmsel planted: too long:   llmsel planted --nope'),
  ])
  const bare = async () => new Command('llmsel').description('none').addCommand(new Command('x'))
  expect(await problems(bare)).toEqual([
    'llmsel: no example of it',
    'llmsel x: no description',
    'llmsel x: no example of it',
  ])
})
