import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forEachTest } from '../support/for-each-test.ts'
import { contentOf, eventually, sandbox, type Ran } from '../support/tmux.ts'

const box = forEachTest(sandbox)

function session(...words: readonly string[]): Ran {
  return box.llmsel(['session', ...words])
}

/** Types a command line at a person's terminal: a plain window of the same server. */
function atTerminal(line: string): void {
  box.tmux('kill-session', '-t', '=tty')
  box.tmux('new-session', '-d', '-s', 'tty', '-x', '120', '-y', '20', '-c', box.cwd, '/bin/sh')
  box.tmux('send-keys', '-t', '=tty:', '-l', line)
  box.tmux('send-keys', '-t', '=tty:', 'Enter')
}

function press(...keys: readonly string[]): void {
  box.tmux('send-keys', '-t', '=tty:', ...keys)
}

function screen(): string {
  return box.tmux('capture-pane', '-p', '-t', '=tty:')
}

/** The screen, once it is as expected. */
async function shown(pattern: RegExp): Promise<string> {
  return await eventually(() => pattern.test(screen()) && screen())
}

test('on a terminal, times are as people say them', async () => {
  session('new', 'free', '--run', 'echo out; sleep 300')
  atTerminal('llmsel session list')
  expect(await shown(/running/)).toMatch(
    /session +profile +model +state +started +last output +attached +spent\n.*running +(?:now|\d+ s ago) +/,
  )
})

test('--watch draws in place, follows the size, and Ctrl-C gives the terminal back', async () => {
  session('new', 'free', '--run', 'sleep 1; exit 3')
  atTerminal('echo before; llmsel session list --watch; echo "left $?"')
  await shown(/free +free +llama3.2 +running/)
  expect(screen()).not.toContain('before')
  await shown(/free +free +llama3.2 +exited 3/)
  expect(screen().match(/free +free/g)).toHaveLength(1)
  box.tmux('resize-window', '-t', '=tty:', '-x', '50', '-y', '10')
  await eventually(() => !screen().includes('attached') && screen().includes('exited 3'))
  press('C-c')
  await shown(/before\n(?:.*\n)*left 0/)
  expect(screen()).not.toContain('exited 3')
  expect(box.tmux('display-message', '-p', '-t', '=tty:', '#{alternate_on} #{cursor_flag}')).toBe(
    '0 1',
  )
})

test('Ctrl-Z gives the terminal back from --watch, and fg draws again', async () => {
  session('new', 'free', '--run', 'sleep 60')
  atTerminal('exec bash --norc')
  const flags = () =>
    box.tmux('display-message', '-p', '-t', '=tty:', '#{alternate_on} #{cursor_flag}')
  press('llmsel session list --watch', 'Enter')
  await shown(/free +free +llama3.2 +running/)
  press('C-z')
  await shown(/Stopped/)
  expect([flags(), screen().includes('running')]).toEqual(['0 1', false])
  press('fg', 'Enter')
  await shown(/free +free +llama3.2 +running/)
  expect(flags()).toBe('1 0')
  box.tmux('respawn-pane', '-k', '-t', '=tty:', 'exec llmsel session list --watch')
  await shown(/free +free +llama3.2 +running/)
  press('C-z')
  await eventually(() => flags() === '1 0')
  press('C-c')
  await eventually(() => !box.tmux('list-sessions', '-F', '#S').split('\n').includes('tty'))
})

test('more sessions than lines: the rest is counted', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f'])
    session('new', 'free', '--name', name, '--run', 'true')
  box.tmux('new-session', '-d', '-s', 'tty', '-x', '100', '-y', '6', 'llmsel session list --watch')
  expect(await shown(/more/)).toMatch(/^session.*\na .*\nb .*\nc .*\n… 3 more$/)
})

test('without a terminal, what needs one says so', () => {
  expect(session('list', '--watch')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('--watch needs a terminal'),
  })
  expect(session('list', '--watch', '--json').code).toBe(2)
  expect(session()).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Usage: llmsel session'),
  })
  expect(session('nope')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('unknown command'),
  })
})

test('attach to a dead one: nothing, run again, or a shell beside its output', async () => {
  box.file('w.sh', 'echo run >> runs; exit 3\n')
  session('new', 'free', '--run', 'w.sh', '--wait')
  const runs = () => contentOf(join(box.cwd, 'runs'))
  atTerminal('llmsel session attach free; echo "left $?"')
  await shown(/free exited 3\. What now\?/)
  press('Up', 'Enter')
  await shown(/left 0/)
  expect(runs()).toBe('run\n')
  atTerminal('llmsel session attach free')
  await shown(/What now\?/)
  press('Enter')
  await eventually(() => runs() === 'run\nrun\n')
  atTerminal('llmsel session attach free')
  await shown(/run it again/)
  press('Down', 'Enter')
  await eventually(() => box.tmux('list-panes', '-s', '-t', '=free:').split('\n').length === 2)
  box.tmux('send-keys', '-t', '=free:', `echo "$LLM_MODEL" > ${box.cwd}/seen`, 'Enter')
  expect(await eventually(() => contentOf(join(box.cwd, 'seen')))).toBe('llama3.2\n')
})

test('session alone lets one pick a session and what to do with it', async () => {
  session('new', 'free', '--name', 'a', '--run', 'echo output-of-a; sleep 300')
  session('new', 'free', '--name', 'b', '--run', 'sleep 300')
  atTerminal('llmsel session')
  await shown(/Which session\?[^]*a +llama3.2 +running\n +b +llama3.2 +running/)
  press('Enter')
  await shown(/a:[^]*attach\n +its output\n +restart on another profile\n +stop/)
  press('Down', 'Enter')
  await shown(/^output-of-a/m)
  atTerminal('llmsel session')
  await shown(/Which session\?/)
  press('Enter')
  await shown(/restart on another/)
  press('Down', 'Down', 'Enter')
  expect(await shown(/which model\?/)).toMatch(/budget .*claude-haiku-5-5/)
  press('b', 'u', 'd', 'Enter')
  await shown(/a is restarted on budget \(claude-haiku-5-5\)/)
  atTerminal('llmsel session')
  await shown(/Which session\?/)
  press('Down', 'Enter')
  await shown(/b:/)
  press('Up', 'Enter')
  await eventually(() => !box.tmux('list-sessions', '-F', '#S').split('\n').includes('b'))
})

test('use --session offers the restart', async () => {
  session('new', 'free', '--run', 'echo "on $LLM_MODEL"; sleep 300')
  atTerminal('llmsel use budget --session free')
  await shown(/restart its worker on budget now\?/)
  press('Down', 'Enter')
  expect(await shown(/free is restarted/)).toContain('on budget (claude-haiku-5-5)')
  await eventually(() => session('logs', 'free').stdout.includes('on anthropic/claude-haiku-5-5'))
})
