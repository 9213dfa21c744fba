import { Option, type Command } from 'commander'
import { ledgerUrl } from '../../domain/config/source.ts'
import type { LedgerReader } from '../../domain/ledger/ledger.ts'
import { LOCAL_ZONE } from '../../domain/ledger/time-zone.ts'
import { idsOf } from '../../domain/models/catalogue.ts'
import type { ProfileSource } from '../../domain/profiles/resolve.ts'
import type { ReportFilter, ReportOptions } from '../../domain/reports/read.ts'
import type { Context } from '../../ports.ts'

/** What every report from the ledger takes. */
export interface PeriodFlags {
  readonly since: string
  readonly until?: string
  readonly timezone: string
}

export interface FilterFlags {
  readonly session?: string
  readonly profile?: string
  readonly model?: string
  readonly project?: string
}

export function addPeriod(command: Command, since: string): Command {
  return command
    .option('--since <time>', 'from 7d, 12h, today, yesterday, 2026-11, 2026-11-01T09:30', since)
    .option('--until <time>', 'to the end of that day or month; without it, until now')
    .option('--timezone <zone>', 'whose days these are, such as Europe/Berlin', LOCAL_ZONE)
}

export function addFilters(command: Command): Command {
  return command
    .option('--session <session>', 'of one session')
    .option('--profile <profile>', 'of one profile')
    .addOption(new Option('--model <model>', 'that one model answered'))
    .option('--project <folder>', 'of the work in one folder')
}

export function reportOptions(
  ctx: Context,
  source: ProfileSource,
  { since, until, timezone, ...filters }: PeriodFlags & FilterFlags,
): ReportOptions {
  return {
    since,
    until: until ?? null,
    timeZone: timezone,
    nowMs: ctx.clock.now().getTime(),
    where: filterOf(ctx, source, filters),
  }
}

/** An alias is what it means today; an id need not be known, since logs hold others' models too. */
function filterOf(
  { cwd }: Context,
  { catalogue, today }: ProfileSource,
  { session, profile, model, project }: FilterFlags,
): ReportFilter {
  return {
    ...(session === undefined ? {} : { session }),
    ...(profile === undefined ? {} : { profile }),
    ...(model === undefined ? {} : { model: idsOf(catalogue, model, today) }),
    ...(project === undefined ? {} : { project: absolute(cwd, project) }),
  }
}

/** Without links looked up. */
export function absolute(cwd: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

/**
 * The ledger as it is on disk or in PostgreSQL, with what this machine's gateway has at hand; where
 * that is `behind`, it is said.
 */
export async function withLedger<T>(
  ctx: Context,
  work: (reader: LedgerReader, behind: boolean) => Promise<T>,
): Promise<T> {
  let behind = false
  const flush = async () => {
    behind = !(await (await ctx.openGateway()).flush())
  }
  const reader = await ctx.openLedger(ledgerUrl(ctx.config.read(), ctx.env), flush)
  try {
    if (behind) ctx.streams.err(BEHIND)
    return await work(reader, behind)
  } finally {
    await reader.close()
  }
}

const BEHIND =
  'llmsel: what the gateway did last is not in the ledger yet, and may be missing here\n'

/** Nothing was ever recorded. */
export async function isEmptyLedger(reader: LedgerReader): Promise<boolean> {
  const query = { range: null, where: {}, per: null, timeZone: 'UTC' } as const
  return (await reader.spent(query)).length === 0
}

export const NO_LEDGER = `nothing has been recorded yet
  through the gateway:        llmsel session new budget
  from the logs of agents:    llmsel costs import
`
