// `npm run docs:commands [-- FOLDER]`: writes docs/commands/ and man/llmsel.1 from the command table.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandTable } from './command-table.mjs'
import { manPage } from './man-page.mjs'
import { root } from './prepare.mjs'

const MADE = '<!-- Made from the command table by: npm run docs:commands -->\n'

function pageOf(commands) {
  return `${MADE}\n${commands.map(section).join('\n')}`
}

function section({ path, about, usage, arguments: args, options, paragraphs }) {
  const depth = '#'.repeat(path.length - 1)
  return (
    [
      `${depth} ${path.join(' ')}`,
      sentence(about),
      fenced('sh', usage),
      ...(args.length + options.length === 0 ? [] : [table([...args, ...options])]),
      ...paragraphs.map(paragraphText),
      '',
    ]
      .join('\n\n')
      .trimEnd() + '\n'
  )
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${escaped(text.slice(1))}.`
}

function table(rows) {
  const lines = rows.map(([term, about]) => `| \`${cell(term)}\` | ${cell(escaped(about))} |`)
  return ['| | |', '|---|---|', ...lines].join('\n')
}

function cell(text) {
  return text.replaceAll('|', '\\|')
}

function escaped(text) {
  return text.replaceAll('<', '&lt;').replaceAll(/[*_]/g, '\\$&')
}

/** What is indented in the help is meant to be typed or is a file; the rest is text. */
function paragraphText(paragraph) {
  const [first = '', ...rest] = paragraph.split('\n')
  if (!rest.some((line) => line.startsWith('  '))) return escaped(paragraph)
  const typed = first === 'Examples:' ? 'sh' : ''
  return `${first}\n\n${fenced(typed, rest.map((line) => line.slice(2)).join('\n'))}`
}

function fenced(language, text) {
  return `\`\`\`${language}\n${text}\n\`\`\``
}

function indexOf(commands) {
  const rows = commands.map(({ path, about }) => {
    const [noun] = path.slice(1)
    const anchor = path.join('-')
    return `| [\`${path.join(' ')}\`](${noun}.md#${anchor}) | ${cell(escaped(about))} |`
  })
  const head =
    '# Commands\n\nWhat `--help` says of each, and `man llmsel` of all.\n\n| | |\n|---|---|\n'
  return `${MADE}\n${head}${rows.join('\n')}\n`
}

const target = process.argv[2] ?? root
const { program, commands, catalogueDate } = await commandTable()
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const pages = join(target, 'docs', 'commands')
rmSync(pages, { recursive: true, force: true })
for (const folder of [pages, join(target, 'man')]) mkdirSync(folder, { recursive: true })
for (const noun of new Set(commands.map(({ path }) => path[1]))) {
  writeFileSync(join(pages, `${noun}.md`), pageOf(commands.filter(({ path }) => path[1] === noun)))
}
writeFileSync(join(pages, 'README.md'), indexOf(commands))
writeFileSync(
  join(target, 'man', 'llmsel.1'),
  manPage({ program, commands, version, date: catalogueDate }),
)
