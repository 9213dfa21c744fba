import { randomFillSync } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { inOneLine, isLlmselError, reasonOf } from '../domain/errors.ts'
import { usd } from '../domain/reports/spent-report.ts'
import { ClientGone, endOnceRead } from './body.ts'
import { openControl } from './control-routes.ts'
import { openDashboard, type DashboardParts } from './dashboard.ts'
import { openLinks } from './dashboard-links.ts'
import { openEvents } from './events.ts'
import type { Exchange } from './exchange.ts'
import { NO_TOKEN, NOT_FOUND, ONLY_READS, openGate, refusalOfOrigin, type Refusal } from './gate.ts'
import { openMetrics } from './metrics.ts'
import type { Secret } from './proof.ts'
import { refusalBody } from './refusal-body.ts'
import { openRelay } from './relay.ts'
import { openReports } from './reports.ts'
import { endWithConnection } from './pipelined.ts'
import { parseRequestLine, type Route, type RouteOf } from './route.ts'
import { openShared, type Shared, type SharedOptions } from './shared.ts'

export interface GatewayOptions extends SharedOptions {
  readonly secret: Secret
  readonly dashboard: DashboardParts
}

export interface RunningGateway {
  /** Not yet listening. */
  readonly server: Server
  /** Resolves when it was told to stop; `replaced`: another takes its place. */
  readonly stopped: Promise<Stopped>
  stop(): void
  readonly reload: () => Promise<void>
  /** Closes every circuit, and lets conversations go back to where they left. */
  forget(): number
  readonly activeRequests: () => number
  /** How long those may go on once it is to stop. */
  readonly drainMs: () => number
  /** Of everything but the server. */
  readonly close: () => Promise<void>
}

export type Stopped = 'told' | 'replaced'

const MAX_HEADER_BYTES = 64 << 10
const HEADERS_MS = 15_000
const BODY_MS = 120_000
const IDLE_MS = 65_000
const MAX_CONNECTIONS = 10_000

export function createGateway(options: GatewayOptions): RunningGateway {
  const shared = openShared(options, openEvents(), openMetrics())
  const stopping = signal()
  const links = openLinks(shared.now)
  const gate = openGate(options.secret, options.sessions, links)
  // Who listens to an old one would hear nothing of the new one, and would keep the old one waiting.
  void stopping.given.then(() => shared.events.close())
  const routes: Routes = {
    relay: openRelay(shared),
    report: openReports(shared),
    dashboard: openDashboard(shared, { ...options.dashboard, gate, links }),
    control: openControl(shared, {
      secret: options.secret,
      gate,
      links,
      stop: () => stopping.give('told'),
      giveWay: () => stopping.give('replaced'),
    }),
  }
  let active = 0
  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_MS,
      requestTimeout: BODY_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: 5000,
    },
    (request, response) => {
      active++
      void receive({ request, response, gate, routes, shared, exchange: null }, () => active--)
    },
  )
  server.maxConnections = MAX_CONNECTIONS
  server.on('upgrade', refuseUpgrade)
  server.on('connect', (_, socket) => socket.destroy())
  return {
    server,
    stopped: stopping.given,
    stop: () => stopping.give('told'),
    reload: shared.reload,
    forget: () => shared.forget(null),
    activeRequests: () => active,
    drainMs: () => shared.live.settings.gateway.drainMs,
    close: async () => {
      shared.close()
      await options.upstreams.close()
      await shared.ledger.close()
    },
  }
}

interface Routes {
  readonly relay: ReturnType<typeof openRelay>
  readonly report: (exchange: Exchange, route: RouteOf<'report'>) => Promise<void>
  readonly dashboard: ReturnType<typeof openDashboard>
  readonly control: (
    request: IncomingMessage,
    response: ServerResponse,
    action: string,
  ) => Promise<void>
}

interface Receiving {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly gate: ReturnType<typeof openGate>
  readonly routes: Routes
  readonly shared: Shared
  /** Once it is let in. */
  exchange: Exchange | null
}

async function receive(receiving: Receiving, onClosed: () => void): Promise<void> {
  const { request, response, shared } = receiving
  const startedMs = shared.now()
  const line = parseRequestLine(request.method ?? 'GET', request.url ?? '/')
  const { template } = line.route
  const closed = new Promise<void>((resolve) => {
    response.once('close', () => {
      onClosed()
      resolve()
    })
  })
  endWithConnection(request, response)
  try {
    await route(receiving, line, startedMs)
  } catch (error) {
    if (!(error instanceof ClientGone)) explain(receiving, template, error)
  }
  await closed
  const status = response.writableFinished ? response.statusCode : 499
  const ms = Math.max(0, shared.now() - startedMs)
  shared.metrics.request(template, status, ms)
  if (!isNews(line.route, status)) return
  const note = receiving.exchange?.note ?? null
  const hops =
    note === null ? '' : ` ${note.session ?? '-'} ${note.hops.join(', ') || 'nobody asked'}`
  shared.log(`${request.method} ${template} ${status} ${ms} ms${hops}`)
  shared.events.emit('request', () => ({
    at: new Date(startedMs).toISOString(),
    route: template,
    status,
    ms,
    session: note?.session ?? null,
    profile: note?.profile ?? null,
    addedMs: note?.addedMs ?? null,
    hops: note?.hops ?? [],
    costUsd: note === null || note.picoUsd === null ? null : usd(note.picoUsd),
  }))
}

/** What is asked of the gateway itself is none, except where it is refused. */
function isNews({ kind }: Route, status: number): boolean {
  if (kind === 'control') return false
  return (kind !== 'report' && kind !== 'dashboard') || status >= 400
}

/** Neither a fault of the configuration nor a bug of ours must leave the client waiting. */
function explain({ response, shared }: Receiving, template: string, error: unknown): void {
  if (isLlmselError(error) && !response.headersSent)
    return refuse(response, template, { status: 503, message: `llmsel: ${inOneLine(error)}` })
  shared.log(`gateway: internal error at ${template}: ${stackOf(error)}`)
  if (response.headersSent) response.destroy()
  else refuse(response, template, { status: 500, message: 'llmsel: internal error; see its log' })
}

/** Each async function on a request's way makes some hundred bytes, so what only passes on is none. */
function route(
  receiving: Receiving,
  { token, path, route: to }: ReturnType<typeof parseRequestLine>,
  startedMs: number,
): Promise<void> | void {
  const { request, response, gate, routes, shared } = receiving
  const refusal = refusalOfOrigin(request, shared.port(request.socket.localPort))
  if (refusal !== null) return refuse(response, to.template, refusal)
  if (to.kind === 'control') return routes.control(request, response, to.action)
  if (to.kind === 'dashboard') return routes.dashboard(request, response, to)
  const readsOnly = gate.isDashboard(request.headers)
  const isOwn = readsOnly || gate.isControl(request.headers)
  const access = isOwn ? shared.ownAccess : gate.accessOf(token, request.headers)
  if (access === null) return refuse(response, to.template, NO_TOKEN)
  if (to.kind === 'nothing') return refuse(response, to.template, NOT_FOUND)
  if (readsOnly && to.kind !== 'report') return refuse(response, to.template, ONLY_READS)
  const id = newId(startedMs)
  const exchange: Exchange = { id, request, response, access, path, startedMs, note: null }
  receiving.exchange = exchange
  if (to.kind === 'report') return routes.report(exchange, to)
  return routes.relay(exchange, to)
}

/**
 * Unique among all machines. The time comes first, so that the ledger's indexes grow at their end: a
 * random place in each costs a database as much again as all the rest of an entry.
 */
function newId(nowMs: number): string {
  const time = Math.max(0, nowMs).toString(16).padStart(12, '0').slice(-12)
  if (randomUsed === RANDOM.length) randomUsed = 0
  if (randomUsed === 0) randomFillSync(RANDOM)
  randomUsed += ID_BYTES
  return time + RANDOM.toString('hex', randomUsed - ID_BYTES, randomUsed)
}

const ID_BYTES = 6
/** For many ids, since to be given some costs as much as to be given more. */
const RANDOM = Buffer.alloc(256 * ID_BYTES)
let randomUsed = 0

const TYPES: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  404: 'not_found_error',
  500: 'api_error',
  503: 'api_error',
}

/** Before anything of the request is read. */
function refuse(
  response: ServerResponse,
  template: string,
  { status, message }: Refusal | { readonly status: 500 | 503; readonly message: string },
): void {
  const type = TYPES[status] ?? 'permission_error'
  const body = JSON.stringify(refusalBody(template, type, message))
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-should-retry': 'false',
    connection: 'close',
  })
  endOnceRead(response, body)
}

/** Codex tries a WebSocket first, and goes on without one. */
function refuseUpgrade(_: IncomingMessage, socket: Duplex): void {
  socket.on('error', () => {})
  socket.end('HTTP/1.1 426 Upgrade Required\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
}

function signal(): { readonly given: Promise<Stopped>; readonly give: (how: Stopped) => void } {
  let give: (how: Stopped) => void = () => {}
  const given = new Promise<Stopped>((resolve) => {
    give = resolve
  })
  return { given, give: (how) => give(how) }
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return reasonOf(error)
  return (error.stack ?? error.message).split('\n').slice(0, 4).join(' | ')
}
