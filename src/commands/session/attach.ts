import { Command } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import type { SessionView } from '../../domain/sessions/session.ts'
import { describeState } from '../../domain/sessions/states.ts'
import { againLine } from '../../domain/sessions/again.ts'
import type { SessionContext } from '../../ports.ts'
import { findNamed } from './find.ts'
import { currentSessions } from './waiting.ts'

export function attachCommand(ctx: SessionContext): Command {
  return new Command('attach')
    .argument('[session]', 'the session (default: picked from a list)')
    .action(async (name: string | undefined) => {
      const { streams, sessions } = ctx
      if (!(streams.canPrompt && streams.isTty)) {
        throw new LlmselError('io', 'attaching needs a terminal', {
          hint: 'the output so far: llmsel session logs NAME',
        })
      }
      const views = currentSessions(ctx)
      const session = findNamed(views, name ?? (await pick(ctx, views)))
      if (session.state.kind !== 'running') throw ended(ctx, session)
      sessions.tmux.attach(session.id)
    })
}

async function pick(ctx: SessionContext, views: readonly SessionView[]): Promise<string> {
  if (views.length === 0) {
    throw new LlmselError('not-found', 'there is no session', {
      hint: 'start one: llmsel session new',
    })
  }
  const choices = views.map(({ name, model, state }) => ({
    name: `${name}  ${model}  ${describeState(state)}`,
    value: name,
  }))
  return await ctx.choose('Which session?', choices)
}

function ended({ sessions }: SessionContext, { name, state, folder }: SessionView): LlmselError {
  const record = sessions.folders.record(folder)
  const again = record === null ? [] : [`run it again: ${againLine(record)}`]
  const lines = [`its output: llmsel session logs ${name}`, `its log: ${folder}/log`, ...again]
  return new LlmselError('conflict', `${name} has ended: ${describeState(state)}`, {
    hint: lines.join('\n'),
  })
}
