// `npm run docs:pictures`: writes docs/images/terminal.svg, which shows the built CLI on a real
// terminal: a tmux of its own, 80 columns wide, in an empty home. No provider is asked, but for an Ollama of the
// machine's own, where one runs.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ensureBuilt } from './build.mjs'
import { root } from './prepare.mjs'

const COLUMNS = 80
const ROWS = 40
const LINES = [
  'llmsel session new budget --run workers/crawler_service.py',
  'llmsel session list',
  'eval "$(llmsel env haiku)"; llmsel which --short',
  'llmsel costs',
]

/** What stands in front of each line that is typed. */
const PROMPT = '$ '

function environment(home) {
  const path = [join(root, 'bin'), dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin']
  return {
    HOME: home,
    PATH: path.join(delimiter),
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    TERM: 'xterm-256color',
    HISTFILE: '/dev/null',
    TMUX_TMPDIR: home,
    LLMSEL_TMUX_SOCKET: 'sessions',
    LLMSEL_GATEWAY_PORT: String(20_000 + (process.pid % 10_000)),
    ANTHROPIC_API_KEY: 'none',
    // One that answers nobody: the crawl goes on without summaries, and nothing is spent.
    LLMSEL_CLAUDE_BASE_URL: 'http://127.0.0.1:9',
  }
}

/** The screen with its colours, once each line was typed and has ended. */
async function screenAfter(lines, env) {
  const tmux = (...words) => {
    const command = ['-L', 'terminal', '-f', '/dev/null', ...words]
    return spawnSync('tmux', command, { env, cwd: join(root, 'examples'), encoding: 'utf8' }).stdout
  }
  const size = ['-x', String(COLUMNS), '-y', String(ROWS)]
  // A shell without a terminal, such as tmux's own for this line, would lose a PS1 that it inherits.
  tmux('new-session', '-d', ...size, `env PS1='${PROMPT}' bash --norc --noprofile`)
  tmux('set-option', '-g', 'status', 'off')
  try {
    for (const line of lines) {
      await prompt(tmux)
      tmux('send-keys', '-l', line)
      tmux('send-keys', 'Enter')
    }
    await prompt(tmux)
    return tmux('capture-pane', '-p', '-e')
  } finally {
    tmux('kill-server')
    for (const words of [
      ['session', 'stop', '--all'],
      ['gateway', 'stop'],
    ])
      spawnSync(join(root, 'bin', 'llmsel'), words, { env })
    spawnSync('tmux', ['-L', env.LLMSEL_TMUX_SOCKET, 'kill-server'], { env })
  }
}

const PATIENCE_MS = 20_000

async function prompt(tmux) {
  const deadline = Date.now() + PATIENCE_MS
  while (Date.now() < deadline) {
    await sleep(50)
    if (tmux('capture-pane', '-p').trimEnd().endsWith(`\n${PROMPT.trim()}`)) return
    if (tmux('capture-pane', '-p').trim() === PROMPT.trim()) return
  }
  throw new Error(`no prompt within ${PATIENCE_MS} ms`)
}

const CELL = { width: 8.4, height: 19 }
const MARGIN = 16
const STYLE = `
  text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #d7dae0 }
  .dim { fill: #8b93a1 }
  .typed { font-weight: bold; fill: #ffffff }`

/** Each run of cells of one look stands at its column, whatever the width of a reader's font. */
function svgOf(screen) {
  const lines = screen.trimEnd().split('\n').slice(0, -1)
  const width = COLUMNS * CELL.width + 2 * MARGIN
  const height = lines.length * CELL.height + 2 * MARGIN
  const texts = lines.flatMap((line, row) =>
    runsOf(line).map(({ text, look, column }) => {
      const x = (MARGIN + column * CELL.width).toFixed(1)
      const y = MARGIN + row * CELL.height + 14
      const length = (text.length * CELL.width).toFixed(1)
      const look_ = look === '' ? '' : ` class="${look}"`
      return `<text x="${x}" y="${y}" textLength="${length}"${look_} xml:space="preserve">${escaped(text)}</text>`
    }),
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    '<title>llmsel on a terminal</title>',
    `<style>${STYLE}\n</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#1d2026"/>`,
    ...texts,
    '</svg>\n',
  ].join('\n')
}

/** llmsel's only look is dim; what a person types is told apart here. */
function runsOf(line) {
  const [start, ...rest] = line.split('\u001b[')
  const pieces = rest.map((piece) => {
    const end = piece.indexOf('m')
    return { look: piece.slice(0, end) === '2' ? 'dim' : '', text: piece.slice(end + 1) }
  })
  const runs = []
  let column = 0
  for (const { look, text } of [{ look: typed(start), text: start }, ...pieces]) {
    for (const { 0: words, index } of text.matchAll(/\S+(?: \S+)*/g))
      runs.push({ text: words, look, column: column + index })
    column += text.length
  }
  return runs
}

function typed(line) {
  return line.startsWith(PROMPT) ? 'typed' : ''
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

await ensureBuilt()
const home = mkdtempSync(join(tmpdir(), 'llmsel-picture-'))
try {
  const screen = await screenAfter(LINES, environment(home))
  mkdirSync(join(root, 'docs', 'images'), { recursive: true })
  writeFileSync(join(root, 'docs', 'images', 'terminal.svg'), svgOf(screen))
} finally {
  rmSync(home, { recursive: true, force: true })
}
