import { expect, test } from 'vitest'
import { LISTING_FORMAT, parseListing, sessionsOf } from '../../../src/domain/sessions/listing.ts'
import { describeState } from '../../../src/domain/sessions/states.ts'

type Fields = Readonly<Record<string, string>>

const WORKER: Fields = {
  session_id: '$1',
  session_name: 'budget',
  pane_id: '%1',
  pane_pid: '100',
  pane_dead: '0',
  session_attached: '0',
  '@llmsel_first': '1',
  '@llmsel_kind': 'worker',
  '@llmsel_profile': 'budget',
  '@llmsel_dir': '/state/budget.1',
}

function listing(...panes: readonly Fields[]): string {
  return panes
    .map(
      (pane) =>
        `${LISTING_FORMAT.replaceAll(/#\{([^}]+)\}/g, (_, name: string) => pane[name] ?? '')}\n`,
    )
    .join('')
}

function state(panes: readonly Fields[], recorded: number | null = null): string | undefined {
  const [session] = sessionsOf(parseListing(listing(...panes)), () => recorded)
  return session && describeState(session.state)
}

const DEAD = { ...WORKER, pane_dead: '1' }
const OTHER_WINDOW = { ...WORKER, pane_id: '%2', '@llmsel_first': '' }

test.each([
  ['it runs', [WORKER], null, 'running'],
  [
    'it waits to run again',
    [{ ...WORKER, '@llmsel_failed': '137' }],
    null,
    'killed KILL, runs again soon',
  ],
  ['its end is being recorded', [{ ...WORKER, '@llmsel_exit': '3' }], null, 'running'],
  [
    'its wrapper was killed while it waited',
    [{ ...DEAD, '@llmsel_failed': '3', pane_dead_signal: '9' }],
    null,
    'killed KILL',
  ],
  ['its wrapper recorded the end', [{ ...DEAD, '@llmsel_exit': '3' }], null, 'exited 3'],
  [
    'the wrapper’s word is before tmux’s',
    [{ ...DEAD, '@llmsel_exit': '0', pane_dead_status: '1' }],
    null,
    'exited 0',
  ],
  ['a signal ended the worker', [{ ...DEAD, '@llmsel_exit': '137' }], null, 'killed KILL'],
  ['a signal ended the wrapper', [{ ...DEAD, pane_dead_signal: '9' }], null, 'killed KILL'],
  ['an odd signal', [{ ...DEAD, pane_dead_signal: '35' }], null, 'killed 35'],
  ['a code above 128 that is no signal', [{ ...DEAD, '@llmsel_exit': '255' }], null, 'exited 255'],
  ['tmux lost the status, the file has it', [DEAD], 4, 'exited 4'],
  ['nothing recorded the end', [DEAD], null, 'exited, status unknown'],
  ['the worker’s pane was closed', [OTHER_WINDOW], 5, 'exited 5'],
  [
    'another window outlives the worker',
    [{ ...DEAD, '@llmsel_exit': '0' }, OTHER_WINDOW],
    null,
    'exited 0',
  ],
  [
    'an interactive session’s first window was closed',
    [{ ...OTHER_WINDOW, '@llmsel_kind': 'shell' }],
    null,
    'running',
  ],
  ['the session is not llmsel’s', [{ ...WORKER, '@llmsel_dir': '' }], null, undefined],
])('%s', (_what, panes, recorded, expected) => {
  expect(state(panes, recorded)).toBe(expected)
})
