import type { ServerResponse } from 'node:http'
import type { Exchange } from './exchange.ts'
import type { Report, RouteOf } from './route.ts'
import type { Shared } from './shared.ts'
import { json } from './whole-body.ts'

/** What the gateway says about itself, to whoever has a token. */
export function openReports(
  shared: Shared,
): (exchange: Exchange, route: RouteOf<'report'>) => Promise<void> {
  const reports: Readonly<Record<Report, (response: ServerResponse) => Promise<void> | void>> = {
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
    events: (response) => shared.events.listen(response),
    metrics: async (response) => {
      const text = await shared.metrics.text(shared.circuits.report())
      response.writeHead(200, { 'content-type': shared.metrics.contentType })
      response.end(text)
    },
  }
  return async ({ response }, { report }) => {
    await reports[report](response)
  }
}
