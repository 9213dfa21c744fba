import { CommanderError, type Command } from 'commander'
import { createProgram } from '../../src/program.ts'
import type { Context } from '../../src/ports.ts'

const streams = { out: () => {}, err: () => {}, isTty: false }

/** Whatever a noun opens for its verbs is empty: none of them runs. */
const ctx = new Proxy({ streams } as unknown as Context, {
  get: (own, name): unknown => Reflect.get(own, name) ?? (async () => ({})),
})

export async function wholeProgram(): Promise<Command> {
  return await createProgram(ctx, 'all')
}

export function withAll(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withAll)]
}

/** The calls of llmsel in a line of shell, each as the words after its name. */
export function callsIn(line: string): string[][] {
  const inner = /[$<]\(llmsel ([^)]*)\)/.exec(line)
  if (inner !== null) return [wordsOf(inner[1] ?? '')]
  const [code = ''] = line.trim().split(/ {2,}(?!llmsel)/)
  const parts: string[][] = [[]]
  for (const word of wordsOf(code)) {
    if (OPERATORS.has(word)) parts.push([])
    else parts.at(-1)?.push(word)
  }
  return parts.flatMap((words) => {
    const at = words.lastIndexOf('llmsel')
    return at === -1 ? [] : [words.slice(at + 1)]
  })
}

/** A call with words after two spaces that are meant for the reader: a shell would take them for arguments. */
export function hasBareNote(line: string): boolean {
  const [code = '', note = '#'] = line.trim().split(/ {2,}/)
  return /(?<!\/)\bllmsel /.test(`${code} `) && !note.startsWith('#')
}

const OPERATORS = new Set(['&&', '||', '|', ';', '>', '<', '#'])

function wordsOf(text: string): string[] {
  const found = text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)
  return [...found].map(([, single, double, bare]) => single ?? double ?? bare ?? '')
}

/** What commander has against a call, if anything; nothing is carried out. */
export async function refusal(program: Command, words: readonly string[]): Promise<string | null> {
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
    // Help and the version were asked for.
    return error instanceof CommanderError && error.exitCode === 0 ? null : String(error)
  }
}
