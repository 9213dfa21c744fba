import { Command } from 'commander'
import type { JsonObject } from '../../domain/json.ts'
import type { GatewayContext, GatewayStatus } from '../../ports.ts'
import { gatewayView, type GatewayReport } from '../../ui/gateway.ts'
import { print } from '../../ui/report.ts'

/** So that a script can ask whether it runs. */
const NOT_RUNNING = 1

const EXAMPLES = `
Examples:
  llmsel gateway status
  llmsel gateway status --json     # exit 1 where none runs
`

export function statusCommand(ctx: GatewayContext): Command {
  return new Command('status')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: { readonly json?: boolean }) => {
      const { running, stray } = await ctx.gateway.find()
      const answer = running === null ? null : await ctx.gateway.ask('providers')
      const data = reportOf(running, answer, `${ctx.gateway.folder}/log`)
      if (!data.running) ctx.outcome.exitCode = NOT_RUNNING
      if (stray !== null) ctx.streams.err(`llmsel: ${stray.words}\nrun: llmsel gateway restart\n`)
      await print(ctx.streams, { data, view: gatewayView }, options)
    })
}

function reportOf(
  status: GatewayStatus | null,
  answer: JsonObject | null,
  log: string,
): GatewayReport {
  if (status === null || answer === null) return { ...NONE, log }
  // It is this very program's own answer, proved to come from the user's gateway.
  const said = answer as unknown as Pick<GatewayReport, 'providers' | 'faults'>
  const { url, pid, version, startedAt, sessions } = status
  const { providers, faults } = said
  return { running: true, url, pid, version, startedAt, sessions, log, providers, faults }
}

const NONE: Omit<GatewayReport, 'log'> = {
  running: false,
  url: null,
  pid: null,
  version: null,
  startedAt: null,
  sessions: null,
  providers: [],
  faults: [],
}
