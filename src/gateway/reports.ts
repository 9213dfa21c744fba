import type { ServerResponse } from 'node:http'
import { isLlmselError } from '../domain/errors.ts'
import { asJson } from '../domain/json.ts'
import type { Exchange } from './exchange.ts'
import { costsReport, limitsReport, whatIfReport } from './money-reports.ts'
import type { Report, RouteOf } from './route.ts'
import type { Shared } from './shared.ts'
import { json } from './whole-body.ts'

type Answer = (response: ServerResponse, query: URLSearchParams) => Promise<void> | void

/** What the gateway says about itself, to whoever has a token. */
export function openReports(
  shared: Shared,
): (exchange: Exchange, route: RouteOf<'report'>) => Promise<void> {
  const reports: Readonly<Record<Report, Answer>> = {
    circuits: (response) =>
      json(response, 200, { circuits: shared.circuits.report().map((report) => ({ ...report })) }),
    health: (response) =>
      json(response, 200, {
        status: 'ok',
        version: shared.version,
        startedAt: new Date(shared.startedMs).toISOString(),
        faults: shared.live.faults,
        ledger: { ...shared.ledger.health() },
      }),
    costs: async (response, query) => json(response, 200, asJson(await costsReport(shared, query))),
    'what-if': async (response, query) =>
      json(response, 200, asJson(await whatIfReport(shared, query))),
    limits: async (response) => json(response, 200, await limitsReport(shared)),
    events: (response) => shared.events.listen(response),
    metrics: async (response) => {
      const text = await shared.metrics.text(shared.circuits.report())
      response.writeHead(200, { 'content-type': shared.metrics.contentType })
      response.end(text)
    },
  }
  return async ({ response, path }, { report }) => {
    const { searchParams } = new URL(path, 'http://gateway')
    try {
      await reports[report](response, searchParams)
    } catch (error) {
      if (!isLlmselError(error) || response.headersSent) throw error
      const { code, message, hint } = error
      json(response, code === 'usage' ? 400 : 503, { error: { message, hint } })
    }
  }
}
