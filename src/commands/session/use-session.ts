import { LlmselError } from '../../domain/errors.ts'
import { environmentScript, notesScript } from '../../domain/sessions/change-script.ts'
import type { SessionView } from '../../domain/sessions/session.ts'
import { isOver } from '../../domain/sessions/states.ts'
import type { Context, SessionContext } from '../../ports.ts'
import { registerAgain } from './gateway.ts'
import { changeOf, holding } from './change.ts'
import { findNamed } from './find.ts'
import { notesOf, restart } from './restart.ts'
import { currentSessions } from './waiting.ts'

/** Puts a session's later windows on a profile; what runs there keeps its model. */
export async function useInSession(context: Context, profile: string, name: string): Promise<void> {
  if (profile === '-') throw new LlmselError('usage', 'use - is for this shell: name a profile')
  const ctx = { ...context, sessions: await context.openSessions() }
  const view = findNamed(currentSessions(ctx), name)
  const { record, files } = await apply(ctx, view, profile)
  await registerAgain(ctx, record)
  ctx.streams.err(`llmsel: new windows of ${name} get ${profile} (${record.model})\n`)
  if (isOver(view.state)) return
  if (record.work.kind === 'shell') {
    const fish = files.some(({ path }) => path === 'rc.fish')
    const load = fish ? 'source "$LLMSEL_SESSION_DIR/env.fish"' : '. "$LLMSEL_SESSION_DIR/env.sh"'
    ctx.streams.err(`llmsel: shells that are open there keep theirs until, in each: ${load}\n`)
    return
  }
  ctx.streams.err(`llmsel: its worker keeps ${view.model} until: llmsel session restart ${name}\n`)
  await offerRestart(ctx, view, profile)
}

/** The options tell what the worker is on, so while it runs they stay. */
async function apply(
  ctx: SessionContext,
  view: SessionView,
  profile: string,
): Promise<ReturnType<typeof changeOf>> {
  const { folders, tmux } = ctx.sessions
  const before = folders.record(view.folder)
  const { startedAt } = before ?? view
  const change = changeOf(ctx, view, { profile, env: [] })
  const keepsModel = change.record.work.kind === 'worker' && !isOver(view.state)
  await holding(ctx, view, async () => {
    folders.rewrite(view.folder, change.files)
    const notes = keepsModel ? {} : notesOf({ ...change.record, startedAt })
    const script = environmentScript(view.id, change.environment) + notesScript(view.id, notes)
    const { message } = tmux.run(script)
    if (message !== null)
      throw new LlmselError('io', `tmux could not change ${view.name}: ${message}`)
  })
  return change
}

async function offerRestart(
  ctx: SessionContext,
  view: SessionView,
  profile: string,
): Promise<void> {
  if (!ctx.streams.canPrompt) return
  const answer = await ctx.choose(`restart its worker on ${profile} now?`, [
    { name: 'no, it goes on as it is', value: 'no' },
    { name: 'yes: it is ended and started anew', value: 'yes' },
  ])
  if (answer !== 'yes') return
  const { model } = await restart(ctx, view, { profile, env: [] })
  ctx.streams.err(`llmsel: ${view.name} is restarted on ${profile} (${model})\n`)
}
