import type { IncomingMessage, ServerResponse } from 'node:http'
import { isLlmselError, LlmselError } from '../domain/errors.ts'
import { asJson, isObject, type Json, type JsonObject } from '../domain/json.ts'
import { MAX_BODY_BYTES, readBody } from './body.ts'
import { CODE_MS, type DashboardLinks } from './dashboard-links.ts'
import type { Gate } from './gate.ts'
import { proofOf, type Secret } from './proof.ts'
import { chainReport, providersReport } from './readiness.ts'
import { readOwn, registrationIn } from './sessions.ts'
import type { Shared } from './shared.ts'

export interface ControlOptions {
  readonly secret: Secret
  readonly gate: Gate
  readonly links: DashboardLinks
  readonly stop: () => void
  /** Stops it because another takes its place. */
  readonly giveWay: () => void
}

type Action = (body: JsonObject) => Promise<JsonObject> | JsonObject

/** What the command line asks of its gateway, after the gateway has proved itself with `prove`. */
export function openControl(
  shared: Shared,
  options: ControlOptions,
): (request: IncomingMessage, response: ServerResponse, action: string) => Promise<void> {
  const { secret, gate } = options
  let hasLeft = false
  const actions = actionsOf(shared, {
    ...options,
    // Both after the answer is on its way.
    stop: () => void setImmediate(options.stop),
    giveWay: () => {
      hasLeft = true
      setImmediate(options.giveWay)
    },
  })
  return async (request, response, name) => {
    const isProof = name === 'prove'
    if (!isProof && !gate.isControl(request.headers))
      return answer(response, 401, 'not the command line')
    const body = await jsonBody(request, isProof ? MAX_UNKNOWN_BYTES : MAX_BODY_BYTES)
    // Whoever keeps a connection to this one asks the next one then.
    if (hasLeft) return void request.socket.destroy()
    if (request.method !== 'POST' || body === null) return answer(response, 400, 'no JSON object')
    const port = request.socket.localPort ?? 0
    if (isProof) return prove(response, body['nonce'], (nonce) => proofOf(secret, nonce, port))
    const action = actions[name]
    if (action === undefined) return answer(response, 404, `no such action: ${name}`)
    try {
      answer(response, 200, { port, version: shared.version, ...(await action(body)) })
    } catch (error) {
      if (!isLlmselError(error)) throw error
      answer(response, 400, error.message)
    }
  }
}

function actionsOf(
  shared: Shared,
  { links, stop, giveWay }: ControlOptions,
): Readonly<Record<string, Action>> {
  const { sessions } = shared
  return {
    status: () => statusOf(shared),
    stop: () => {
      stop()
      return { drainMs: shared.live.settings.gateway.drainMs }
    },
    reload: async () => {
      await shared.reload()
      return { faults: shared.live.faults }
    },
    register: ({ hash, ...body }) => {
      sessions.register(textOf(hash), registrationIn(body, shared.now()))
      return { keys: knownKeys(shared, textOf(hash)) }
    },
    keys: ({ hash, own }) => {
      if (own !== undefined) sessions.lend(textOf(hash), readOwn(own))
      return { keys: knownKeys(shared, textOf(hash)) }
    },
    revoke: ({ hashes }) => {
      const list = Array.isArray(hashes) ? hashes : []
      return { revoked: list.filter((hash) => sessions.revoke(textOf(hash))).length }
    },
    flush: async () => ({ flushed: await shared.ledger.flush() }),
    link: () => ({ code: links.newCode(), seconds: CODE_MS / 1000 }),
    environment: () => ({ environment: shared.environment }),
    handover: ({ pid }) => {
      // Of several that want its place, the others find the one that got it.
      if (pid !== process.pid) throw new LlmselError('conflict', 'another one runs by now')
      shared.circuits.close()
      giveWay()
      return { owns: sessions.owns() }
    },
    circuits: () => ({ circuits: shared.circuits.report().map((circuit) => asJson(circuit)) }),
    reset: ({ target }) => ({ reset: shared.forget(typeof target === 'string' ? target : null) }),
    chain: async ({ profile, token }) =>
      asJson(await chainReport(shared, textOf(profile), textOf(token))),
    providers: async () => ({
      providers: (await providersReport(shared)).map((provider) => asJson(provider)),
      faults: [...shared.live.faults, ...ledgerFaults(shared)],
    }),
  }
}

/** What cannot be kept as yet, and why. */
function ledgerFaults({ ledger }: Shared): string[] {
  const { problem, waiting, lost } = ledger.health()
  if (problem === null && lost === 0) return []
  const counts = `${waiting} ${waiting === 1 ? 'attempt waits' : 'attempts wait'}, ${lost} lost`
  return [`ledger: ${problem ?? 'there was no room'} (${counts}); requests go on`]
}

function statusOf({ supervised, startedMs, sessions, ledger }: Shared): JsonObject {
  return {
    pid: process.pid,
    supervised,
    supervisor: Number(process.env['LLMSEL_SUPERVISOR'] ?? 0),
    startedAt: new Date(startedMs).toISOString(),
    sessions: sessions.count,
    ledger: { ...ledger.health() },
  }
}

/** For the session or the shell with this token. */
function knownKeys({ sessions, live }: Shared, hash: string): string[] {
  const own = sessions.ownOf(hash).keys
  return [own, ...live.keys.map(({ keys }) => keys)].flatMap((keys) => Object.keys(keys))
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

const MAX_NONCE = 100

function prove(
  response: ServerResponse,
  nonce: Json | undefined,
  proofFor: (nonce: string) => string,
): void {
  if (typeof nonce === 'string' && nonce.length <= MAX_NONCE)
    answer(response, 200, { proof: proofFor(nonce) })
  else answer(response, 401, 'not the command line')
}

/** Of one who has shown no token: a question or a code, of some dozen bytes. */
export const MAX_UNKNOWN_BYTES = 1 << 10

/** Null: it is no JSON object, or longer. */
export async function jsonBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<JsonObject | null> {
  try {
    const value: unknown = JSON.parse(String(await readBody(request, maxBytes)))
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

function answer(response: ServerResponse, status: number, body: JsonObject | string): void {
  const text = JSON.stringify(typeof body === 'string' ? { error: body } : body)
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}
