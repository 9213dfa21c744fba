import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { callsIn, hasBareNote, refusal, wholeProgram } from './support/command-line.ts'
import { ROOT } from './support/launcher.ts'
import { memoryConfig, run } from './support/run.ts'

/** Every page that people read. */
const PAGES = ['.', 'docs', 'docs/commands', 'examples']
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(ROOT, folder, name)))
  .filter((path) => path.endsWith('.md'))

const SOURCES = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => readFileSync(join(ROOT, 'src', name), 'utf8'))
  .join('\n')

function textOf(path: string): string {
  return readFileSync(path, 'utf8')
}

/** Links and pictures that lead nowhere, to a file or to a heading in it. */
function deadLinks(path: string, text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
  return targets
    .map(([, link, attribute]) => link ?? attribute ?? '')
    .filter((link) => !/^[a-z]+:/.test(link) && !leads(path, text, link))
    .map((link) => `${relative(ROOT, path)}: ${link}`)
}

function leads(path: string, text: string, link: string): boolean {
  const [file = '', anchor] = link.split('#')
  const target = resolve(dirname(path), file)
  if (file !== '' && !existsSync(target)) return false
  return anchor === undefined || anchors(file === '' ? text : textOf(target)).has(anchor)
}

/** Of a page's headings, as GitHub makes them. */
function anchors(text: string): Set<string> {
  const prose = text.replaceAll(/^```[^]*?^```/gm, '')
  const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

/** Words that stand for something else, and those of a shell's own that llmsel never sees. */
const PLACEHOLDER = /[…·|]|\b[A-Z]{1,}\b|\$\(|\.\.\./

/** The calls of llmsel in blocks and between backticks, as far as they can be typed as they are. */
function typed(text: string): string[][] {
  const fenced = [...text.matchAll(/^```([a-z]*)\n([^]*?)^```/gm)]
  const blocks = fenced.flatMap(([, language, block = '']) =>
    // There llmsel is a schema.
    language === 'sql'
      ? []
      : block.split('\n').map((line) => line.replace(/^\$ /, '').replace(/ # .*$/, '')),
  )
  const prose = text.replaceAll(/^```[^]*?^```/gm, '')
  const inline = [...prose.matchAll(/`(llmsel [^`]+)`/g)].map(([, code = '']) => code)
  return [...blocks.filter((line) => /\bllmsel /.test(line)), ...inline]
    .filter((line) => !PLACEHOLDER.test(line.replaceAll(/\$\((llmsel [^)]*)\)/g, '$1')))
    .flatMap((line) => callsIn(line.replaceAll('\n', ' ')))
}

/** Lines of blocks that cannot be pasted, because of a note without `#`. */
function bareNotes(text: string): string[] {
  const fenced = [...text.matchAll(/^```[a-z]*\n([^]*?)^```/gm)]
  return fenced.flatMap(([, block = '']) => block.split('\n').filter(hasBareNote))
}

test('every link in the docs leads to a file, and to a heading where it names one', () => {
  expect(PAGES.length).toBeGreaterThan(20)
  expect(PAGES.flatMap((path) => deadLinks(path, textOf(path)))).toEqual([])
  const page = join(ROOT, 'docs/x.md')
  const own = '## Who `wins`, here?\n[a](#who-wins-here) [b](sessions.md#see-what-became-of-them)\n'
  const dead = '[c](#who-wins) [d](sessions.md#x) [e](nope.md) <img src="no.svg">'
  expect(deadLinks(page, own + dead)).toEqual([
    'docs/x.md: #who-wins',
    'docs/x.md: sessions.md#x',
    'docs/x.md: nope.md',
    'docs/x.md: no.svg',
  ])
})

test('every command in the docs can be typed', async () => {
  // Those of docs/commands are tried where the help is.
  const pages = PAGES.filter((path) => !path.includes('/commands/'))
  const calls = pages.flatMap((path) => typed(textOf(path)).map((words) => ({ path, words })))
  expect(calls.length).toBeGreaterThan(100)
  const refused: string[] = []
  const program = await wholeProgram()
  for (const { path, words } of calls) {
    const problem = await refusal(program, words)
    // Prose may name a command without what it is given.
    if (problem !== null && !/missing/.test(problem))
      refused.push(`${relative(ROOT, path)}: llmsel ${words.join(' ')}: ${problem}`)
  }
  expect(refused).toEqual([])
  expect(PAGES.flatMap((path) => bareNotes(textOf(path)))).toEqual([])
  const noted = '$ llmsel which   # x\n$ llmsel which   y\nattach   llmsel session attach x\n'
  expect(bareNotes(`\`\`\`\n${noted}\`\`\`\n`)).toEqual(['$ llmsel which   y'])
  expect(
    typed('```sh\nllmsel which --nope   # x\n```\nand `llmsel nope`, `llmsel use NAME`'),
  ).toEqual([['which', '--nope'], ['nope']])
})

test('every setting in the docs and in the help is set by the command that is shown', async () => {
  const refused: string[] = []
  let tried = 0
  for (const path of PAGES) {
    const config = memoryConfig()
    for (const words of typed(textOf(path))) {
      if (words[0] !== 'config' || words[1] !== 'set' || words.length !== 4) continue
      tried += 1
      const { code, stderr } = await run(words, { config })
      if (code !== 0) refused.push(`${relative(ROOT, path)}: ${words.join(' ')}: ${stderr}`)
    }
  }
  expect(refused).toEqual([])
  expect(tried).toBeGreaterThan(15)
})

test('the page on security names what npm installs beside llmsel', () => {
  const { dependencies } = JSON.parse(textOf(join(ROOT, 'package.json')))
  const [, row = ''] =
    /^\| npm runs code at installation \| (.*) \|$/m.exec(textOf(join(ROOT, 'docs/security.md'))) ??
    []
  const named = [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name)
  expect(named).toEqual(Object.keys(dependencies))
})

test('the page on sessions has every key of a fleet file', () => {
  const schema = JSON.parse(textOf(join(ROOT, 'schemas/fleet.json')))
  const [, table = ''] =
    /^\| key \| holds \|\n([^]*?)\n\n/m.exec(textOf(join(ROOT, 'docs/sessions.md'))) ?? []
  const keys = [...table.matchAll(/^\| ([^|]*) \|/gm)].map(([, key]) => key).join(' ')
  const wanted = Object.keys(schema.definitions.session.properties)
  expect(wanted.length).toBeGreaterThan(5)
  expect(wanted.filter((key) => !keys.includes(`\`${key}\``))).toEqual([])
})

/** The texts in a heading, with `…` for what changes, cut into what stays. */
function fragments(text: string): string[] {
  const headings = [...text.matchAll(/^### (.*)$/gm)].map(([, heading = '']) => heading)
  const texts = headings.flatMap((heading) => [...heading.matchAll(/`([^`]*)`/g)].map(([, t]) => t))
  return texts
    .flatMap((each = '') => each.split('…'))
    .map((part) =>
      part
        .trim()
        .replaceAll(/^["(:;.,]+|["(:;.,]+$/g, '')
        .trim(),
    )
    .filter((part) => part.length > 3 && !part.startsWith('llmsel.fleet.json'))
}

test('every error text of troubleshooting.md is one that the program says', () => {
  const found = fragments(textOf(join(ROOT, 'docs/troubleshooting.md')))
  expect(found.length).toBeGreaterThan(35)
  expect(found.filter((part) => !SOURCES.includes(part))).toEqual([])
  expect(fragments('### `no text "…" of ours, ever`\n')).toEqual(['no text', 'of ours, ever'])
})
