import { inOneLine, isLlmselError } from '../domain/errors.ts'
import { BadRequest, type DialectName } from '../domain/wire/dialect.ts'
import { dialects } from '../domain/wire/dialects.ts'
import type { Problem } from '../domain/wire/problem.ts'
import { readAsked, type Asked } from './asked.ts'
import { MAX_BODY_BYTES, readBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import { hopsOf } from './hops.ts'
import { limitsOn } from './limits.ts'
import { refuseAsked } from './refuse.ts'
import { followChain } from './follow.ts'
import type { Shared } from './shared.ts'

/** One request for an answer of a model, from the first hop that gives one. */
export async function answerGenerate(
  shared: Shared,
  exchange: Exchange,
  name: DialectName,
): Promise<void> {
  const client = dialects[name]
  const body = await readBody(exchange.request)
  if (body === null) {
    const message = `a request of more than ${MAX_BODY_BYTES >> 20} MB`
    return refuseAsked(exchange, client, { kind: 'too-large', message, code: null })
  }
  try {
    await answerAsked(shared, exchange, readAsked(client, body))
  } catch (error) {
    const problem = problemOf(error)
    if (problem === null || exchange.response.headersSent) throw error
    refuseAsked(exchange, client, problem)
  }
}

/** The request's own fault, or the configuration's, as when its profile was removed. Null: a bug. */
function problemOf(error: unknown): Problem | null {
  if (error instanceof BadRequest)
    return { kind: 'invalid-request', message: error.message, code: null }
  if (!isLlmselError(error)) return null
  return { kind: 'unavailable', message: `llmsel: ${inOneLine(error)}`, code: null }
}

function answerAsked(shared: Shared, exchange: Exchange, asked: Asked): Promise<void> | void {
  const chain = shared.chains(exchange.access.profile, asked.model)
  if (chain === null) {
    const message = `model: ${asked.model} is not known to llmsel; run: llmsel models`
    const problem: Problem = { kind: 'model-not-found', message, code: 'model_not_found' }
    return refuseAsked(exchange, asked.client, problem)
  }
  const hops = hopsOf(shared, exchange, { asked, targets: chain.targets })
  const limits = limitsOn(exchange.access, chain.profile)
  return followChain(shared, exchange, { asked, hops, limits })
}
