import type { Command } from 'commander'
import { ledgerUrl, profileSource } from '../domain/config/source.ts'
import { isLlmselError } from '../domain/errors.ts'
import { LOCAL_ZONE } from '../domain/ledger/time-zone.ts'
import { resolveProfile, type ProfileSource } from '../domain/profiles/resolve.ts'
import { nonEmpty } from '../domain/profiles/scope.ts'
import { which, type WhichReport } from '../domain/profiles/which.ts'
import { readSpentTable } from '../domain/reports/read.ts'
import { amountsReport } from '../domain/reports/spent-report.ts'
import { ownShell } from '../domain/shell/shell.ts'
import { nextCommands, type NextCommand } from '../domain/where/next.ts'
import type { Context, GatewayGlance } from '../ports.ts'
import { print } from '../ui/report.ts'
import { whereView, type Today, type Where } from '../ui/where.ts'

/** `llmsel` alone: where one is, and what makes sense next. */
export function whereAction(ctx: Context, program: Command): Command {
  return program
    .option('--json', 'print JSON')
    .action(async (options: { readonly json?: boolean }) => {
      await print(ctx.streams, { data: await whereNow(ctx), view: whereView }, options)
    })
}

async function whereNow(ctx: Context): Promise<Where> {
  const settings = ctx.config.read()
  const source = profileSource(settings, ctx.env, ctx.clock.now())
  const report = which(source, ctx.env, settings.default)
  const session = nonEmpty(ctx.env['LLMSEL_SESSION'])
  const drift = report.variables.flatMap((row) => (row.drift === null ? [] : [row.name]))
  // By itself, since a database's work keeps this process from hearing the answer in time.
  const gateway = await glance(ctx)
  const [hasSessions, today] = await Promise.all([anySession(ctx), spentToday(ctx)])
  return {
    ...choiceIn(source, report),
    drift,
    byHand: byHand(report),
    session,
    today,
    gateway,
    next: nextFor(ctx, { report, session, gateway, hasSessions, drifted: drift.length > 0 }),
  }
}

type ChoiceHere = Pick<Where, 'active' | 'profile' | 'model' | 'provider' | 'meansNow' | 'from'>

function choiceIn(source: ProfileSource, { active, next }: WhichReport): ChoiceHere {
  if (active !== null) {
    const { profile, model, origin, meansNow } = active
    const provider = targetOf(source, model)?.provider ?? null
    return { active: true, profile, model, provider, meansNow, from: origin }
  }
  const target = targetOf(source, next.profile)
  return {
    active: false,
    profile: next.profile,
    model: target?.model ?? null,
    provider: target?.provider ?? null,
    meansNow: null,
    from: { kind: next.from === 'built-in' ? 'built-in' : 'user' },
  }
}

function byHand({ active, variables }: WhichReport): Where['byHand'] {
  if (active !== null) return []
  return variables.flatMap(({ name, value }) =>
    value !== null && /^(?:CLAUDE|ANTHROPIC|OPENAI|LLM)_MODEL$/.test(name) ? [{ name, value }] : [],
  )
}

/** Null: the name means nothing. */
function targetOf(
  source: ProfileSource,
  name: string,
): { readonly model: string; readonly provider: string } | null {
  try {
    return resolveProfile(source, name).target
  } catch (error) {
    if (!isLlmselError(error)) throw error
    return null
  }
}

async function glance(ctx: Context): Promise<GatewayGlance | null> {
  return await (await ctx.openGateway()).glance()
}

/** Null: nothing was recorded, or it is not to be had at once, as from a server elsewhere. */
async function spentToday(ctx: Context): Promise<Today | null> {
  if (ledgerUrl(ctx.config.read(), ctx.env) !== null) return null
  if ((await ctx.ledgerFacts(null)).state !== 'fine') return null
  const reader = await ctx.openLedger(null)
  try {
    const period = { since: 'today', until: null, timeZone: LOCAL_ZONE }
    const options = { ...period, nowMs: ctx.clock.now().getTime(), where: {} }
    const { table } = await readSpentTable(reader, { ...options, by: 'model', split: null })
    const { usd, includedUsd, requests } = amountsReport(table.total)
    return { usd, includedUsd, requests }
  } finally {
    await reader.close()
  }
}

async function anySession(ctx: Context): Promise<boolean> {
  return (await ctx.openSessions()).folders.runs().length > 0
}

interface Present {
  readonly report: WhichReport
  readonly session: string | null
  readonly gateway: GatewayGlance | null
  readonly hasSessions: boolean
  readonly drifted: boolean
}

function nextFor(ctx: Context, present: Present): readonly NextCommand[] {
  const { report, gateway, ...rest } = present
  return nextCommands({
    ...rest,
    configured: ctx.config.changedAtNs() !== null,
    active: report.active?.profile ?? null,
    fallback: report.next.profile,
    circuitOpen: (gateway?.circuits ?? []).some(({ state }) => state !== 'closed'),
    shell: ownShell(ctx.env),
  })
}
