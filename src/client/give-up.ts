import { WORDS } from '../domain/failover/classify.ts'
import type { Course } from '../domain/failover/course.ts'
import { readinessOf } from '../domain/failover/readiness.ts'
import type { Asked } from './ask.ts'
import { UnifiedLLMError, type ChatAttempt, type UnifiedLLMErrorCode } from './error.ts'
import type { ClientTarget } from './target.ts'

export interface GivenUp {
  readonly targets: readonly ClientTarget[]
  readonly secrets: readonly string[]
  readonly course: Course
  readonly said: ReadonlyMap<number, Asked>
  readonly attempts: readonly ChatAttempt[]
}

/** What the first one said, or where content had come, what ended it; or why nobody was asked. */
export function giveUp(given: GivenUp): UnifiedLLMError {
  const { course, said, attempts } = given
  const about = course.committed ? course.trail.at(-1) : course.trail[0]
  if (about === undefined) return notReady(given)
  const { outcome, hop } = about
  const { problem = null, status = null } = said.get(hop) ?? {}
  const trail = attempts.map(
    ({ provider, model, outcome: kind }) => `${provider}/${model}: ${WORDS[kind]}`,
  )
  const message = `${problem?.message ?? outcome.reason} (${trail.join('; ')})`
  return new UnifiedLLMError(codeOf(outcome.class), redacted(message, given.secrets), {
    attempts,
    status,
    retryAfterMs: outcome.retryAfterMs,
  })
}

function notReady({ targets, course, secrets }: GivenUp): UnifiedLLMError {
  const lines = targets.map((target, index) => {
    const why = course.hops[index]?.unready ?? null
    const name = `${target.provider}/${target.model}`
    if (why !== null && why !== 'no key') return `${name}: ${why}`
    const { reason, fix } = readinessOf(target, NOTHING)
    return `${name}: ${reason}${fix === null ? '' : `; ${fix}`}`
  })
  return new UnifiedLLMError(
    'not-ready',
    redacted(`no model is ready. ${lines.join('. ')}`, secrets),
  )
}

/** Only who has no key is asked about here. */
const NOTHING = { keyOf: () => null, ollamaUrl: '', ollama: 'listens', through: 'shell' } as const

function codeOf(kind: ChatAttempt['outcome']): UnifiedLLMErrorCode {
  return kind === 'answered' || kind === 'client-gone' ? 'server-error' : kind
}

/** Providers quote keys that they refuse. */
function redacted(message: string, secrets: readonly string[]): string {
  return secrets.reduce((text, secret) => text.replaceAll(secret, '…'), message)
}
