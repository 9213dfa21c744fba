import { setTimeout as pause } from 'node:timers/promises'
import { LlmselError } from '../domain/errors.ts'
import type { JsonObject } from '../domain/json.ts'
import type { Ledger } from '../domain/ledger/ledger.ts'
import { limitName, limitsText, periodOf, type LimitOn } from '../domain/ledger/limits.ts'
import type { Range } from '../domain/ledger/spans.ts'
import { LOCAL_ZONE, zoneName } from '../domain/ledger/time-zone.ts'
import { exactModel, idsOf } from '../domain/models/catalogue.ts'
import { namedModels } from '../domain/profiles/named-models.ts'
import { profileNames, resolveProfile } from '../domain/profiles/resolve.ts'
import { readSpent, readWhatIf, type ReportOptions } from '../domain/reports/read.ts'
import { spentReport, usd, type SpentReport } from '../domain/reports/spent-report.ts'
import { SPENT_BY } from '../domain/reports/spent.ts'
import type { WhatIfReport } from '../domain/reports/what-if-report.ts'
import { limitsOn } from './limits.ts'
import type { Shared } from './shared.ts'

/** `/api/llm/costs`: what `llmsel costs spent --json` prints, up to this moment. */
export async function costsReport(shared: Shared, query: URLSearchParams): Promise<SpentReport> {
  const by = oneOf(query, 'by', SPENT_BY) ?? 'model'
  const split = oneOf(query, 'split', ['model'] as const)
  const options = { ...reportOptions(shared, query, '7d'), by, split }
  const behind = await isBehind(shared)
  const { reader } = shared.ledger
  const answer = await readSpent(reader, { ...options, behind }, namedModels(shared.live.source))
  return spentReport(answer, zoneName(options.timeZone))
}

/** `/api/llm/costs/what-if`: the same requests `on` the models of these profiles, or of all. */
export async function whatIfReport(shared: Shared, query: URLSearchParams): Promise<WhatIfReport> {
  const { source } = shared.live
  const named = query.getAll('on')
  const names = named.length > 0 ? named : profileNames(source)
  const models = names.map((name) => resolveProfile(source, name).target.row)
  const targets = [...new Map(models.map((model) => [model.id, model])).values()]
  const options = reportOptions(shared, query, '30d')
  const behind = await isBehind(shared)
  const answer = await readWhatIf(
    shared.ledger.reader,
    { ...options, behind },
    {
      targets,
      modelOf: (id) => exactModel(source.catalogue, id)?.model ?? null,
      onProgress: () => {},
    },
  )
  return answer.report
}

/** `/api/llm/limits`: each limit of a session or a profile, and what is spent of it. */
export async function limitsReport(shared: Shared): Promise<JsonObject> {
  const { sessions, live } = shared
  const ofSessions = sessions.all().flatMap((access) => limitsOn(access, NO_PROFILE))
  const ofProfiles = profileNames(live.source).flatMap((name) => {
    const limit = live.settings.profiles[name]?.limit
    if (limit === undefined) return []
    return limitsOn(NO_SESSION, resolveProfile(live.source, name))
  })
  // Several sessions of one name share its limit.
  const all = new Map([...ofSessions, ...ofProfiles].map((on) => [limitName(on), on]))
  const limits: JsonObject[] = []
  for (const on of all.values()) limits.push(await limitRow(shared, on))
  return { limits }
}

const NO_PROFILE = { name: '', limits: [] }
const NO_SESSION = { session: null, limits: [] }

async function limitRow({ ledger, now }: Shared, on: LimitOn): Promise<JsonObject> {
  const { picoUsd } = on.limit
  const period = periodOf(on.limit, LOCAL_ZONE, now())
  const spent = ledger.limits.state(on)?.spentPicoUsd ?? (await spentUnder(ledger, on, period))
  return {
    scope: on.scope,
    name: on.name,
    limit: limitsText([on.limit]),
    limitUsd: usd(picoUsd),
    spentUsd: usd(spent),
    fraction: picoUsd === 0n ? 1 : Number((spent * 10_000n) / picoUsd) / 10_000,
    untilMs: period.untilMs,
  }
}

/** Where nothing was spent under it since the gateway began. */
async function spentUnder({ reader }: Ledger, on: LimitOn, range: Range): Promise<bigint> {
  const where = { [on.scope]: on.name, kind: 'api' } as const
  const sums = await reader.spent({ range, where, per: null, timeZone: 'UTC' })
  return sums.reduce((sum, { totals }) => sum + totals.picoUsd, 0n)
}

/** A report is worth having without what the store is slow to take. */
const FLUSH_MS = 1500

async function isBehind({ ledger }: Shared): Promise<boolean> {
  const isLate = pause(FLUSH_MS, false, { ref: false })
  return !(await Promise.race([ledger.flush(), isLate]))
}

function reportOptions(
  { live: { source }, now }: Shared,
  query: URLSearchParams,
  since: string,
): ReportOptions {
  const of = (name: string) => query.get(name)
  const model = of('model')
  const where = {
    session: of('session'),
    profile: of('profile'),
    project: of('project'),
    model: model === null ? null : idsOf(source.catalogue, model, source.today),
  }
  return {
    since: of('since') ?? since,
    until: of('until'),
    timeZone: of('timezone') ?? LOCAL_ZONE,
    nowMs: now(),
    where: Object.fromEntries(Object.entries(where).filter(([, value]) => value !== null)),
  }
}

function oneOf<T extends string>(
  query: URLSearchParams,
  name: string,
  known: readonly T[],
): T | null {
  const given = query.get(name)
  const found = known.find((each) => each === given)
  if (given === null || found !== undefined) return found ?? null
  throw new LlmselError('usage', `${name}: "${given.slice(0, 40)}" is none of ${known.join(', ')}`)
}
