import { spawnSync } from 'node:child_process'
import { beforeEach, expect, test } from 'vitest'
import { counting, type Counting } from '../support/counting.ts'
import { forEachTest } from '../support/for-each-test.ts'
import { LAUNCHER } from '../support/launcher.ts'
import { eventually, sandbox } from '../support/tmux.ts'

const box = forEachTest(() => sandbox())
let counted: Counting

beforeEach(() => {
  counted = counting(box)
})

/** Shown on a terminal of that width, which is a tmux server of its own. */
async function shown(columns: number, name: string): Promise<{ screen: string; nodes: number }> {
  const before = counted.starts()
  // By the name, too: one that has just been killed still takes connections, and drops them.
  const socket = `test-screen${columns}-${name}`
  const tmux = (...words: string[]) =>
    String(
      spawnSync('tmux', ['-L', socket, '-f', '/dev/null', ...words], {
        env: counted.env,
      }).stdout,
    )
  const line = `env -u TMUX -u TMUX_PANE ${LAUNCHER} session new budget --run 'sleep 600' --name ${name}; echo "code $?"; sleep 600`
  tmux('new-session', '-d', '-x', String(columns), '-y', '50', '-c', box.cwd, line)
  const screen = () => tmux('capture-pane', '-p')
  try {
    const text = await eventually(() => /^code 0$/m.test(screen()) && screen())
    return { screen: text.trimEnd(), nodes: counted.starts() - before }
  } finally {
    tmux('kill-server')
  }
}

test.each([80, 120, 300])(
  'on a terminal of %d columns it is told the same without Node',
  async (columns) => {
    const first = await shown(columns, 'first')
    const other = await shown(columns, 'other')
    expect([first.nodes, other.nodes]).toEqual([1, 0])
    const plain = (text: string) =>
      text.replaceAll('other', 'first').replaceAll(/\.\d{8}T\S+\/log/g, '.ID/log')
    expect(plain(other.screen)).toBe(plain(first.screen))
    expect(other.screen).toMatch(/^session {3}other$/m)
  },
)

test('on another one Node is asked, as on one that is narrow', async () => {
  expect((await shown(100, 'first')).nodes).toBe(1)
  expect((await shown(101, 'second')).nodes).toBe(1)
  expect((await shown(60, 'third')).nodes).toBe(1)
  expect((await shown(60, 'fourth')).nodes).toBe(1)
})
