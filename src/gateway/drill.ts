import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NO_SETTINGS } from '../domain/config/settings.ts'
import { createCatalogue } from '../domain/models/catalogue.ts'
import { isoDate } from '../domain/models/dates.ts'
import type { Provider } from '../domain/models/model.ts'
import type { Profile } from '../domain/profiles/profile.ts'
import type { PlayedFailure } from '../ports.ts'
import { keyFor } from './credentials.ts'
import { failures, type Failure } from './drill-failures.ts'
import { drillServers, type DrillServers } from './drill-servers.ts'
import { gatewayFolder } from './folder.ts'
import { NO_LEDGER } from './no-ledger.ts'
import { profileToken } from './proof.ts'
import { createGateway, type RunningGateway } from './server.ts'
import { keepOn, openSessions } from './sessions.ts'
import { TIMING } from './timing.ts'
import { openUpstreams } from './upstream.ts'

/** A minute of silence is played in half a second. */
const IMPATIENT = { ...NO_SETTINGS.failover, silenceMs: 500, loadingMs: 500 }

/** Plays every failure on the profile's chain, with servers in the providers' places. */
export async function runDrill(
  profile: Profile,
  played: (step: PlayedFailure) => void,
): Promise<void> {
  const state = mkdtempSync(join(tmpdir(), 'llmsel-drill-'))
  const servers = await drillServers(profile)
  const drill = await openDrill(state, profile, servers)
  try {
    for (const failure of failures(profile)) {
      await drill.reset()
      played(await play(drill, servers, failure))
    }
  } finally {
    await drill.close()
    await servers.close()
    rmSync(state, { recursive: true, force: true })
  }
}

interface Drill {
  readonly port: number
  readonly path: string
  readonly notes: string[]
  readonly model: string
  reset(): Promise<void>
  close(): Promise<void>
}

async function openDrill(state: string, profile: Profile, servers: DrillServers): Promise<Drill> {
  const folder = gatewayFolder(state)
  const secret = folder.secret()
  const notes: string[] = []
  const upstreams = openUpstreams({}, () => {})
  const gateway = createGateway({
    secret,
    folder,
    live: liveFor(profile, servers),
    readLive: async (before) => before,
    sessions: openSessions(folder, secret, keepOn(null), (line) => notes.push(line)),
    upstreams,
    openLedger: () => NO_LEDGER,
    tellTmux: async () => {},
    dashboard: { pages: new Map(), sessions: { list: async () => [], logTail: () => null } },
    version: 'drill',
    supervised: false,
    environment: {},
    timing: TIMING,
    log: (line) => notes.push(line),
    now: () => Date.now(),
  })
  const port = await listening(gateway)
  return {
    port,
    path: `/s/${profileToken(secret, profile.name)}/v1/messages`,
    notes,
    model: profile.target.model,
    reset: async () => {
      notes.length = 0
      gateway.forget()
    },
    close: async () => {
      gateway.server.closeAllConnections()
      await new Promise((resolve) => gateway.server.close(resolve))
      await gateway.close()
    },
  }
}

async function listening({ server }: RunningGateway): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  // A server on a port has such an address.
  return (address as AddressInfo).port
}

/** The person's chain, with this drill's servers and keys that are none. */
function liveFor(
  { name, target, chain, failover, enforce }: Profile,
  { urls }: DrillServers,
): Parameters<typeof createGateway>[0]['live'] {
  const definition = {
    model: target.model,
    failover,
    chain: chain.slice(1).map(({ model }) => model),
    enforce,
  }
  const models = Object.fromEntries(chain.map(({ model, row }) => [model, { ...row, id: model }]))
  return {
    settings: { ...NO_SETTINGS, failover: IMPATIENT },
    source: {
      // The rows are the chain's own, already resolved: what was refreshed is in them.
      catalogue: createCatalogue({ pins: {}, models, ollamaModel: null }),
      definitions: { [name]: definition },
      baseUrls: urls,
      today: isoDate(new Date()),
    },
    keys: [{ from: 'keys', keys: drillKeys() }],
    faults: [],
  }
}

function drillKeys(): Partial<Record<Provider, ReturnType<typeof keyFor>>> {
  return { claude: keyFor('claude', 'drill'), openai: keyFor('openai', 'drill') }
}

async function play(
  drill: Drill,
  servers: DrillServers,
  { name, plays, before, promises }: Failure,
): Promise<PlayedFailure> {
  if (before !== null) {
    servers.play(before)
    await ask(drill, 'before')
    await loggedTrail(drill)
    drill.notes.length = 0
  }
  servers.play(plays)
  const startMs = performance.now()
  const { status, text } = await ask(drill, name)
  const ms = Math.round(performance.now() - startMs)
  const trail = await loggedTrail(drill)
  const answer = describe(status, text)
  return { failure: name, trail, answer, status, ms, asExpected: promises({ status, text, trail }) }
}

/** Each failure is a conversation of its own. */
async function ask(
  { port, path, model }: Drill,
  content: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const body = JSON.stringify({
    model,
    max_tokens: 100,
    stream: true,
    messages: [{ role: 'user', content }],
  })
  return await new Promise((resolve, reject) => {
    const outgoing = request(
      { host: '127.0.0.1', port, path, method: 'POST', agent: false },
      (incoming) => {
        let text = ''
        incoming.setEncoding('utf8')
        incoming.on('data', (chunk: string) => (text += chunk))
        incoming.on('close', () => resolve({ status: incoming.statusCode ?? 0, text }))
      },
    )
    outgoing.on('error', reject)
    outgoing.setHeader('content-type', 'application/json')
    outgoing.setHeader('anthropic-version', '2023-06-01')
    outgoing.end(body)
  })
}

/**
 * From the log line of the request, `POST /v1/messages 200 3 ms - HOP CLASS, HOP CLASS`, which comes
 * after the client has seen the end.
 */
async function loggedTrail({ notes }: Drill): Promise<readonly string[]> {
  for (;;) {
    const trail = notes
      .map((line) => / ms - (.*)$/.exec(line)?.[1])
      .find((text) => text !== undefined)
    if (trail !== undefined) return trail === 'nobody asked' ? [] : trail.split(', ')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

function describe(status: number, text: string): string {
  const model = /"model":\s*"([^"]+)"/.exec(text)?.[1] ?? null
  const problem = /"message":\s*"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? null
  const isWhole = text.includes('event: message_stop')
  if (isWhole) return `${status}, a whole answer of ${model}`
  if (text.includes('event: error')) {
    const part = text.includes('content_block_delta') ? 'what had come, then ' : ''
    return `${status}, ${part}one error: ${problem}`
  }
  return `${status}: ${problem}`
}
