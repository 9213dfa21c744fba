import { required } from '../adapters/folders.ts'
import { isLlmselError, LlmselError } from '../domain/errors.ts'
import { KEYS } from '../domain/failover/readiness.ts'
import { PROVIDERS } from '../domain/models/model.ts'
import { ownValue } from '../domain/shell/own-values.ts'
import { asJson, isObject, type JsonObject } from '../domain/json.ts'
import { isOlder } from '../domain/version-order.ts'
import type { ChainReport, CircuitReport } from '../domain/failover/report.ts'
import type {
  Env,
  FoundGateway,
  Gateway,
  GatewayGlance,
  GatewayLetter,
  GatewayPlace,
  GatewayStatus,
  SessionOfGateway,
} from '../ports.ts'
import { startGateway } from './beginning.ts'
import { keysIn } from './credentials.ts'
import { askToStop, endStray, endSupervisor, untilGone } from './ending.ts'
import { gatewayEnvironment, withKeysOf } from './environment.ts'
import { gatewayFolder, type GatewayFolder } from './folder.ts'
import { findGateway, statusIn, strayIn } from './found.ts'
import { openLink, type Link } from './link.ts'
import { newSessionToken, profileToken, tokenHash } from './proof.ts'
import { livingGateway, recordedPort } from './record.ts'

export interface ClientHost {
  readonly env: Env
  /** llmsel's state folder; null: the environment names no home. */
  readonly state: string | null
  /** The installed package's folder, absolute. */
  readonly packageFolder: string
  readonly version: string
  /** Says something on the side. */
  readonly notice: (line: string) => void
}

/** Of the proof and the answer together. */
const GLANCE_MS = 200
const FLUSH_MS = 2000

export function gatewayClient(host: ClientHost): Gateway {
  const folder = gatewayFolder(required(host.state, 'XDG_STATE_HOME'))
  const link = openLink(folder)
  const ask: Ask = async (action, body) => {
    const answer = await link.ask(action, body)
    const renewed = answer !== null && (await renew(host, link, answer))
    return renewed ? await link.ask(action, body) : answer
  }
  const keysWord = () => keysWordOf(folder, host.version)
  const start = async (withKeys: boolean) => {
    const running = await ask('status', {})
    if (running !== null) return statusIn(running)
    const stray = strayIn(folder)
    if (stray !== null)
      throw new LlmselError('conflict', stray.words, { hint: 'run: llmsel gateway restart' })
    const environment = gatewayEnvironment(host.env, withKeys)
    return await startGateway({ ...host, link, environment, inPlaceOf: null })
  }
  return {
    folder: folder.path,
    find: async () => await findGateway(link),
    glance: async () => await glanceAt(link),
    start,
    stop: async () => await stopGateway(host, link),
    restart: async (withKeys) => {
      const { running, stray } = await findGateway(link)
      const own = gatewayEnvironment(host.env, withKeys)
      if (stray !== null) return await startInstead(host, link, { stray, own })
      const environment = running === null ? own : withKeysOf(await environmentOf(link), own)
      return await startGateway({ ...host, link, environment, inPlaceOf: running?.pid ?? null })
    },
    register: async (session) => await register(ask, session, host.env),
    revoke: async (tokens) => {
      await link.ask('revoke', { hashes: tokens.map(tokenHash) })
    },
    shell: async (profile, baseUrls) => {
      const own = { keys: ownKeys(host.env), baseUrls }
      if (Object.keys({ ...own.keys, ...baseUrls }).length === 0)
        return placeIn(await ask('keys', {}), profileToken(folder.secret(), profile))
      const token = profileToken(folder.secret(), profile, JSON.stringify(own))
      return placeIn(await ask('keys', { hash: tokenHash(token), own: asJson(own) }), token)
    },
    chain: async (profile, token) => {
      const answer = await link.ask('chain', { profile, token })
      // It comes from the user's own gateway, which has proved itself: `readiness.ts` made it.
      return answer === null ? null : (answer as unknown as ChainReport)
    },
    ask: async (action, body = {}) => await link.ask(action, body),
    keysWord,
    letter: (session, env) => letterOf(keysWord(), session, env),
    flush: async () => await flush(link),
  }
}

type Ask = (action: string, body: JsonObject) => Promise<JsonObject | null>

async function glanceAt(link: Link): Promise<GatewayGlance | null> {
  const answer = await link.call('circuits', {}, GLANCE_MS)
  if (answer === null && livingGateway(link.folder) === null) return null
  const { port, circuits } = answer?.body ?? {}
  const url = `http://127.0.0.1:${Number(port ?? recordedPort(link.folder))}`
  // It comes from the user's own gateway, which has proved itself: `circuits.ts` made it.
  const known = Array.isArray(circuits) ? (circuits as unknown as CircuitReport[]) : null
  return { url, circuits: known }
}

/** A report is worth having without it, whatever is wrong with the gateway. */
async function flush(link: Link): Promise<boolean> {
  try {
    return (await link.call('flush', {}, FLUSH_MS))?.body['flushed'] === true
  } catch (error) {
    if (!isLlmselError(error)) throw error
    return false
  }
}

/** Puts one of this version in the place of an older one. False: the one that runs stays. */
async function renew(
  host: ClientHost,
  link: Link,
  { version: said }: JsonObject,
): Promise<boolean> {
  const version = typeof said === 'string' ? said : ''
  if (!isOlder(version, host.version)) return false
  try {
    return await replaced(host, link, version)
  } catch (error) {
    if (!isLlmselError(error)) throw error
    const advice = 'it goes on; run: llmsel gateway restart'
    host.notice(`the gateway is of llmsel ${version}: ${error.message}; ${advice}`)
    return false
  }
}

async function replaced(host: ClientHost, link: Link, version: string): Promise<boolean> {
  const { running } = await findGateway(link)
  if (running === null) return true
  if (!running.supervised) {
    // Whoever started it, such as a service manager, starts it again.
    host.notice(`the gateway is of llmsel ${version} and in the foreground; start it again there`)
    return false
  }
  const before = await environmentOf(link)
  const environment = { ...before, LLMSEL_GATEWAY_PORT: String(running.port) }
  await startGateway({ ...host, link, environment, inPlaceOf: running.pid })
  host.notice(
    `the gateway was of llmsel ${version}: one of ${host.version} runs in its place; requests under way go on`,
  )
  return true
}

/** Of the one that runs, with the keys in it. */
async function environmentOf(link: Link): Promise<Env> {
  const said = (await link.ask('environment', {}))?.['environment']
  const entries = isObject(said) ? Object.entries(said) : []
  return Object.fromEntries(
    entries.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
}

/** What the stray one knew of its sessions' shells is lost. */
async function startInstead(
  host: ClientHost,
  link: Link,
  { stray, own }: { readonly stray: NonNullable<FoundGateway['stray']>; readonly own: Env },
): Promise<GatewayStatus> {
  host.notice(`${stray.words}; it is stopped`)
  await endStray(stray, host.notice)
  const environment = { LLMSEL_GATEWAY_PORT: String(stray.port), ...own }
  return await startGateway({ ...host, link, environment, inPlaceOf: null })
}

async function stopGateway(host: ClientHost, link: Link): Promise<boolean> {
  const { running, stray } = await findGateway(link)
  if (stray !== null) {
    host.notice(stray.words)
    await endStray(stray, host.notice)
    return true
  }
  const drainMs = running === null ? null : await askToStop(link)
  if (running === null || drainMs === null) return await endSupervisor(link.folder, host.notice)
  await untilGone({ pid: running.pid, drainMs }, host.notice)
  return true
}

async function register(
  ask: Ask,
  session: SessionOfGateway,
  env: Env,
): Promise<GatewayPlace | null> {
  const token = session.token ?? newSessionToken()
  const body = { hash: tokenHash(token), ...sessionBody(session, env) }
  return placeIn(await ask('register', body), token)
}

function keysWordOf(folder: GatewayFolder, ownVersion: string): string | null {
  const [, , , version, keys] = folder.reader()
  return version === ownVersion ? (keys ?? null) : null
}

function letterOf(keys: string | null, session: SessionOfGateway, env: Env): GatewayLetter | null {
  if (keys === null) return null
  const known = [...Object.keys(ownKeys(env)), ...keys.split(/[,:]/)]
  const providers = PROVIDERS.filter((provider) => known.includes(provider))
  return { keys, providers, body: sessionBody(session, env) }
}

function sessionBody(
  { session, profile, project, limit, tmuxSocket, baseUrls }: SessionOfGateway,
  env: Env,
): JsonObject {
  const own = asJson({ keys: ownKeys(env), baseUrls })
  return { session, profile, project, limit, tmuxSocket, own }
}

/** The person's own, under whatever llmsel put over them in this shell. */
function ownKeys(env: Env): ReturnType<typeof keysIn> {
  const names = Object.values(KEYS).flat()
  return keysIn(Object.fromEntries(names.map((name) => [name, ownValue(env, name)])))
}

/** Null: no gateway answered. */
function placeIn(answer: JsonObject | null, token: string): GatewayPlace | null {
  if (answer === null) return null
  const { port, keys } = answer
  const known = Array.isArray(keys) ? keys : []
  return {
    url: `http://127.0.0.1:${Number(port)}/s/${token}`,
    token,
    keys: PROVIDERS.filter((provider) => known.includes(provider)),
  }
}
