import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fakeUpstream, hang, json, type FakeUpstream } from '../support/fake-upstream.ts'
import { answer } from '../support/logs.ts'
import { contentOf, eventually, sandbox, type Ran, type Sandbox } from '../support/tmux.ts'

let box: Sandbox
let ollama: FakeUpstream

beforeEach(async () => {
  box = sandbox()
  ollama = await fakeUpstream(
    json(200, {
      models: [
        { name: 'llama3.2:latest', size: 2e9, details: { family: 'llama' } },
        { name: 'nomic-embed-text:latest', size: 3e8, details: { family: 'nomic-bert' } },
        { name: 'qwen3:0.6b', size: 5e8, details: { family: 'qwen3' } },
        { name: 'huge:671b', size: 4e14, details: { family: 'deepseek2' } },
      ],
    }),
  )
})

afterEach(async () => {
  box.close()
  await ollama.close()
})

async function setup(...words: readonly string[]): Promise<Ran> {
  return await box.start(['setup', ...words], { OLLAMA_HOST: ollama.url })
}

function atHome(path: string, text: string): void {
  mkdirSync(dirname(join(box.home, path)), { recursive: true })
  writeFileSync(join(box.home, path), text)
}

/** Everything below the home, with the time at which it was last written. */
function tree(): Record<string, string> {
  const names = readdirSync(box.home, { recursive: true, encoding: 'utf8' }).toSorted()
  return Object.fromEntries(
    names.map((name) => {
      const path = join(box.home, name)
      const { mode, mtimeNs } = lstatSync(path, { bigint: true })
      const isFile = lstatSync(path).isFile()
      return [name, `${mode.toString(8)} ${mtimeNs} ${isFile ? readFileSync(path, 'latin1') : ''}`]
    }),
  )
}

function config(): unknown {
  return JSON.parse(contentOf(join(box.home, '.config/llmsel/config.json')) ?? 'null')
}

/** A person's terminal of 80 columns. */
function atTerminal(line: string): void {
  box.tmux('kill-session', '-t', '=tty')
  const place = ['-x', '80', '-y', '50', '-c', box.cwd, '-e', `OLLAMA_HOST=${ollama.url}`]
  box.tmux('new-session', '-d', '-s', 'tty', ...place, '/bin/sh')
  box.tmux('send-keys', '-t', '=tty:', '-l', line)
  box.tmux('send-keys', '-t', '=tty:', 'Enter')
}

function press(...keys: readonly string[]): void {
  box.tmux('send-keys', '-t', '=tty:', ...keys)
}

async function shown(pattern: RegExp): Promise<string> {
  const screen = () => box.tmux('capture-pane', '-p', '-t', '=tty:')
  return await eventually(() => pattern.test(screen()) && screen())
}

test('without a terminal and without --yes it says what to pass, and changes nothing', async () => {
  const { code, stdout, stderr } = await setup()
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('llmsel setup --yes')
  expect(stderr).toContain('--default PROFILE --ollama-model MODEL --shell SHELL (or --no-rc)')
  expect(readdirSync(box.home)).toEqual([])
})

test('an empty home: a dry run says all of it as one document, and changes nothing', async () => {
  const { code, stdout, stderr } = await setup('--dry-run', '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const { found, month, plan, changed, next, ...rest } = JSON.parse(stdout)
  expect(rest).toEqual({})
  expect(found).toMatchObject({
    ollama: { url: ollama.url, models: [{ name: 'llama3.2' }, { name: 'qwen3:0.6b' }, {}] },
    keys: { claude: null, openai: null },
    keyFault: null,
    shells: [{ shell: 'bash', isOwn: true, loads: false, problem: null }],
    tmux: { version: expect.stringMatching(/^tmux/) },
    claudeCode: { overrides: [] },
  })
  expect(month).toMatchObject({ basis: 'example', requests: 0, usd: null })
  expect(month.profiles[2]).toEqual({
    profile: 'free',
    model: 'llama3.2',
    provider: 'ollama',
    usd: '0.00',
    savedPercent: 100,
    ready: true,
  })
  expect(plan.settings).toEqual([
    { key: 'default', before: null, after: 'free' },
    { key: 'providers.ollama.model', before: null, after: 'llama3.2' },
    { key: 'providers.ollama.baseUrl', before: null, after: ollama.url },
  ])
  expect({ changed, next }).toEqual({ changed: false, next: expect.stringContaining('new free') })
  expect(readdirSync(box.home)).toEqual([])
})

test('--yes takes the proposals; the second time it changes nothing, to the byte and the nanosecond', async () => {
  atHome('.bashrc', '# mine\n')
  const first = await setup('--yes')
  expect(first.code).toBe(0)
  expect(config()).toEqual({
    default: 'free',
    providers: { ollama: { model: 'llama3.2', baseUrl: ollama.url } },
  })
  expect(contentOf(join(box.home, '.bashrc'))).toMatch(/^# mine\n[^]*# >>> llmsel >>>/)
  expect(first.stderr).toContain('open a new shell, or run: . ~/.bashrc\n')
  expect(first.stdout).toMatch(/\ntry it: llmsel session new free .*--attach\n$/)
  const before = tree()
  const second = await setup('--yes')
  expect(second).toMatchObject({ code: 0, stderr: '' })
  expect(second.stdout).toContain('nothing to change')
  expect(JSON.parse((await setup('--yes', '--json')).stdout).changed).toBe(false)
  expect(tree()).toEqual(before)
})

test('options stand for the answers, and a second run keeps what they set', async () => {
  const words = ['--default', 'haiku', '--ollama-model', 'mistral', '--no-rc', '--skip-keys']
  expect((await setup('--yes', ...words)).code).toBe(0)
  expect(config()).toMatchObject({ default: 'haiku', providers: { ollama: { model: 'mistral' } } })
  expect(readdirSync(box.home)).toEqual(['.config'])
  const { plan } = JSON.parse((await setup('--dry-run', '--json', '--shell', 'zsh')).stdout)
  // What Ollama does not have is not proposed again.
  expect(plan).toMatchObject({
    settings: [{ key: 'providers.ollama.model', before: 'mistral', after: 'llama3.2' }],
    shells: [{ shell: 'zsh', files: [join(box.home, '.zshrc'), expect.anything()] }],
  })
})

test('the month is that of the agents’ own logs, without what is older or yet to come', async () => {
  const now = new Date()
  const at = (daysAgo: number) => new Date(now.getTime() - daysAgo * 86_400_000).toISOString()
  const line = (id: string, daysAgo: number) =>
    answer({ id }).replace(/"timestamp":"[^"]*"/, `"timestamp":"${at(daysAgo)}"`)
  // Of one answer the copy in a resumed session.
  atHome(
    '.claude/projects/-home-me/a.jsonl',
    line('a', 1) + line('b', 29) + line('c', 31) + line('d', -1),
  )
  atHome('.claude/projects/-home-me/b.jsonl', line('a', 1))
  const { month } = JSON.parse((await setup('--dry-run', '--json')).stdout)
  expect(month).toMatchObject({ basis: 'logs', requests: 2 })
  const [premium, budget, free] = month.profiles
  expect(Number(month.usd)).toBeGreaterThan(Number(premium.usd))
  expect(Number(premium.usd)).toBeGreaterThan(Number(budget.usd))
  expect(free).toMatchObject({ usd: '0.00', savedPercent: 100 })
})

test('on a terminal: each question, the plan, and the key that nobody sees', async () => {
  atTerminal('llmsel setup; echo "left $?"')
  const found = await shown(/Default profile\?/)
  expect(found).toMatch(/Ollama +http:\S+: llama3\.2, qwen3:0\.6b, huge:671b\n/)
  expect(found).toMatch(/No agent has logged anything[^]*premium +claude-sonnet-5-5 +\$360\.00/)
  expect(found).toMatch(/❯ free +llama3\.2 +\$0 a month\n +premium .*not ready/)
  press('Down', 'Down', 'Enter')
  expect(await shown(/Local model/)).toMatch(/huge:671b +400000\.0 GB +too large/)
  press('Down', 'Enter')
  await shown(/Key of claude/)
  press('-l', 'two words')
  press('Enter')
  await shown(/that is no key[^]*Key of claude/)
  press('-l', 'sk-ant-secret-of-mine')
  press('Enter')
  await shown(/Key of openai/)
  press('Enter')
  await shown(/Load llmsel in which shells\?[^]*bash +~\/\.bashrc/)
  expect(readdirSync(box.home)).toEqual([])
  press('Enter')
  const plan = await shown(/Make these changes\?/)
  expect(plan).toMatch(/set +default to budget, in ~\/\.config\/llmsel\/config\.json\n/)
  expect(plan).toMatch(/keep +the key of claude/)
  press('Enter')
  const end = await shown(/try it: llmsel session new budget .*--attach\n+left 0/)
  expect(end).not.toContain('secret')
  expect(config()).toMatchObject({
    default: 'budget',
    providers: { ollama: { model: 'qwen3:0.6b' } },
  })
  const keys = join(box.home, '.config/llmsel/keys.json')
  expect(JSON.parse(contentOf(keys) ?? '')).toEqual({ claude: { key: 'sk-ant-secret-of-mine' } })
  expect(contentOf(join(box.home, '.bashrc'))).toContain('# >>> llmsel >>>')
})

test('on a terminal, the second time: what is so is the first choice, and nothing is changed', async () => {
  await setup('--yes', '--default', 'budget', '--ollama-model', 'qwen3:0.6b')
  const before = tree()
  atTerminal('llmsel setup --skip-keys; echo "left $?"')
  await shown(/❯ budget/)
  press('Enter')
  await shown(/❯ qwen3:0\.6b/)
  press('Enter')
  expect(await shown(/left 0/)).toContain('nothing to change')
  expect(tree()).toEqual(before)
})

const QUESTIONS = [
  /Default profile/,
  /Local model/,
  /Key of claude/,
  /Key of openai/,
  /in which shells\?/,
  /Make these changes\?/,
]

test.each(QUESTIONS.map((question, index) => [question.source, index]))(
  'Ctrl-C at "%s" changes nothing and is exit 130',
  async (_, last) => {
    atTerminal('llmsel setup; echo "left $?"')
    for (const [index, question] of QUESTIONS.entries()) {
      await shown(question)
      if (index === last) break
      press('Enter')
    }
    press('C-c')
    expect(await shown(/left 130/)).toContain('nothing was changed')
    expect(readdirSync(box.home)).toEqual([])
  },
)

test('"no" at the end changes nothing, too', async () => {
  atTerminal('llmsel setup --default free --ollama-model qwen3:0.6b --skip-keys --shell bash')
  await shown(/Make these changes\?/)
  press('Down', 'Enter')
  await shown(/nothing was changed/)
  expect(readdirSync(box.home)).toEqual([])
})

test.each([
  [['--default', 'bugdet'], 2, 'did you mean "budget"?'],
  [['--ollama-model', 'claude-haiku-5-5'], 2, 'is a model of claude, not a local one'],
  [['--shell', 'tcsh'], 2, '--shell: not one of bash, zsh, fish'],
  [['--no-rc', '--shell', 'bash'], 2, 'cannot be used with'],
])('%j is refused before anything is done', async (words, code, message) => {
  expect(await setup('--yes', ...words)).toMatchObject({
    code,
    stdout: '',
    stderr: expect.stringContaining(message),
  })
  expect(readdirSync(box.home)).toEqual([])
})

test('an Ollama that never answers is none', async () => {
  ollama.answer(hang)
  const { stdout } = await setup('--dry-run')
  expect(stdout).toContain(`nothing answers at ${ollama.url}`)
  expect(stdout).toContain('No agent has logged anything in the last 30 days')
})

test('start-up files that cannot be changed: said, left out, and an error where asked for', async () => {
  atHome('.bashrc', '# >>> llmsel >>>\n')
  const { stdout } = await setup('--yes')
  expect(stdout).toMatch(/shells +bash \([^)]*\.bashrc/)
  expect(contentOf(join(box.home, '.bashrc'))).toBe('# >>> llmsel >>>\n')
  expect(await setup('--yes', '--shell', 'bash', '--default', 'budget')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('llmsel setup --no-rc'),
  })
  expect(config()).toMatchObject({ default: 'free' })
})

test('where one step fails, the error says what was done before it', async () => {
  atHome('.config', 'a file in its place')
  const { code, stderr } = await setup('--yes')
  expect(code).toBe(1)
  expect(stderr).toMatch(/the settings: cannot write .*config\.json/)
  expect(stderr).toContain('done before: llmsel in bash; then again: llmsel setup')
})
