import { expect, test } from 'vitest'
import {
  environmentScript,
  notesScript,
  respawnScript,
} from '../../../src/domain/sessions/change-script.ts'
import { logCommandOf } from '../../../src/domain/sessions/log-command.ts'
import { enterScript, textScript } from '../../../src/domain/sessions/send-script.ts'

test('an environment is set and removed name by name; nothing to do is no command', () => {
  expect(environmentScript('$1', { set: { A: '$x "y"' }, unset: ['B'] })).toBe(
    String.raw`set-environment -t "\$1" "A" "\$x \"y\"" ; set-environment -r -t "\$1" "B"` + '\n',
  )
  expect(environmentScript('$1', { set: {}, unset: [] })).toBe('')
  expect(notesScript('$1', {})).toBe('')
})

test('notes are one line each, as a listing needs them', () => {
  expect(notesScript('$1', { model: 'a\tb\nc' })).toBe(
    'set-option -t "\\$1" @llmsel_model "a b c"\n',
  )
})

test('a pane is started again: its end forgotten, its log kept, formats in its folder unexpanded', () => {
  const script = respawnScript({
    paneId: '%1',
    windowName: 'free#(x)',
    cwd: '/w#(x)',
    argv: ['/bin/sh', 'w.sh'],
    set: { LLMSEL_READY: 'c' },
    logCommand: logCommandOf('/p/log.sh', '/s%H'),
    mark: '--- mark ---',
  })
  expect(script.trimEnd().split(' ; ')).toEqual([
    'set-option -p -u -t "%1" @llmsel_exit',
    'set-option -p -u -t "%1" @llmsel_failed',
    'set-option -p -u -t "%1" @llmsel_restarts',
    'rename-window -t "%1" "free##(x)"',
    String.raw`if-shell -F -t "%1" "#{?pane_pipe,0,1}" "pipe-pane -t \"%1\" \"set -- '/s%%H' #{pid}; . '/p/log.sh'\""`,
    String.raw`respawn-pane -k -t "%1" -c "/w##(x)" -e "LLMSEL_READY=c" -- "/bin/sh" "-c" "printf '\\n%s\\n' \"\$0\"; exec \"\$@\"" "--- mark ---" "/bin/sh" "w.sh"`,
    'display-message -p -t "%1" "#{pane_pid}"',
  ])
})

test('short text is typed as it is, and Enter is a key of its own', () => {
  expect(textScript('%1', 'Enter C-c #{x}')).toBe('send-keys -l -t "%1" -- "Enter C-c #{x}"\n')
  expect(enterScript('%1')).toBe('send-keys -t "%1" Enter\n')
})

test.each(['two\nlines', 'tab\t', 'x'.repeat(1001)])('%j is pasted', (text) => {
  const [buffer, paste] = textScript('%1', text).trimEnd().split(' ; ')
  expect(buffer).toMatch(/^set-buffer -b "llmsel-1" -- "/)
  expect(paste).toBe('paste-buffer -p -r -d -b "llmsel-1" -t "%1"')
})
