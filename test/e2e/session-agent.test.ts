import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { sandbox } from '../support/tmux.ts'

const box = forEachTest(sandbox)

const MODEL = ['-c', 'model="gpt-6-sol"', '-c', 'review_model="gpt-6-sol"']

/** A program of that name, first on PATH, that prints its arguments and what it has as `NAME`. */
function agent(name: string, variable = 'LLMSEL_MODEL'): Record<string, string> {
  const script = `for word; do printf '%s\\n' "$word"; done\nprintf '%s\\n' "$${variable}"`
  return { PATH: box.before(name, script) }
}

function printed(words: readonly string[], env: Record<string, string>): string[] {
  const { stdout, stderr } = box.llmsel(['session', 'new', '--wait', ...words], env)
  const log = stdout.trimEnd().split('\t').at(-1) ?? ''
  if (log === '') throw new Error(stderr)
  return written(log).trimEnd().split('\r\n')
}

/** The worker's end is known before the last of its output is in the log. */
function written(log: string): string {
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  for (let tries = 0; tries < 200; tries++) {
    const text = readFileSync(log, 'utf8')
    if (text.endsWith('\n')) return text
    Atomics.wait(sleeper, 0, 0, 10)
  }
  throw new Error(`nothing came into ${log}`)
}

test.each([
  [['--run', 'codex']],
  [['--run', 'codex', '--', 'exec', "it's"]],
  [['--run', `codex exec "it's"`]],
  [['--', 'codex', 'exec', "it's"]],
])('session new gpt %j: codex gets the model first', (words) => {
  const rest = words.length === 2 && words[1] === 'codex' ? [] : ['exec', "it's"]
  expect(printed(['gpt', ...words], agent('codex'))).toEqual([...MODEL, ...rest, 'gpt-6-sol'])
})

test('a variable of an agent reaches it, and --env has the last word', () => {
  const env = agent('opencode', 'OPENCODE_CONFIG_CONTENT')
  const [content = ''] = printed(['haiku', '--run', 'opencode'], env)
  expect(JSON.parse(content)).toMatchObject({ model: 'anthropic/claude-haiku-5-5' })
  const own = ['haiku', '--run', 'opencode', '--env', 'OPENCODE_CONFIG_CONTENT={}']
  expect(printed(own, env)).toEqual(['{}'])
})

test('session new and --dry-run say what an agent gets', () => {
  const told = `codex gets -c 'model="gpt-6-sol"' -c 'review_model="gpt-6-sol"'\n`
  const words = ['session', 'new', 'gpt', '--run', 'codex']
  const dryRun = box.llmsel([...words, '--dry-run'], agent('codex'))
  expect(dryRun.stdout).toContain(`\n# ${told}`)
  expect(dryRun.stdout).toContain('review_model="gpt-6-sol"')
  expect(box.llmsel([...words, '--wait'], agent('codex')).stderr).toContain(`agent     ${told}`)
  const { stdout } = box.llmsel([...words, '--dry-run', '--json'], agent('codex'))
  expect(JSON.parse(stdout).agent).toEqual({ name: 'codex', args: MODEL, env: {}, problem: null })
})

test('an agent of another provider starts, with a warning that it takes a model of its own', () => {
  const { code, stderr } = box.llmsel(
    ['session', 'new', 'haiku', '--wait', '--run', 'codex'],
    agent('codex'),
  )
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining(
      "llmsel: codex speaks OpenAI's format only and cannot use claude-haiku-5-5 (claude)",
    ),
  ])
})
