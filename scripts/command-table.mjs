// The command table as data, from the very sources of the program.
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { root } from './prepare.mjs'

const ENTRY = `
export { createProgram } from './program.ts'
export { CATALOGUE_DATE } from './domain/models/catalogue.ts'
`

/** Every command with what its help says, each before its own verbs; the program itself is first. */
export async function commandTable() {
  const folder = mkdtempSync(join(tmpdir(), 'llmsel-commands-'))
  try {
    const outfile = join(folder, 'program.cjs')
    await build({
      stdin: { contents: ENTRY, resolveDir: join(root, 'src') },
      outfile,
      bundle: true,
      format: 'cjs',
      platform: 'node',
      logLevel: 'warning',
    })
    const { createProgram, CATALOGUE_DATE } = createRequire(import.meta.url)(outfile)
    const [program, ...commands] = flatten(await createProgram(nothing, 'all'), [])
    return { program, commands, catalogueDate: CATALOGUE_DATE }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** No command runs: all that the table asks of its context is to be there. */
const nothing = new Proxy(
  { streams: { out: () => {}, err: () => {}, isTty: false } },
  { get: (own, name) => own[name] ?? (async () => ({})) },
)

function flatten(command, before) {
  const path = [...before, command.name()]
  return [described(command, path), ...command.commands.flatMap((verb) => flatten(verb, path))]
}

function described(command, path) {
  const help = command.createHelp()
  return {
    path,
    about: command.description(),
    usage: help.commandUsage(command),
    arguments: help
      .visibleArguments(command)
      .map((each) => [help.argumentTerm(each), help.argumentDescription(each)]),
    options: help
      .visibleOptions(command)
      .filter(({ long }) => long !== '--help')
      .map((each) => [help.optionTerm(each), help.optionDescription(each)]),
    paragraphs: paragraphsBelow(command),
  }
}

/** What its help says below the options, the examples first. */
function paragraphsBelow(command) {
  const text = []
  command.emit('afterHelp', { error: false, command, write: (part) => text.push(part) })
  return text
    .join('')
    .trim()
    .split('\n\n')
    .filter((paragraph) => paragraph !== '')
}
