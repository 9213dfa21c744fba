import { mkdtempSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '../../src/domain/config/settings.ts'
import type { LiveSessions } from '../../src/adapters/live-sessions.ts'
import { profileSource } from '../../src/domain/config/source.ts'
import { parseSettings } from '../../src/domain/config/schema.ts'
import type { JsonObject } from '../../src/domain/json.ts'
import { gatewayFolder } from '../../src/gateway/folder.ts'
import { NO_LEDGER } from '../../src/gateway/no-ledger.ts'
import {
  createGateway,
  type GatewayOptions,
  type RunningGateway,
} from '../../src/gateway/server.ts'
import {
  keepOn,
  openSessions,
  type Own,
  type Registration,
  type Sessions,
} from '../../src/gateway/sessions.ts'
import { readPages } from '../../src/gateway/pages.ts'
import { controlToken, newSessionToken, profileToken, tokenHash } from '../../src/gateway/proof.ts'
import { TIMING, type Timing } from '../../src/gateway/timing.ts'
import { openUpstreams } from '../../src/gateway/upstream.ts'
import { fakeUpstream, type FakeUpstream, type Script } from './fake-upstream.ts'

export interface TestGateway {
  readonly url: string
  readonly port: number
  readonly server: Server
  /** How many requests are not answered yet. */
  active(): number
  readonly state: string
  readonly claude: FakeUpstream
  readonly ollama: FakeUpstream
  readonly openai: FakeUpstream
  readonly log: readonly string[]
  readonly sessions: Sessions
  /** The clock that circuits go by. */
  readonly clock: { nowMs: number }
  /** The base URL of a shell on a profile. */
  base(profile: string): string
  /** The base URL of a session with its own keys. */
  session(profile: string, own?: Own, more?: Partial<Registration>): string
  /** What tmux was fed. */
  readonly told: readonly string[]
  /** A control request, as the command line makes it. */
  control(action: string, body?: JsonObject): Promise<Response>
  close(): Promise<void>
}

export interface GatewayWishes {
  readonly config?: JsonObject
  /** What each provider's server answers with. */
  readonly claude?: Script
  readonly ollama?: Script
  readonly openai?: Script
  /** Default: one for Claude and one for OpenAI. */
  readonly keys?: Own['keys']
  readonly timing?: Partial<Timing>
  /** In tmux; default: none. */
  readonly sessions?: LiveSessions
  /** Default: all stays as it is. */
  readonly readLive?: GatewayOptions['readLive']
  /** Default: nothing is kept. */
  readonly openLedger?: GatewayOptions['openLedger']
  readonly upstreams?: GatewayOptions['upstreams']
  /** Shorter than a config may have them. */
  readonly failover?: Partial<Settings['failover']>
}

export const SESSION: Registration = {
  session: 'test',
  profile: 'budget',
  own: { keys: {}, baseUrls: {} },
  project: null,
  limits: [],
  sinceMs: 0,
  tmuxSocket: null,
}

export const KEYS: Own['keys'] = {
  claude: { header: 'x-api-key', value: 'sk-ant-of-the-gateway' },
  openai: { header: 'authorization', value: 'Bearer sk-openai-of-the-gateway' },
}

/** The gateway itself on a free port, with a fake server for each provider. */
export async function testGateway(wishes: GatewayWishes = {}): Promise<TestGateway> {
  const state = mkdtempSync(join(tmpdir(), 'llmsel-gateway-'))
  const [claude, ollama, openai] = await Promise.all(
    [wishes.claude, wishes.ollama, wishes.openai].map((script) =>
      script === undefined ? fakeUpstream() : fakeUpstream(script),
    ),
  )
  if (claude === undefined || ollama === undefined || openai === undefined) throw new Error()
  const parsed = parseSettings({
    ...wishes.config,
    providers: {
      claude: { baseUrl: claude.url },
      openai: { baseUrl: openai.url },
      ollama: { baseUrl: ollama.url },
    },
  })
  const settings = { ...parsed, failover: { ...parsed.failover, ...wishes.failover } }
  const folder = gatewayFolder(state)
  const secret = folder.secret()
  const log: string[] = []
  const told: string[] = []
  const sessions = openSessions(folder, secret, keepOn(null), (line) => log.push(line))
  const clock = { nowMs: Date.parse('2026-11-22T12:00:00Z') }
  const live = {
    settings,
    source: profileSource(settings, {}, new Date(clock.nowMs)),
    keys: [{ from: 'keys' as const, keys: wishes.keys ?? KEYS }],
    faults: [],
  }
  const gateway: RunningGateway = createGateway({
    secret,
    folder,
    live,
    readLive: wishes.readLive ?? (async (before) => before),
    sessions,
    openLedger: wishes.openLedger ?? (() => NO_LEDGER),
    tellTmux: async (_, script) => void told.push(script),
    upstreams: wishes.upstreams ?? openUpstreams({}, () => {}),
    dashboard: {
      pages: readPages(join(import.meta.dirname, '../../dist/dashboard')),
      sessions: wishes.sessions ?? { list: async () => [], logTail: () => null },
    },
    version: '0.0.0',
    supervised: false,
    environment: {},
    timing: { ...TIMING, ...wishes.timing },
    log: (line) => log.push(line),
    now: () => clock.nowMs,
  })
  await new Promise<void>((resolve) => gateway.server.listen(0, '127.0.0.1', resolve))
  const { port } = gateway.server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    port,
    server: gateway.server,
    active: () => gateway.activeRequests(),
    state,
    claude,
    ollama,
    openai,
    log,
    sessions,
    told,
    clock,
    base: (profile) => `${url}/s/${profileToken(secret, profile)}`,
    session: (profile, own = { keys: {}, baseUrls: {} }, more = {}) => {
      const token = newSessionToken()
      sessions.register(tokenHash(token), { ...SESSION, profile, own, ...more })
      return `${url}/s/${token}`
    },
    control: async (action, body = {}) =>
      await fetch(`${url}/api/llm/control/${action}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${controlToken(secret)}` },
        body: JSON.stringify(body),
      }),
    close: async () => {
      gateway.server.closeAllConnections()
      await new Promise((resolve) => gateway.server.close(resolve))
      await gateway.close()
      await Promise.all([claude.close(), ollama.close(), openai.close()])
      rmSync(state, { recursive: true })
    },
  }
}
