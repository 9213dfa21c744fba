import { costOf } from '../domain/costs/attempt-cost.ts'
import { innerCallId, type InnerCall } from '../domain/costs/logs/anthropic-usage.ts'
import { NO_USAGE, promptTokens } from '../domain/costs/counts.ts'
import { STANDARD } from '../domain/costs/terms.ts'
import type { OutcomeClass } from '../domain/failover/outcome.ts'
import {
  attemptOf,
  GATEWAY,
  type Attempt,
  type AttemptStart,
  type Move,
} from '../domain/ledger/attempt.ts'
import type { Allowance, Refusal, Reservation } from '../domain/ledger/limits.ts'
import { saneEstimate } from '../domain/ledger/sane.ts'
import { usedBy } from '../domain/ledger/used.ts'
import { usd } from '../domain/reports/spent-report.ts'
import { exactModel, type Catalogue } from '../domain/models/catalogue.ts'
import type { Model } from '../domain/models/model.ts'
import type { Dialect, DialectName } from '../domain/wire/dialect.ts'
import { estimateUnread } from '../domain/wire/estimate.ts'
import type { Asked } from './asked.ts'
import type { AttemptEnd, Known } from './attempt-parts.ts'
import { isSubscription } from './credentials.ts'
import type { RequestHop } from './hops.ts'
import type { Run } from './run.ts'
import { isRegistered } from './sessions.ts'

/** One attempt in the ledger, from before it is sent. */
export interface OpenEntry {
  /**
   * The answer is whole. The client gets the last of it when this resolves, or after a `write` of the
   * ledger: so that no answer is lost.
   */
  complete(known: Known): Promise<void>
  end(end: AttemptEnd, outcome: OutcomeClass): void
}

/** Sets aside what the hop may cost, and notes that it is asked; a refusal: a limit forbids it. */
export async function openEntry(
  run: Run,
  at: number,
  hop: RequestHop,
  upstream: Dialect,
): Promise<OpenEntry | { readonly refusal: Refusal }> {
  const { shared, asked, limits } = run
  const start = startOf(run, at, hop)
  const { row } = hop.target
  const input = estimateUnread(asked.text)
  const most = row.outputTokens ?? Number.POSITIVE_INFINITY
  const output = Math.min(shared.outputs.expected(start.model), most)
  const usage = { ...NO_USAGE, input, output }
  const picoUsd = priceOf(row, usage, start.startedAtMs)
  let reservation: Reservation | null = null
  if (limits.length > 0 && start.kind === 'api') {
    const allowance: Allowance = await shared.ledger.limits.reserve(limits, picoUsd)
    if (!allowance.allowed) return { refusal: allowance.refusal }
    reservation = allowance.reservation
  }
  await shared.ledger.begin(start, { usage, picoUsd })
  const begun: Begun = { start, row, input, answersIn: upstream }
  let whole: { readonly usage: Known['usage']; readonly spent: Spent } | null = null
  const note = async ({ attempt, inner }: Spent) => {
    // In the same write as what follows.
    for (const each of inner) void shared.ledger.end(each)
    await shared.ledger.end(attempt)
  }
  return {
    complete: async (known) => {
      if (whole?.usage === known.usage) return
      whole = { usage: known.usage, spent: ended(run, begun, known, 'answered') }
      await note(whole.spent)
    },
    end: ({ known }, outcome) => {
      const noted = outcome === 'answered' && whole?.usage === known.usage ? whole.spent : null
      const spent = noted ?? ended(run, begun, known, outcome)
      if (noted === null) void note(spent)
      const { attempt, inner } = spent
      reservation?.settle(inner.reduce(plusCostOf, attempt.picoUsd))
      if (attempt.mark === 'final' && outcome === 'answered' && attempt.usage !== null)
        shared.outputs.add(start.model, attempt.usage.output)
      for (const each of [attempt, ...inner]) tell(run, each)
    },
  }
}

/** An attempt, and the calls within it that are billed besides. */
interface Spent {
  readonly attempt: Attempt
  readonly inner: readonly Attempt[]
}

/** Null: one of them is not known. */
function plusCostOf(sum: bigint | null, { picoUsd }: Attempt): bigint | null {
  return sum === null || picoUsd === null ? null : sum + picoUsd
}

function startOf(run: Run, at: number, { target, credential }: RequestHop): AttemptStart {
  const { exchange, asked, shared, told } = run
  const { session, profile, project } = exchange.access
  return {
    id: `${exchange.id}.${told.attempts}`,
    requestId: exchange.id,
    source: GATEWAY,
    session,
    profile,
    project,
    kind: isSubscription(credential) ? 'included' : 'api',
    provider: target.provider,
    model: target.model,
    modelAsked: asked.model,
    hop: at,
    movedBy: movedBy(run, at),
    dialect: asked.client.name,
    streaming: asked.stream,
    startedAtMs: shared.now(),
  }
}

function movedBy({ forbidden }: Run, at: number): Move | null {
  if (at === 0) return null
  return [...forbidden.keys()].some((hop) => hop < at) ? 'limit' : 'failover'
}

interface Begun {
  readonly start: AttemptStart
  readonly row: Model
  /** Of the prompt, as it was estimated. */
  readonly input: number
  readonly answersIn: Dialect
}

function ended(
  { shared, exchange, asked }: Run,
  { start, row, input, answersIn }: Begun,
  known: Known,
  outcome: OutcomeClass,
): Spent {
  const { catalogue } = shared.live.source
  const served = known.model === null ? null : exactModel(catalogue, known.model)
  const isServed = served !== null && served.model.provider === row.provider
  const { contentChars } = known
  const { mark, usage } = usedBy({ outcome, usage: known.usage, contentChars }, input)
  const model = isServed ? served.model : row
  const cost = costOf(model, {
    modelId: model.id,
    usage,
    atMs: start.startedAtMs,
    terms: known.terms,
  })
  const isSame = answersIn === asked.client
  // What nobody can have used would be settled as spent, and no ledger could keep it.
  const sane = saneEstimate({ usage, picoUsd: 'picoUsd' in cost ? cost.picoUsd : null })
  const attempt = attemptOf(start, {
    model: isServed ? served.model.id : start.model,
    endedAtMs: shared.now(),
    firstTokenMs: known.firstContentMs === null ? null : Math.round(known.firstContentMs),
    outcome,
    mark,
    usage: sane.usage,
    picoUsd: sane.picoUsd,
    answerId: outcome !== 'answered' ? null : isSame ? known.id : ownAnswerId(asked, exchange.id),
  })
  const inner = known.innerCalls.map((call) => innerAttempt(catalogue, { attempt, known, call }))
  return { attempt, inner }
}

interface InnerParts {
  readonly attempt: Attempt
  readonly known: Known
  readonly call: InnerCall
}

function innerAttempt(catalogue: Catalogue, { attempt, known, call }: InnerParts): Attempt {
  const modelId = call.model ?? attempt.model
  const row = exactModel(catalogue, modelId)?.model ?? null
  const { usage } = call
  const cost = costOf(row, { modelId, usage, atMs: attempt.startedAtMs, terms: known.terms })
  return {
    ...attempt,
    id: `${attempt.id}.${call.index}`,
    model: row?.id ?? modelId,
    mark: 'final',
    ...saneEstimate({ usage, picoUsd: 'picoUsd' in cost ? cost.picoUsd : null }),
    answerId: innerCallId(attempt.answerId, call),
  }
}

const ANSWER_ID: Readonly<Record<DialectName, string | null>> = {
  'anthropic-messages': 'msg_',
  'openai-chat': 'chatcmpl-',
  'openai-responses': 'resp_',
  'ollama-chat': null,
  'ollama-generate': null,
}

/** As the writers of the formats make it. */
function ownAnswerId({ client }: Asked, id: string): string | null {
  const prefix = ANSWER_ID[client.name]
  return prefix === null ? null : prefix + id
}

function priceOf(model: Model, usage: typeof NO_USAGE, atMs: number): bigint | null {
  const cost = costOf(model, { modelId: model.id, usage, atMs, terms: STANDARD })
  return 'picoUsd' in cost ? cost.picoUsd : null
}

function tell(run: Run, attempt: Attempt): void {
  const { shared, exchange } = run
  const { picoUsd, kind } = attempt
  run.told.picoUsd = plusCostOf(run.told.picoUsd, attempt)
  if (kind === 'api' && isRegistered(exchange.access))
    shared.spending.add(exchange.access, run.limits, picoUsd)
  shared.events.emit('attempt', () => ({
    at: new Date(attempt.startedAtMs).toISOString(),
    id: attempt.id,
    session: attempt.session,
    profile: attempt.profile,
    model: attempt.model,
    kind,
    outcome: attempt.outcome,
    mark: attempt.mark,
    inputTokens: attempt.usage === null ? null : promptTokens(attempt.usage),
    outputTokens: attempt.usage?.output ?? null,
    costUsd: picoUsd === null ? null : usd(picoUsd),
  }))
}
