import { runAt } from '../../domain/sessions/session.ts'
import type { SessionContext } from '../../ports.ts'
import { askForProfile } from '../choose-profile.ts'
import { attachTo, pickSession } from './attach.ts'
import { findNamed } from './find.ts'
import { currentSessions } from './waiting.ts'

/** `llmsel session` alone, on a terminal. */
export async function pickAndAct(ctx: SessionContext): Promise<void> {
  const views = currentSessions(ctx)
  const view = findNamed(views, await pickSession(ctx, views))
  const answer = await ctx.choose(`${view.name}:`, [
    { name: 'attach', value: 'attach' },
    { name: 'its output', value: 'logs' },
    { name: 'restart on another profile', value: 'restart' },
    { name: 'stop', value: 'stop' },
  ])
  switch (answer) {
    case 'attach':
      return await attachTo(ctx, view)
    case 'logs':
      return await (await import('./logs.ts')).showLog(ctx, runAt(view.name, view.folder), {})
    case 'restart': {
      const profile = await askForProfile(ctx)
      const { restart } = await import('./restart.ts')
      const { model } = await restart(ctx, view, { profile, env: [] })
      ctx.streams.out(`${view.name} is restarted on ${profile} (${model})\n`)
      return
    }
    default:
      await (await import('./stop.ts')).stopSessions(ctx, [view], {})
  }
}
