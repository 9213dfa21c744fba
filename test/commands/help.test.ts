import { Command } from 'commander'
import { expect, test } from 'vitest'
import type { Context } from '../../src/ports.ts'
import { createProgram } from '../../src/program.ts'

const streams = { out: () => {}, err: () => {}, isTty: false }

/** Whatever a noun opens for its verbs is empty: none of them runs. */
const ctx = new Proxy({ streams } as unknown as Context, {
  get: (own, name): unknown => Reflect.get(own, name) ?? (async () => ({})),
})

function withAll(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAll)]
}

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

/** The calls of llmsel in a line of shell, each as the words after its name. */
function callsIn(line: string): string[][] {
  const inner = /[$<]\(llmsel ([^)]*)\)/.exec(line)
  if (inner !== null) return [wordsOf(inner[1] ?? '')]
  const [code = ''] = line.trim().split(/ {2,}(?!llmsel)/)
  const parts: string[][] = [[]]
  for (const word of wordsOf(code)) {
    if (['&&', '|', '>', '<'].includes(word)) parts.push([])
    else parts.at(-1)?.push(word)
  }
  return parts.flatMap((words) => {
    const at = words.lastIndexOf('llmsel')
    return at === -1 ? [] : [words.slice(at + 1)]
  })
}

function wordsOf(text: string): string[] {
  const found = text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)
  return [...found].map(([, single, double, bare]) => single ?? double ?? bare ?? '')
}

/** Of a terminal. */
const COLUMNS = 80

/** What commander has against a call, if anything; nothing is carried out. */
async function refusal(program: Command, words: readonly string[]): Promise<string | null> {
  for (const command of withAll(program)) {
    command.action(() => {
      // `models` takes any word, to say what it has in its place.
      if (command.commands.length > 0 && command.args.length > 0)
        throw new Error(`no command ${command.args.join(' ')}`)
    })
  }
  try {
    await program.parseAsync(words, { from: 'user' })
    return null
  } catch (error) {
    return String(error)
  }
}

async function problems(make: () => Promise<Command>): Promise<string[]> {
  const found: string[] = []
  for (const command of withAll(await make())) {
    const path = pathOf(command)
    if (command.description() === '') found.push(`${path}: no description`)
    const lines = exampleLines(command)
    const calls = lines.flatMap(callsIn)
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
  const program = await createProgram(ctx, 'all')
  expect(withAll(program).length).toBeGreaterThan(45)
  expect(await problems(async () => await createProgram(ctx, 'all'))).toEqual([])
})

test('the check notices what is missing and what cannot be typed', async () => {
  const planted = async () => {
    const program = await createProgram(ctx, 'all')
    const examples = `
Examples:
  llmsel planted --nope                    ${'x'.repeat(40)}
  llmsel planted nope && llmsel models nope
  eval "$(llmsel env haiku --shell tcsh)"
`
    const child = new Command('planted').addHelpText('after', examples)
    program.addCommand(child.copyInheritedSettings(program))
    return program
  }
  expect((await problems(planted)).filter((each) => each.startsWith('llmsel planted'))).toEqual([
    'llmsel planted: no description',
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
