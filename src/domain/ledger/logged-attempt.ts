import { loggedModel, recordCost } from '../costs/logs/logged-model.ts'
import type { Agent, LogRecord } from '../costs/logs/record.ts'
import type { Catalogue } from '../models/catalogue.ts'
import { ANSWERED, type Attempt, type Kind } from './attempt.ts'

export interface LogTerms {
  readonly catalogue: Catalogue
  /** How an answer was paid whose log does not say it. */
  readonly unsaid: Kind
}

/** Whom an agent asks where its log names nobody. */
const OWN_PROVIDER: Readonly<Record<Agent, string>> = {
  'claude-code': 'claude',
  codex: 'openai',
  'gemini-cli': 'google',
  goose: 'unknown',
  opencode: 'unknown',
}

/** What agents call the providers that we know. */
const OUR_NAMES: ReadonlyMap<string, string> = new Map([['anthropic', 'claude']])

/** An answer in an agent's log, as the ledger keeps it: at the list price of its day. */
export function loggedAttempt(record: LogRecord, { catalogue, unsaid }: LogTerms): Attempt {
  const cost = recordCost(catalogue, record)
  return {
    id: `${record.agent} ${record.id}`,
    requestId: record.requestId,
    source: record.agent,
    session: record.session,
    profile: null,
    project: record.project,
    kind: record.billing === 'unknown' ? unsaid : record.billing,
    provider: providerOf(catalogue, record),
    model: record.model ?? 'unknown',
    modelAsked: null,
    hop: 0,
    movedBy: null,
    dialect: null,
    streaming: null,
    startedAtMs: record.atMs,
    endedAtMs: null,
    firstTokenMs: null,
    outcome: ANSWERED,
    mark: 'final',
    usage: record.usage,
    picoUsd: 'picoUsd' in cost ? cost.picoUsd : null,
    answerId: record.answerId,
  }
}

/** Through a gateway of ours the log has only its name, and the model tells. */
function providerOf(catalogue: Catalogue, record: LogRecord): string {
  const { agent, provider } = record
  if (provider !== null && provider !== 'llmsel') return OUR_NAMES.get(provider) ?? provider
  return loggedModel(catalogue, record)?.provider ?? OWN_PROVIDER[agent]
}
