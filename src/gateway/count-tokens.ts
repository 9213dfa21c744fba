import { BadRequest } from '../domain/wire/dialect.ts'
import { dialects } from '../domain/wire/dialects.ts'
import { readAsked } from './asked.ts'
import { readBody } from './body.ts'
import { circuitKey } from './circuits.ts'
import type { Exchange } from './exchange.ts'
import { passOn } from './pass-other.ts'
import { credentialOf, passedThrough } from './prepare.ts'
import { refuseAsked } from './refuse.ts'
import type { Shared } from './shared.ts'
import { json } from './whole-body.ts'

/** By Claude where it would be asked, and else by an estimate, since no other has such a count. */
export async function countTokens(shared: Shared, exchange: Exchange): Promise<void> {
  const client = dialects['anthropic-messages']
  const body = await readBody(exchange.request)
  if (body === null) {
    const message = 'the request is too large'
    return refuseAsked(exchange, client, { kind: 'too-large', message, code: null })
  }
  try {
    const asked = readAsked(client, body)
    const first = shared.chains(exchange.access.profile, asked.model)?.targets[0]
    const credential = credentialOf(shared, exchange, 'claude', client.name)
    const estimate = () => json(exchange.response, 200, { input_tokens: asked.estimate() })
    if (first?.provider !== 'claude' || first.model !== asked.model || credential === null)
      return estimate()
    const circuit = shared.circuits.all.get(circuitKey(first, credential.fingerprint))
    if (circuit !== undefined && circuit.state !== 'closed') return estimate()
    const { body: sent } = passedThrough(asked, first)
    const request = { provider: first.provider, credential, body: sent, isOptional: true }
    if (!(await passOn(shared, exchange, request))) estimate()
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error
    refuseAsked(exchange, client, { kind: 'invalid-request', message: error.message, code: null })
  }
}
