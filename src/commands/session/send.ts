import { Command } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import type { PaneRow } from '../../domain/sessions/listing.ts'
import { enterScript, leaveViewScript, textScript } from '../../domain/sessions/send-script.ts'
import type { SessionContext } from '../../ports.ts'
import { findNamed } from './find.ts'
import { currentSessions } from './waiting.ts'

/** Terminal programs take an Enter that comes within 120 ms of a burst of keys for a pasted newline. */
const BEFORE_ENTER_MS = 150

const EXAMPLES = `
Examples:
  llmsel session send assistant 'summarise README.md'
  llmsel session send assistant --no-enter 'a draft'
  llmsel session send assistant "$(cat question.txt)"
  llmsel session send assistant -- '- a point'    # what begins with -, after --
`

export function sendCommand(ctx: SessionContext): Command {
  return new Command('send')
    .argument('<session>', 'the session')
    .argument('<text...>', 'what to type there, as it is; words are joined by a space')
    .option('--no-enter', 'without Enter after it')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string, words: string[], { enter }: { enter: boolean }) => {
      const { sessions } = ctx
      const session = findNamed(currentSessions(ctx), name)
      const { paneId } = ready(sessions.tmux.list(), session)
      run(ctx, leaveViewScript(paneId) + textScript(paneId, words.join(' ')))
      if (!enter) return
      await sessions.pause(BEFORE_ENTER_MS)
      // The program may have ended, or the person begun to scroll.
      ready(sessions.tmux.list(), session)
      run(ctx, enterScript(paneId))
    })
}

function ready(
  rows: readonly PaneRow[],
  { id, name }: { readonly id: string; readonly name: string },
): PaneRow {
  const pane = rows.find(({ sessionId, first }) => sessionId === id && first)
  // One that waits to run again has an end, and is not dead.
  if (pane === undefined || pane.dead || pane.end !== null) {
    throw new LlmselError('conflict', `nothing runs in ${name} that could read it`, {
      hint: `start it again: llmsel session restart ${name}`,
    })
  }
  if (!pane.inMode) return pane
  throw new LlmselError(
    'conflict',
    `somebody scrolls in ${name}: keys would not reach its program`,
    {
      hint: 'leave that mode there with q',
    },
  )
}

function run({ sessions }: SessionContext, script: string): void {
  const { message } = sessions.tmux.run(script)
  if (message !== null) throw new LlmselError('io', `tmux could not type it: ${message}`)
}
