import type { Context } from '../ports.ts'

/** What it reads at its start has changed. It is told, not started. */
export async function tellGateway(ctx: Context): Promise<void> {
  await (await ctx.openGateway()).ask('reload')
}
