import { NO_USAGE } from '../../src/domain/costs/counts.ts'
import type { LogRecord } from '../../src/domain/costs/logs/record.ts'
import { STANDARD } from '../../src/domain/costs/terms.ts'
import type { Attempt, AttemptStart } from '../../src/domain/ledger/attempt.ts'
import type { Entry } from '../../src/domain/ledger/merge.ts'

/** 2026-11-22, 12:00 in UTC. */
export const NOON_MS = Date.UTC(2026, 10, 22, 12)

/** Of the gateway, unless the changes say otherwise. */
export function begun(id: string, changes: Partial<AttemptStart> = {}): AttemptStart {
  return {
    id,
    requestId: `request of ${id}`,
    source: 'gateway',
    session: 'budget',
    profile: 'budget',
    project: '/home/me/project',
    kind: 'api',
    provider: 'claude',
    model: 'claude-haiku-5-5',
    modelAsked: 'haiku',
    hop: 0,
    movedBy: null,
    dialect: 'anthropic-messages',
    streaming: true,
    startedAtMs: NOON_MS,
    ...changes,
  }
}

export function usage(input: number, output: number) {
  return {
    input,
    cacheRead: 0,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output,
    webSearches: 0,
    webFetches: 0,
  }
}

/** Final: 100 tokens in, 20 out, a thousand pico-dollars. */
export function ended(id: string, changes: Partial<Attempt> = {}): Attempt {
  const { startedAtMs = NOON_MS } = changes
  return {
    ...begun(id),
    endedAtMs: startedAtMs + 2000,
    firstTokenMs: 300,
    outcome: 'answered',
    mark: 'final',
    usage: usage(100, 20),
    picoUsd: 1000n,
    answerId: null,
    ...changes,
  }
}

/** From a log of Claude Code's, which knows the answer. */
export function logged(answerId: string, changes: Partial<Attempt> = {}): Attempt {
  const imported = { source: 'claude-code', session: 'a log', profile: null, requestId: null }
  return ended(`claude-code ${answerId}`, {
    ...imported,
    answerId,
    endedAtMs: null,
    firstTokenMs: null,
    ...changes,
  })
}

/** From a log of Codex's, which does not. */
export function nameless(id: string, changes: Partial<Attempt> = {}): Attempt {
  return logged(id, { id: `codex ${id}`, source: 'codex', answerId: null, ...changes })
}

export function kept(attempt: Attempt, changes: Partial<Entry> = {}): Entry {
  return { ...attempt, machine: 'laptop', twin: null, ...changes }
}

/** Of Claude Code's log, which knows the answer by its id. */
export function record(id: string, changes: Partial<LogRecord> = {}): LogRecord {
  return {
    agent: 'claude-code',
    id,
    answerId: id,
    requestId: null,
    atMs: NOON_MS,
    provider: null,
    model: 'claude-haiku-5-5',
    project: '/p',
    session: 's',
    isSidechain: false,
    usage: { ...NO_USAGE, input: 1000, output: 100 },
    terms: STANDARD,
    billing: 'unknown',
    ...changes,
  }
}
