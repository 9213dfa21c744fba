import { isObject, type JsonObject } from '../../json.ts'
import { NO_USAGE, isPlausible } from '../counts.ts'
import type { Terms } from '../terms.ts'
import type { Usage } from '../usage.ts'
import {
  CODEX_START,
  NO_TOKENS,
  addedTokens,
  codexState,
  hasTokens,
  sameTokens,
  tokensAt,
  type CodexState,
  type CodexTokens,
} from './codex-state.ts'
import { objectAt, textAt, timeAt } from './fields.ts'
import type { LineFormat } from './format.ts'
import type { Billing, LogRecord } from './record.ts'

/** What a line changes, and the records that it adds; null: it makes no sense. */
interface Step {
  readonly state: CodexState
  readonly records: readonly LogRecord[] | null
}

interface Answer {
  readonly id: string
  /** The provider's id, where the log has it. */
  readonly responseId: string | null
  readonly atMs: number
  readonly tokens: CodexTokens
  readonly isSidechain: boolean
}

/**
 * A copied history is written in one go (40 ms at most were seen), and the first answer of the branch
 * itself takes longer than this.
 */
const COPY_PAUSE_MS = 1000

const STANDARD_TIERS: readonly (string | null)[] = [null, 'auto', 'default', 'standard']

/**
 * `~/.codex/sessions/…/rollout-*.jsonl`. Newer versions (seen in 0.169) write a `token_usage_record`
 * with the response's id and then a `token_count`, older ones the latter alone. Its totals grow over
 * the session, go on from the parent's in a branch, and are written again without an answer.
 */
export const CODEX: LineFormat = {
  kind: 'lines',
  agent: 'codex',
  marks: [
    '"token_count"',
    '"token_usage_record"',
    '"turn_context"',
    '"thread_settings_applied"',
    '"session_meta"',
  ],
  begins: '{"timestamp":',
  list: null,
  open: (_file, kept) => {
    let state = kept === null ? CODEX_START : codexState(kept)
    return {
      read: (line) => {
        const step = read(state, line)
        state = step.state
        return step.records
      },
      state: () => ({ ...state }),
    }
  },
}

function read(state: CodexState, line: JsonObject): Step {
  const { type } = line
  const payload = objectAt(line, 'payload')
  if (type === 'session_meta') return { state: withMeta(state, line, payload), records: [] }
  if (type === 'turn_context') return { state: withTurn(state, payload), records: [] }
  if (type === 'token_usage_record') return withRecord(state, line, payload)
  return type === 'event_msg' ? withEvent(state, line, payload) : { state, records: [] }
}

/** The first is the file's own; those of its ancestors may follow. */
function withMeta(state: CodexState, line: JsonObject, payload: JsonObject): CodexState {
  if (state.thread !== null) return state
  const spawn = objectAt(objectAt(objectAt(payload, 'source'), 'subagent'), 'thread_spawn')
  const parent = textAt(payload, 'forked_from_id') ?? textAt(spawn, 'parent_thread_id')
  return {
    ...state,
    thread: textAt(payload, 'id'),
    session: textAt(payload, 'session_id') ?? textAt(payload, 'id'),
    project: textAt(payload, 'cwd'),
    provider: textAt(payload, 'model_provider'),
    copiedUntilMs: parent === null ? null : timeAt(line, 'timestamp'),
  }
}

function withTurn(state: CodexState, payload: JsonObject): CodexState {
  return {
    ...state,
    model: textAt(payload, 'model') ?? state.model,
    project: textAt(payload, 'cwd') ?? state.project,
  }
}

function withEvent(state: CodexState, line: JsonObject, payload: JsonObject): Step {
  const kind = payload['type']
  if (kind === 'token_count') return withCount(state, line, payload)
  if (kind !== 'thread_settings_applied') return { state, records: [] }
  const settings = objectAt(payload, 'thread_settings')
  return {
    state: {
      ...state,
      model: textAt(settings, 'model') ?? state.model,
      provider: textAt(settings, 'model_provider_id') ?? state.provider,
      tier: textAt(settings, 'service_tier') ?? state.tier,
    },
    records: [],
  }
}

function withRecord(state: CodexState, line: JsonObject, payload: JsonObject): Step {
  const [id, atMs] = [textAt(payload, 'response_id'), timeAt(line, 'timestamp')]
  const tokens = tokensAt(payload, 'usage')
  if (id === null || atMs === null || tokens === null) return { state, records: null }
  const thread = textAt(payload, 'thread_id')
  const isSidechain = thread !== null && thread !== state.thread
  const records = recordsOf(state, { id, responseId: id, atMs, tokens, isSidechain })
  return { state: { ...state, awaited: { id, atMs, tokens } }, records }
}

function withCount(before: CodexState, line: JsonObject, payload: JsonObject): Step {
  const { info } = payload
  const atMs = timeAt(line, 'timestamp')
  const state = { ...before, billing: billingOf(before.billing, payload['rate_limits']) }
  if (!isObject(info)) return { state, records: [] }
  const total = tokensAt(info, 'total_token_usage')
  const tokens = tokensOf(before, total, tokensAt(info, 'last_token_usage'))
  if (tokens === null || atMs === null) return { state, records: null }
  const next = { ...state, total: total ?? before.total }
  return hasTokens(tokens)
    ? withAnswer(before, next, { atMs, tokens })
    : { state: next, records: [] }
}

/** Of the last answer; none where the count has not grown. Null: it does not say. */
function tokensOf(
  before: CodexState,
  total: CodexTokens | null,
  last: CodexTokens | null,
): CodexTokens | null {
  if (total === null) return last
  if (sameTokens(total, before.total)) return NO_TOKENS
  return last !== null && hasTokens(last) ? last : addedTokens(total, before.total)
}

/** A `token_count` that has grown: the answer of the record before it, a copied one, or a new one. */
function withAnswer(
  before: CodexState,
  next: CodexState,
  { atMs, tokens }: Pick<Answer, 'atMs' | 'tokens'>,
): Step {
  const { awaited, copiedUntilMs } = before
  if (awaited !== null && sameTokens(awaited.tokens, tokens)) {
    // Only now it may be known how the answer was paid.
    const known = before.billing === 'unknown' && next.billing !== 'unknown'
    const answer = { ...awaited, responseId: awaited.id, isSidechain: false }
    return {
      state: { ...next, awaited: null, copiedUntilMs: null },
      records: known ? recordsOf(next, answer) : [],
    }
  }
  if (copiedUntilMs !== null && atMs - copiedUntilMs <= COPY_PAUSE_MS) {
    return { state: { ...next, copiedUntilMs: Math.max(atMs, copiedUntilMs) }, records: [] }
  }
  const state = { ...next, copiedUntilMs: null }
  const id = [atMs, ...Object.values(next.total ?? tokens), ...Object.values(tokens)].join('/')
  return {
    state,
    records: recordsOf(state, { id, responseId: null, atMs, tokens, isSidechain: false }),
  }
}

/** With a ChatGPT login each count comes with the plan and how much of it is used. */
function billingOf(before: Billing, limits: unknown): Billing {
  if (before === 'included') return before
  if (!isObject(limits)) return 'api'
  return textAt(limits, 'plan_type') !== null || isObject(limits['primary']) ? 'included' : 'api'
}

function recordsOf(state: CodexState, answer: Answer): readonly LogRecord[] | null {
  const usage = usageOf(answer.tokens)
  if (usage === null) return null
  return [
    {
      agent: 'codex',
      id: answer.id,
      answerId: answer.responseId,
      requestId: null,
      atMs: answer.atMs,
      provider: state.provider,
      model: state.model,
      project: state.project,
      session: state.session,
      isSidechain: answer.isSidechain,
      usage,
      terms: termsOf(state.tier),
      billing: state.billing,
    },
  ]
}

/** Null: no such counts, or more was cached than was sent. */
function usageOf(tokens: CodexTokens): Usage | null {
  const { cached_input_tokens: cacheRead, cache_write_input_tokens: cacheWrite5m } = tokens
  const input = tokens.input_tokens - cacheRead - cacheWrite5m
  const usage = { ...NO_USAGE, input, cacheRead, cacheWrite5m, output: tokens.output_tokens }
  return isPlausible(usage) ? usage : null
}

function termsOf(tier: string | null): Terms {
  const isStandard = STANDARD_TIERS.includes(tier)
  return { tier: isStandard ? 'standard' : 'other', usOnly: false, summed: false }
}
