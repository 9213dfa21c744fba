import { Command } from 'commander'
import { LlmselError } from '../../domain/errors.ts'
import { newWindowScript } from '../../domain/sessions/change-script.ts'
import type { SessionView } from '../../domain/sessions/session.ts'
import { describeSession, describeState, isOver } from '../../domain/sessions/states.ts'
import type { SessionContext } from '../../ports.ts'
import { AS_IT_IS } from './change.ts'
import { findNamed } from './find.ts'
import { currentSessions } from './waiting.ts'

const EXAMPLES = `
Examples:
  llmsel session attach crawler     # one that has ended asks what now
  llmsel session attach             # pick one from a list
`

export function attachCommand(ctx: SessionContext): Command {
  return new Command('attach')
    .argument('[session]', 'the session (default: picked from a list)')
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined) => {
      const { streams } = ctx
      if (!(streams.isTty && streams.canPrompt)) {
        throw new LlmselError('io', 'attaching needs a terminal', {
          hint: 'the output so far: llmsel session logs NAME',
        })
      }
      const views = currentSessions(ctx)
      await attachTo(ctx, findNamed(views, name ?? (await pickSession(ctx, views))))
    })
}

/** Shows it; asks first where its worker has ended. */
export async function attachTo(ctx: SessionContext, view: SessionView): Promise<void> {
  if (isOver(view.state) && !(await revive(ctx, view))) return
  ctx.sessions.tmux.attach(view.id)
}

export async function pickSession(
  ctx: SessionContext,
  views: readonly SessionView[],
): Promise<string> {
  if (views.length === 0) {
    throw new LlmselError('not-found', 'there is no session', {
      hint: 'start one: llmsel session new',
    })
  }
  const choices = views.map((view) => ({
    name: `${view.name}  ${view.model}  ${describeSession(view)}`,
    value: view.name,
  }))
  return await ctx.choose('Which session?', choices)
}

/** False: the person leaves it dead. */
async function revive(ctx: SessionContext, view: SessionView): Promise<boolean> {
  const { name, profile, state, id } = view
  const answer = await ctx.choose(`${name} ${describeState(state)}. What now?`, [
    { name: 'run it again', value: 'again' },
    { name: `a shell on ${profile}, beside what it printed`, value: 'shell' },
    { name: `nothing (its output: llmsel session logs ${name})`, value: 'nothing' },
  ])
  if (answer === 'again') await (await import('./restart.ts')).restart(ctx, view, AS_IT_IS)
  if (answer === 'shell') {
    const { message } = ctx.sessions.tmux.run(newWindowScript(id))
    if (message !== null) throw new LlmselError('io', `tmux opened no window: ${message}`)
  }
  return answer !== 'nothing'
}
