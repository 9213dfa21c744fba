import type { Dialect } from '../domain/wire/dialect.ts'
import type { Problem } from '../domain/wire/problem.ts'
import type { Exchange } from './exchange.ts'
import { json } from './whole-body.ts'

/** A refusal of the gateway's own, in the shape that the client's format has for it. */
export function refuseAsked({ response, id }: Exchange, client: Dialect, problem: Problem): void {
  const { status, body } = client.writeProblem(problem, id)
  response.setHeader('x-should-retry', 'false')
  json(response, status, body)
}
