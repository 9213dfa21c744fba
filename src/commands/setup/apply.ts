import { isLlmselError, LlmselError } from '../../domain/errors.ts'
import type { KeyedProvider } from '../../domain/setup/facts.ts'
import { withSettings, type SetupPlan } from '../../domain/setup/plan.ts'
import type { InstallShell } from '../../domain/shell/rc-lines.ts'
import type { Context, RcPlan } from '../../ports.ts'
import { whatChanged } from '../init.ts'
import { tellGateway } from '../tell-gateway.ts'

export interface Work {
  readonly plan: SetupPlan
  readonly secrets: ReadonlyMap<KeyedProvider, string>
  readonly rcPlans: ReadonlyMap<InstallShell, RcPlan>
}

interface Step {
  readonly name: string
  readonly run: () => Promise<void>
}

/** Each step whole or not at all; where one fails, the error says what is done and what is not. */
export async function carryOut(ctx: Context, work: Work): Promise<void> {
  const done: string[] = []
  for (const { name, run } of stepsOf(ctx, work)) {
    try {
      await run()
    } catch (cause) {
      if (!isLlmselError(cause)) throw cause
      const before = done.length === 0 ? 'nothing was changed' : `done before: ${done.join(', ')}`
      const hint = [cause.hint, `${before}; then again: llmsel setup`]
      throw new LlmselError(cause.code, `${name}: ${cause.message}`, {
        hint: hint.filter((text) => text !== null).join('\n'),
        cause,
      })
    }
    done.push(name)
  }
}

/** What is likeliest to fail stands first. */
function stepsOf(ctx: Context, { plan, secrets, rcPlans }: Work): readonly Step[] {
  const ofShells = plan.shells.flatMap(({ shell }): Step[] => {
    const rcPlan = rcPlans.get(shell)
    return rcPlan === undefined
      ? []
      : [{ name: `llmsel in ${shell}`, run: async () => load(ctx, shell, rcPlan) }]
  })
  const ofKeys = [...secrets].map(([provider, key]): Step => {
    const run = async () => (await ctx.openKeys()).set(provider, { kind: 'key', key })
    return { name: `the key of ${provider}`, run }
  })
  const settings: Step = {
    name: 'the settings',
    run: async () => await ctx.config.update((document) => withSettings(document, plan)),
  }
  const gateway: Step = { name: 'telling the gateway', run: async () => await tellGateway(ctx) }
  return [
    ...ofShells,
    ...(plan.settings.length > 0 ? [settings] : []),
    ...ofKeys,
    ...(ofKeys.length > 0 ? [gateway] : []),
  ]
}

function load(ctx: Context, shell: InstallShell, plan: RcPlan): void {
  plan.carryOut()
  const lines = whatChanged(shell, { plan, changed: true, install: true }, ctx.env)
  for (const line of lines) ctx.streams.err(`llmsel: ${line}\n`)
}
