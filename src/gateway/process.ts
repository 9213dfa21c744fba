import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { Server as NetServer } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { required } from '../adapters/folders.ts'
import { openLedger } from '../adapters/ledger/ledger.ts'
import { tellTmux } from '../adapters/tmux.ts'
import { ledgerUrl } from '../domain/config/source.ts'
import type { Ledger } from '../domain/ledger/ledger.ts'
import { LOCAL_ZONE } from '../domain/ledger/time-zone.ts'
import { join } from 'node:path'
import { liveSessions } from '../adapters/live-sessions.ts'
import { isoDate } from '../domain/models/dates.ts'
import type { ConfigStore, Env, GatewayWishes, KeyStore } from '../ports.ts'
import { gatewayEnvironment } from './environment.ts'
import { gatewayFolder, type GatewayFolder } from './folder.ts'
import { openLetters, type Letters } from './letters.ts'
import { openOwn } from './link.ts'
import { DEFAULT_PORT, listenNear } from './listen.ts'
import { readPages } from './pages.ts'
import type { Secret } from './proof.ts'
import { keepRecord, ownRecord, recordedPort, type OwnFacts } from './record.ts'
import { createGateway, type RunningGateway, type Stopped } from './server.ts'
import { keepOn, openSessions, type Keep } from './sessions.ts'
import { readLive, type Live, type LiveHost } from './settings.ts'
import type { OnWarning } from './shared.ts'
import { TIMING } from './timing.ts'
import { takeOver } from './take-over.ts'
import { openUpstreams } from './upstream.ts'

export interface ProcessHost {
  readonly env: Env
  readonly state: string | null
  readonly version: string
  readonly config: ConfigStore
  readonly keys: KeyStore
  /** The installed package's folder, absolute. */
  readonly packageFolder: string
  readonly log: (line: string) => void
}

/** `libexec/gateway.sh` starts a worker anew after any other code. */
const EXIT = { stopped: 0, otherRuns: 3 } as const
const KEPT_DESCRIPTOR = 3
/** A request may be on its way on a connection that seems idle: it is answered, and is the last there. */
const REPLACED_IDLE_MS = 2000
const LOOK_AT_CONFIG_MS = 1000
const COMMAND_MS = 10_000

/** Until a control request or a signal ends it. Returns the exit code. */
export async function runGateway(
  host: ProcessHost,
  { supervised, inPlaceOf }: GatewayWishes,
): Promise<number> {
  const state = required(host.state, 'XDG_STATE_HOME')
  const folder = gatewayFolder(state)
  const secret = folder.secret()
  const live = liveHost(host)
  const first = await readLive(live, null)
  const keep = keepOn(supervised ? KEPT_DESCRIPTOR : null)
  // With all else at hand, since nobody listens from here on.
  const handed = inPlaceOf === null ? null : await takeOver(folder, inPlaceOf)
  if (handed !== null) keep.write(handed.owns)
  const letters = sessionsOf(host, folder, { secret, keep, supervised })
  const gateway = createGateway({
    secret,
    folder,
    live: first,
    readLive: async (before) => await readLive(live, before),
    sessions: letters.sessions,
    onReload: letters.announce,
    openLedger: (onWarning) => openLedgerOf(host, first, { state, onWarning }),
    tellTmux,
    upstreams: openUpstreams(host.env, host.log),
    dashboard: {
      pages: readPages(join(host.packageFolder, 'dist', 'dashboard')),
      sessions: liveSessions(host.env, state),
    },
    version: host.version,
    supervised,
    environment: gatewayEnvironment(host.env, true),
    timing: TIMING,
    log: host.log,
    now: () => Date.now(),
  })
  for (const fault of first.faults) host.log(`gateway: ${fault}`)
  const port = await listenNear(
    gateway.server,
    {
      wanted: wantedPort(host.env, first.settings.gateway.port ?? recordedPort(folder)),
      freeing: handed?.port ?? null,
    },
    async (taken) => await isOurs(folder, taken),
  )
  if (port === null) {
    host.log('gateway: another one of yours has the port; this one ends')
    return EXIT.otherRuns
  }
  const own = { port, version: host.version, supervised }
  folder.write('gateway.json', ownRecord(own))
  letters.begin(first, port)
  host.log(`gateway: listens on http://127.0.0.1:${port}`)
  const how = await untilStopped(host, { folder, own }, gateway)
  letters.close()
  await drain(folder, gateway, how)
  return EXIT.stopped
}

interface LedgerParts {
  readonly state: string
  readonly onWarning: OnWarning
}

function openLedgerOf(
  { env, packageFolder }: ProcessHost,
  { settings }: Live,
  parts: LedgerParts,
): Ledger {
  return openLedger({
    ...parts,
    url: ledgerUrl(settings, env),
    retentionDays: settings.ledger.retentionDays,
    script: join(packageFolder, 'dist', 'cli', 'adapters-ledger-worker.cjs'),
    timeZone: LOCAL_ZONE,
  })
}

interface SessionsParts {
  readonly secret: Secret
  readonly keep: Keep
  readonly supervised: boolean
}

function sessionsOf(
  { version, log }: ProcessHost,
  folder: GatewayFolder,
  { secret, keep, supervised }: SessionsParts,
): Letters {
  const sessions = openSessions(folder, secret, keep, log)
  // A worker alone has nothing that holds letters for the next one.
  const letters = supervised ? openLetters({ folder, sessions, version, log }) : null
  return letters ?? { sessions, begin: () => {}, announce: () => {}, close: () => {} }
}

function liveHost({ env, config, keys }: ProcessHost): LiveHost {
  const run = promisify(execFile)
  return {
    env,
    config,
    keys,
    now: () => new Date(),
    runCommand: async (line) =>
      (await run('/bin/sh', ['-c', line], { timeout: COMMAND_MS })).stdout,
  }
}

function wantedPort(env: Env, configured: number | null): number {
  const text = env['LLMSEL_GATEWAY_PORT'] ?? ''
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535
    ? Number(text)
    : (configured ?? DEFAULT_PORT)
}

async function isOurs(folder: GatewayFolder, port: number): Promise<boolean> {
  const control = await openOwn(folder, port)
  control?.close()
  return control !== null
}

/** A changed config, and a new day on which aliases may move, are noticed without a request. */
async function untilStopped(
  host: ProcessHost,
  { folder, own }: { readonly folder: GatewayFolder; readonly own: OwnFacts },
  gateway: RunningGateway,
): Promise<Stopped> {
  const stop = () => gateway.stop()
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, stop)
  let seen = stampOf(host)
  const look = setInterval(() => {
    // Where its folder is gone nobody can find it or stop it.
    if (!existsSync(folder.path)) return stop()
    keepRecord(folder, own)
    const now = stampOf(host)
    if (now === seen) return
    seen = now
    void gateway.reload()
  }, LOOK_AT_CONFIG_MS)
  const how = await gateway.stopped
  clearInterval(look)
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.off(signal, stop)
  return how
}

function stampOf({ config }: ProcessHost): string {
  try {
    config.document()
  } catch {
    // Said when it is read in full.
  }
  return `${config.changedAtNs()} ${config.refreshedAtNs()} ${isoDate(new Date())}`
}

/** An HTTP server's own `close` closes what seems idle, too. */
function stopListening(server: RunningGateway['server']): void {
  NetServer.prototype.close.call(server)
}

async function drain(
  folder: GatewayFolder,
  { server, activeRequests, close, drainMs }: RunningGateway,
  how: Stopped,
): Promise<void> {
  // A client that goes on with its connection would never let it end.
  server.prependListener('request', (_, response: ServerResponse) => {
    response.shouldKeepAlive = false
  })
  stopListening(server)
  // A newer gateway may have the file already, or is about to.
  const isOwn = folder.read('gateway.json')?.['pid'] === process.pid
  if (isOwn && how === 'told') folder.remove('gateway.json')
  const idleMs = how === 'told' ? 0 : REPLACED_IDLE_MS
  const startMs = Date.now()
  const elapsedMs = () => Date.now() - startMs
  while (elapsedMs() < idleMs || (activeRequests() > 0 && elapsedMs() < drainMs())) {
    if (elapsedMs() >= idleMs) server.closeIdleConnections()
    await pause(20)
  }
  await close()
  server.closeAllConnections()
}
