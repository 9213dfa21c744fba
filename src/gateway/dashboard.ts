import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ListedSession, LiveSessions } from '../adapters/live-sessions.ts'
import { isLlmselError } from '../domain/errors.ts'
import { asJson, type Json, type JsonObject } from '../domain/json.ts'
import { profileNames } from '../domain/profiles/resolve.ts'
import { describeSession } from '../domain/sessions/states.ts'
import type { ChainReport } from '../domain/failover/report.ts'
import { MAX_BODY_BYTES } from './body.ts'
import { jsonBody, MAX_UNKNOWN_BYTES } from './control-routes.ts'
import type { DashboardLinks } from './dashboard-links.ts'
import type { Gate } from './gate.ts'
import { sendPage, type Pages } from './pages.ts'
import { chainReport } from './readiness.ts'
import type { DashboardView, RouteOf } from './route.ts'
import type { Shared } from './shared.ts'
import { json } from './whole-body.ts'

/** What the dashboard shows besides what the gateway itself knows. */
export interface DashboardParts {
  readonly pages: Pages
  readonly sessions: LiveSessions
}

interface Options extends DashboardParts {
  readonly gate: Gate
  readonly links: DashboardLinks
}

interface Answer {
  readonly status: number
  readonly body: JsonObject
}

const MOST_CHAINS = 12
const MOST_LINES = 1000
const NO_TOKEN = 'no token of the dashboard: run llmsel gateway open'

/** The page, the exchange of a link for a token, and what only a holder of one may see or do. */
export function openDashboard(
  shared: Shared,
  { gate, links, pages, sessions }: Options,
): (
  request: IncomingMessage,
  response: ServerResponse,
  route: RouteOf<'dashboard'>,
) => Promise<void> {
  const views: Readonly<
    Record<DashboardView['view'], (request: IncomingMessage) => Promise<Answer> | Answer>
  > = {
    token: async (request) => tokenFor(links, await jsonBody(request, MAX_UNKNOWN_BYTES)),
    chains: async () => found({ chains: await chainsOf(shared) }),
    sessions: async () => found({ sessions: (await sessions.list()).map(rowOf) }),
    log: ({ url = '' }) => logOf(sessions, url),
    reset: async (request) => resetBy(shared, await jsonBody(request, MAX_BODY_BYTES)),
  }
  return async (request, response, { wants }) => {
    if (typeof wants === 'string') return sendPage(response, pages, wants)
    const { view } = wants
    const { status, body } =
      view === 'token' || gate.isControl(request.headers) || gate.isDashboard(request.headers)
        ? await views[view](request)
        : refused(401, NO_TOKEN)
    json(response, status, body)
  }
}

function found(body: JsonObject): Answer {
  return { status: 200, body }
}

function refused(status: number, error: string): Answer {
  return { status, body: { error } }
}

function tokenFor(links: DashboardLinks, body: JsonObject | null): Answer {
  const code = body?.['code']
  if (typeof code !== 'string') return refused(400, 'no code of a link')
  const redeemed = links.redeem(code)
  if ('refusal' in redeemed) return refused(410, redeemed.refusal)
  return found({ token: redeemed.token, until: new Date(redeemed.untilMs).toISOString() })
}

/** Of every profile that can be resolved. */
async function chainsOf(shared: Shared): Promise<Json> {
  const names = profileNames(shared.live.source).slice(0, MOST_CHAINS)
  const chains = await Promise.all(names.map(async (name) => await chainOf(shared, name)))
  return chains.filter((chain) => chain !== null).map((chain) => asJson(chain))
}

async function chainOf(shared: Shared, name: string): Promise<ChainReport | null> {
  try {
    return await chainReport(shared, name, '')
  } catch (error) {
    if (isLlmselError(error)) return null
    throw error
  }
}

function rowOf(session: ListedSession): JsonObject {
  const { name, profile, model, state, startedAt, outputAt, attached, spentUsd, spentMore } =
    session
  return {
    name,
    profile,
    model,
    state: state.kind,
    stateText: describeSession(session),
    startedAt,
    outputAt: outputAt?.toISOString() ?? null,
    attached,
    spentUsd,
    spentMore,
  }
}

function logOf(sessions: LiveSessions, url: string): Answer {
  const [, name = '', query = ''] =
    /^\/api\/llm\/sessions\/([\w-]+)\/log(?:\?(.*))?$/.exec(url) ?? []
  const lines = Number(new URLSearchParams(query).get('lines') ?? 100)
  if (!Number.isInteger(lines) || lines < 1 || lines > MOST_LINES)
    return refused(400, `lines: a whole number from 1 to ${MOST_LINES}`)
  const text = sessions.logTail(name, lines)
  return text === null ? refused(404, 'no such session, or it has no log') : found({ name, text })
}

function resetBy(shared: Shared, body: JsonObject | null): Answer {
  const target = body?.['target']
  if (typeof target !== 'string' || target === '') return refused(400, 'no target of a circuit')
  return found({ reset: shared.forget(target) })
}
