// llmsel(1) in man's own macros: what the command table says, and what stands in no command's help.

const DESCRIPTION = [
  'Puts each terminal session on the right model at the right price, starts sessions in tmux, and ' +
    'keeps them working when a provider does not.',
  'A profile is a model with what to do when it fails. premium is sonnet and nothing else; budget is ' +
    'haiku, then ollama, then gpt; free is the local models only, and never spends. Wherever a profile ' +
    'is accepted, an alias (haiku) or an exact model id is too.',
  'Who wins: use in this shell, then the tmux session, the project file, a line in the rc file, the ' +
    "user's default, and last the built-in premium. The prompt of a shell with llmsel init's block " +
    'follows the project file; no command reads it.',
]

const OPTIONS = [
  ['--json', 'Without a command: where you are, as JSON. Many commands have it, too.'],
  ['--no-color', 'No colour, with any command.'],
  ['--help', 'What a command does, with its options and examples.'],
  ['--version', 'The version of llmsel.'],
]

const EXIT_STATUS = [
  ['0', 'It went well.'],
  ['1', 'An expected failure; the text says what to run.'],
  ['2', 'Usage: an unknown command, option, profile or model.'],
  ['3', 'gateway run: another gateway of yours runs.'],
  ['70', 'A fault of llmsel itself.'],
  ['130', 'Cancelled at a prompt, or by Ctrl-C in session new --wait and costs import.'],
  ["a worker's", 'session wait and session new --wait exit as their workers did.'],
]

const ENVIRONMENT = [
  [
    'LLMSEL_CLAUDE_BASE_URL, LLMSEL_OPENAI_BASE_URL, LLMSEL_OLLAMA_BASE_URL',
    'Another server for one run: an origin without /v1.',
  ],
  ['LLMSEL_GATEWAY_PORT', "The gateway's port (4747)."],
  ['LLMSEL_GATEWAY_AUTOSTART', 'true or false: whether sessions go through the gateway.'],
  ['LLMSEL_LEDGER_URL', 'Another ledger for one run: postgresql://USER@HOST/DATABASE.'],
  ['LLMSEL_TMUX_SOCKET', 'Another tmux server: a name as of tmux -L, or a path.'],
  ['NO_COLOR', 'Not empty: no colour, as with --no-color.'],
  ['XDG_CONFIG_HOME, XDG_STATE_HOME', 'Where the files below stand.'],
]

const FILES = [
  ['~/.config/llmsel/config.json', 'The config: llmsel config.'],
  [
    '~/.config/llmsel/keys.json',
    "Providers' keys: llmsel keys. Not used where others can read it.",
  ],
  ['~/.local/state/llmsel/', "Sessions' logs, the gateway's log and state, rendered code."],
  ['~/.local/state/llmsel/ledger.db', 'What each request cost: llmsel costs spent.'],
  ['~/.local/state/llmsel/ledger/', 'The journal: what the ledger has not taken in yet.'],
  [
    '.llmsel.json',
    'In a folder: the profile of shells below it that have the block of llmsel init. It can name one and nothing else.',
  ],
  ['llmsel.fleet.json', 'Sessions for llmsel session up.'],
]

/** `program` and `commands` are as `commandTable` has them; `date` is that of its prices and aliases. */
export function manPage({ program, commands, version, date }) {
  return [
    '.\\" Made from the command table by: npm run docs:commands',
    `.TH LLMSEL 1 ${date} "llmsel ${version}" "User Commands"`,
    '.SH NAME',
    `llmsel \\- ${text(program.about)}`,
    '.SH SYNOPSIS',
    '.B llmsel',
    text('COMMAND [options] [arguments]'),
    '.SH DESCRIPTION',
    DESCRIPTION.map(filled).join('\n.PP\n'),
    '.SH OPTIONS',
    ...terms(OPTIONS),
    '.SH COMMANDS',
    ...commands.flatMap(section),
    '.SH EXIT STATUS',
    ...terms(EXIT_STATUS),
    '.SH ENVIRONMENT',
    ...terms(ENVIRONMENT),
    '.SH FILES',
    ...terms(FILES),
    '.SH SEE ALSO',
    '.BR tmux (1)',
    '',
  ].join('\n')
}

function section({ path, about, usage, arguments: args, options, paragraphs }) {
  return [
    `.SS ${text(path.join(' '))}`,
    filled(`${about.charAt(0).toUpperCase()}${about.slice(1)}.`),
    ...literal([usage]),
    ...terms([...args, ...options]),
    ...paragraphs.flatMap(paragraphText),
  ]
}

function terms(rows) {
  return rows.flatMap(([term, about]) => ['.TP', `.B ${text(term)}`, filled(about)])
}

function paragraphText(paragraph) {
  const lines = paragraph.split('\n')
  if (!lines.some((line) => line.startsWith('  '))) return ['.PP', filled(lines.join(' '))]
  return ['.PP', text(lines[0] ?? ''), ...literal(lines.slice(1).map((line) => line.slice(2)))]
}

function literal(lines) {
  return ['.PP', '.nf', ...(lines.every(fits) ? lines : narrow(lines)).map(text), '.fi']
}

/** In what man leaves of 80 columns. */
function fits(line) {
  return line.length <= 73
}

/** Examples with what is said about them closer by, or below where that is too wide as well. */
function narrow(lines) {
  const rows = lines.map((line) => line.split(/(?<=\S) {2,}(?=\S)/))
  const width = Math.max(...rows.map(([code, about]) => (about === undefined ? 0 : code.length)))
  return rows.flatMap(([code, about]) => {
    if (about === undefined) return [code]
    const line = `${code.padEnd(width)}  ${about}`
    return fits(line) ? [line] : [code, `    ${about}`]
  })
}

/** Lines of a paragraph, none wider than 80 bytes. */
function filled(plain) {
  const lines = ['']
  for (const word of text(plain).split(/ +/)) {
    const longer = `${lines.at(-1)} ${word}`.trimStart()
    if (longer.length <= 80) lines[lines.length - 1] = longer
    else lines.push(word)
  }
  return lines.map((line) => (line.startsWith('.') ? `\\&${line}` : line)).join('\n')
}

/** Every character as it is: roff would make quotes and dashes of typography, and macros of dots. */
function text(plain) {
  const safe = plain
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('"', '\\(dq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll(/[^\n -~]/gu, (char) => `\\[u${hex(char)}]`)
  return safe.startsWith('.') ? `\\&${safe}` : safe
}

function hex(char) {
  return char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')
}
