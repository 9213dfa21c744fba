import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { contentOf, eventually, sandbox, type Ran } from '../support/tmux.ts'

const box = forEachTest(sandbox)

function session(...words: readonly string[]): Ran {
  return box.llmsel(['session', ...words])
}

const READ = `import sys, termios
attrs = termios.tcgetattr(0)
attrs[3] &= ~termios.ECHO
termios.tcsetattr(0, termios.TCSANOW, attrs)
print("up", flush=True)
for line in sys.stdin:
    open("got", "a").write(line)
`

async function reader(): Promise<void> {
  box.file('r.py', READ)
  session('new', 'free', '--run', 'r.py')
  await eventually(() => session('logs', 'free').stdout.includes('up'))
}

function got(): string | null {
  return contentOf(join(box.cwd, 'got'))
}

test('what is sent arrives as it is, then Enter', async () => {
  await reader()
  const texts = ['Enter', 'C-c', "it's $(x) `y` \\ ;", ';', '#{pid} é🙂', '-l']
  for (const text of texts) {
    expect(session('send', 'free', '--', text)).toEqual({ code: 0, stdout: '', stderr: '' })
  }
  const expected = texts.map((text) => `${text}\n`).join('')
  expect(await eventually(() => got() === expected && got())).toBe(expected)
})

test('words are joined, --no-enter leaves the line open, and long or several lines are pasted', async () => {
  await reader()
  session('send', 'free', '--no-enter', 'two', 'words')
  session('send', 'free', ' more')
  await eventually(() => got() === 'two words more\n')
  const long = Array.from({ length: 40 }, (_, index) => `${index} ${'x'.repeat(60)}`).join('\n')
  session('send', 'free', long)
  await eventually(() => got() === `two words more\n${long}\n`)
  expect(box.tmux('list-buffers')).toBe('')
})

test('nothing is sent to a dead pane, nor where somebody scrolls', async () => {
  await reader()
  box.tmux('copy-mode', '-t', '=free:')
  expect(session('send', 'free', 'q')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('somebody scrolls'),
  })
  expect(box.tmux('list-panes', '-t', '=free:', '-F', '#{pane_in_mode}')).toBe('1')
  session('new', 'free', '--name', 'dead', '--run', 'true', '--wait')
  expect(session('send', 'dead', 'x')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('llmsel session restart dead'),
  })
  expect(got()).toBeNull()
})

test('what tmux says about its configuration is in the way of no keys', async () => {
  writeFileSync(join(box.home, '.tmux.conf'), 'set -g nonsense-option on\n')
  expect(session('new', 'free', '--shell', '--run', 'cat >got')).toMatchObject({ code: 0 })
  await eventually(() => got() !== null)
  box.tmux('run-shell', '-t', '=free:', 'echo another message')
  expect(box.tmux('list-panes', '-t', '=free:', '-F', '#{pane_mode}')).toBe('view-mode')
  expect(session('send', 'free', 'sent')).toEqual({ code: 0, stdout: '', stderr: '' })
  await eventually(() => got() === 'sent\n')
})

test('logs -f shows everything from the first byte on, plain, until the end', async () => {
  box.file(
    'w.sh',
    String.raw`printf '\033[31mfirst\033[0m\r\n'; sleep 1; i=0; while [ $i -lt 500 ]; do echo "line $i"; i=$((i+1)); done; printf 'last'; exit 3` +
      '\n',
  )
  session('new', 'free', '--run', 'w.sh')
  const [plain, raw] = await Promise.all([
    box.start(['session', 'logs', 'free', '-f', '-n', 'all']),
    box.start(['session', 'logs', 'free', '-f', '-n', 'all', '--raw']),
  ])
  const lines = Array.from({ length: 500 }, (_, index) => `line ${index}\n`)
  expect(plain).toEqual({ code: 0, stdout: `first\n${lines.join('')}last\n`, stderr: '' })
  expect(raw.stdout.replaceAll('\r', '')).toContain('\u001b[31mfirst\u001b[0m\nline 0\n')
  expect(session('logs', 'free', '-f', '-n', '1').stdout).toBe('last\n')
})

test('logs -f ends when its reader has gone', async () => {
  box.file('w.sh', 'while :; do echo line; sleep 0.1; done\n')
  session('new', 'free', '--run', 'w.sh')
  const script = box.file('head.sh', 'llmsel session logs free -f | head -n 2\n')
  box.tmux(
    'new-session',
    '-d',
    '-s',
    'head',
    `sh ${script} > ${box.cwd}/lines; touch ${box.cwd}/over; sleep 60`,
  )
  await eventually(() => contentOf(join(box.cwd, 'over')) !== null)
  expect(contentOf(join(box.cwd, 'lines'))).toBe('line\nline\n')
})

test('output that is no UTF-8, in a locale of C', async () => {
  const c = { LANG: 'C', LC_ALL: 'C' }
  box.file('w.sh', String.raw`printf 'caf\351 \377\376 \303\251\n'; exit 2` + '\n')
  const { code } = box.llmsel(['session', 'new', 'free', '--run', 'w.sh', '--wait'], c)
  expect(code).toBe(2)
  expect(box.llmsel(['session', 'logs', 'free', '-f'], c).stdout).toBe('caf\ufffd \ufffd\ufffd é\n')
  expect(box.llmsel(['session', 'list'], c).stdout).toMatch(/^free\tfree\tllama3.2\texited 2\t/)
  expect(box.llmsel(['session', 'restart', 'free'], c).code).toBe(0)
  expect(box.llmsel(['session', 'wait', 'free'], c).code).toBe(2)
})
