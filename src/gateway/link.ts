import { setTimeout as pause } from 'node:timers/promises'
import { LlmselError } from '../domain/errors.ts'
import type { Json, JsonObject } from '../domain/json.ts'
import { openControl, type Control, type ControlAnswer } from './control.ts'
import type { GatewayFolder } from './folder.ts'
import { livingGateway, recordedPort } from './record.ts'

/** What is asked of this user's gateway, over one connection, since each costs a proof. */
export interface Link {
  readonly folder: GatewayFolder
  /** Null: none runs, or one that lives does not prove for a while that it is the user's. */
  ask(action: string, body: JsonObject): Promise<JsonObject | null>
  /** Also what it refuses. Null: no answer in that time, the proof's included. */
  call(action: string, body: JsonObject, withinMs: number): Promise<ControlAnswer | null>
  /** The next call asks whoever listens then. */
  close(): void
}

const ANSWER_MS = 5000
const PROOF_MS = 1000
/** More for one that lives: it is busy, or the machine is. */
const BUSY_MS = 3000
/** While one takes another's place nobody listens: longer than the new one waits for the port. */
const SETTLE_MS = 2500
const LOOK_AGAIN_MS = 15

export function openLink(folder: GatewayFolder): Link {
  let opening: Promise<Control | null> | null = null
  // A command is that once.
  let isPatient = true
  const open = async (withinMs: number) => {
    const port = recordedPort(folder)
    if (port === null) return null
    const mostMs = isPatient ? PROOF_MS + BUSY_MS : PROOF_MS
    return await openOwn(folder, port, Math.min(mostMs, withinMs))
  }
  const connected = async (withinMs: number) => {
    const before = opening
    const kept = await before
    if (kept?.isOpen() === true) return kept
    // Of several calls at once the first opens it.
    if (opening === before) opening = open(withinMs)
    return await opening
  }
  const call: Link['call'] = async (action, body, withinMs) => {
    const untilMs = Date.now() + withinMs
    const isKept = opening !== null
    const once = async () => {
      const control = await connected(Math.max(1, untilMs - Date.now()))
      const timeoutMs = Math.max(1, untilMs - Date.now())
      return (await control?.ask({ action, body, timeoutMs })) ?? null
    }
    const answer = await once()
    // One that was kept may have ended meanwhile, and another gateway have its place.
    return answer === null && isKept && Date.now() < untilMs ? await once() : answer
  }
  const close = () => {
    void opening?.then(
      (control) => control?.close(),
      // Whoever asked has been told.
      () => {},
    )
    opening = null
  }
  const settled = async (action: string, body: JsonObject) => {
    const untilMs = Date.now() + SETTLE_MS
    for (;;) {
      const answer = await call(action, body, ANSWER_MS)
      if (answer !== null || livingGateway(folder) === null) return answer
      close()
      isPatient &&= Date.now() < untilMs
      if (!isPatient) return null
      await pause(LOOK_AGAIN_MS)
    }
  }
  return {
    folder,
    call,
    ask: async (action, body) => {
      const answer = await settled(action, body)
      if (answer === null) return null
      if (answer.status === 200) return answer.body
      throw new LlmselError('io', `the gateway refused ${action}: ${shown(answer.body['error'])}`)
    },
    close,
  }
}

/** Null: no gateway of this user's listens there, or it does not prove in that time that it is one. */
export async function openOwn(
  folder: GatewayFolder,
  port: number,
  withinMs: number = PROOF_MS + BUSY_MS,
): Promise<Control | null> {
  const untilMs = Date.now() + withinMs
  const secret = folder.secret()
  const control = await openControl(secret, port, Math.min(PROOF_MS, withinMs))
  const restMs = Math.min(BUSY_MS, untilMs - Date.now())
  if (control !== null || restMs <= 0 || livingGateway(folder)?.port !== port) return control
  return await openControl(secret, port, restMs)
}

function shown(error: Json | undefined): string {
  return typeof error === 'string' ? error : JSON.stringify(error ?? null)
}
