import { Command } from 'commander'
import { ledgerUrl, profileSource } from '../domain/config/source.ts'
import { NO_SETTINGS, type Settings } from '../domain/config/settings.ts'
import { diagnose, ollamaUrl, type Observed } from '../domain/doctor/diagnose.ts'
import type { ConfigProblem } from '../domain/doctor/files.ts'
import type { Finding, Repair } from '../domain/doctor/finding.ts'
import type { LedgerFacts } from '../domain/doctor/ledger.ts'
import { isLlmselError } from '../domain/errors.ts'
import { PROVIDERS } from '../domain/models/model.ts'
import type { Context, Surroundings } from '../ports.ts'
import { findingsView } from '../ui/findings.ts'
import { print } from '../ui/report.ts'

interface DoctorOptions {
  readonly fix?: boolean
  readonly json?: boolean
}

interface Reported extends Omit<Finding, 'repair'> {
  readonly fixed: boolean
}

const EXAMPLES = `
Examples:
  llmsel doctor          # what is amiss, and what mends it; exit 1: broken
  llmsel doctor --fix    # file permissions, and what other versions left behind
  llmsel doctor --json

Only the configured Ollama is asked over the network. Keys are never shown.
`

export function doctorCommand(ctx: Context): Command {
  return new Command('doctor')
    .option('--fix', 'mend what can be mended without a decision of yours')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: DoctorOptions) => {
      const surroundings = await ctx.openSurroundings()
      const findings = diagnose(await observe(ctx, surroundings))
      const reported = findings.map((finding) =>
        options.fix === true ? mended(finding, surroundings) : unmended(finding),
      )
      if (reported.some(({ state }) => state === 'broken')) ctx.outcome.exitCode = 1
      const view = () => findingsView(reported, ctx.streams)
      await print(ctx.streams, { data: { findings: reported }, view }, options)
    })
}

async function observe(ctx: Context, surroundings: Surroundings): Promise<Observed> {
  const { settings, configProblem } = settingsOf(ctx)
  const source = profileSource(settings, ctx.env, ctx.clock.now())
  const [machine, ollama] = await Promise.all([
    surroundings.machine(),
    surroundings.ollama(ollamaUrl(source)),
  ])
  return {
    machine,
    source,
    settings,
    configProblem,
    env: ctx.env,
    claudeFiles: surroundings.claudeSettings(),
    keys: { claudeLogin: surroundings.claudeLogin(), kept: await keptKeys(ctx) },
    ollama,
    ledger: await ledgerOf(ctx, settings),
  }
}

async function keptKeys(ctx: Context): Promise<Observed['keys']['kept']> {
  try {
    const stored = (await ctx.openKeys()).read()
    return PROVIDERS.filter((name) => stored[name] !== undefined)
  } catch (error) {
    if (!isLlmselError(error)) throw error
    return { problem: error.message, fix: error.hint }
  }
}

async function ledgerOf(ctx: Context, settings: Settings): Promise<LedgerFacts> {
  try {
    return await ctx.ledgerFacts(ledgerUrl(settings, ctx.env))
  } catch (error) {
    if (!isLlmselError(error)) throw error
    const problem = { message: error.message, fix: error.hint }
    return { place: '', state: 'broken', problem, waitingBytes: 0 }
  }
}

/** A config that cannot be read is a finding, not the end of the examination. */
function settingsOf({ config }: Context): {
  readonly settings: Settings
  readonly configProblem: ConfigProblem | null
} {
  try {
    return { settings: config.read(), configProblem: null }
  } catch (error) {
    if (!isLlmselError(error)) throw error
    return {
      settings: NO_SETTINGS,
      configProblem: { message: error.message, fix: error.hint },
    }
  }
}

function unmended({ check, state, message, fix }: Finding): Reported {
  return { check, state, message, fix, fixed: false }
}

const DONE: Readonly<Record<Repair['kind'], string>> = {
  private: 'made it 0600',
  'remove-fragments': 'removed',
}

function mended(finding: Finding, surroundings: Surroundings): Reported {
  const { check, message, repair } = finding
  if (repair === null) return unmended(finding)
  try {
    surroundings.repair(repair)
    return {
      check,
      state: 'ok',
      message: `${message}: ${DONE[repair.kind]}`,
      fix: null,
      fixed: true,
    }
  } catch (error) {
    if (!isLlmselError(error)) throw error
    return { ...unmended(finding), message: `${message}: could not be mended: ${error.message}` }
  }
}
