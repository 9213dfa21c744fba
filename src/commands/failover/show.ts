import { Command } from 'commander'
import { ollamaAnswer } from '../../domain/doctor/facts.ts'
import { OLLAMA_URL } from '../../domain/profiles/ollama-host.ts'
import { forecast, needsOllama } from '../../domain/sessions/forecast.ts'
import { routeIn } from '../../domain/profiles/gateway-route.ts'
import type { ChainReport } from '../../domain/failover/report.ts'
import type { Context } from '../../ports.ts'
import { failoverView } from '../../ui/failover.ts'
import { print } from '../../ui/report.ts'
import { chosenProfile, profileOption, type Chosen } from './profile-option.ts'

interface ShowOptions {
  readonly profile?: string
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel failover                          # the chain that applies here
  llmsel failover status --profile budget --json
  llmsel failover set haiku ollama gpt --profile budget
  llmsel failover drill
`

/** `failover` alone is its status. */
export function showAction(ctx: Context, command: Command): Command {
  return command
    .addOption(profileOption())
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: ShowOptions) => {
      const data = await chainReport(ctx, chosenProfile(ctx, options.profile))
      await print(ctx.streams, { data, view: failoverView }, options)
    })
}

export function statusCommand(ctx: Context): Command {
  return showAction(ctx, new Command('status'))
}

/** As the gateway sees it; where none runs, as a program in this shell would. */
async function chainReport(ctx: Context, { source, profile }: Chosen): Promise<ChainReport> {
  const gateway = await ctx.openGateway()
  const answer = await gateway.chain(profile.name, routeIn(ctx.env)?.token ?? null)
  if (answer !== null) return answer
  const ollamaUrl = source.baseUrls.ollama ?? OLLAMA_URL
  const surroundings = await ctx.openSurroundings()
  const facts = needsOllama(profile) ? await surroundings.ollama(ollamaUrl) : null
  const hops = forecast({
    profile,
    extraEnv: {},
    caller: ctx.env,
    ollamaUrl,
    ollama: ollamaAnswer(facts),
  })
  return {
    profile: profile.name,
    failover: profile.failover,
    gateway: null,
    hops: hops.map((hop, index) => ({
      ...hop,
      contextTokens: profile.chain[index]?.row.contextTokens ?? null,
      circuit: null,
    })),
  }
}
