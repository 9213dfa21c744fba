import { readSync, writeSync } from 'node:fs'
import { reasonOf } from '../domain/errors.ts'
import { asJson, isObject, type Json, type JsonObject } from '../domain/json.ts'
import { limitsText, parseLimits, type Limit } from '../domain/ledger/limits.ts'
import { PROVIDERS, type Provider } from '../domain/models/model.ts'
import type { GatewayFolder } from './folder.ts'
import { profileOfToken, tokenHash, type Secret } from './proof.ts'

/** What a shell had of its own when it started a session: it never leaves this process's memory. */
export interface Own {
  readonly keys: Readonly<Partial<Record<Provider, OwnKey>>>
  readonly baseUrls: Readonly<Partial<Record<Provider, string>>>
}

export interface OwnKey {
  readonly header: 'x-api-key' | 'authorization'
  readonly value: string
}

/** Whoever may use the gateway. */
export interface Access {
  /** Null: a shell outside any session. */
  readonly session: string | null
  readonly profile: string
  readonly own: Own
  /** The folder that the session works in; null: not known. */
  readonly project: string | null
  /** Of the session, besides those of its profile. */
  readonly limits: readonly Limit[]
}

export interface Registration extends Access {
  readonly session: string
  /** Its start, in ms since 1970. */
  readonly sinceMs: number
  /** The path of its tmux server's socket; null: it is in none. */
  readonly tmuxSocket: string | null
}

export function isRegistered(access: Access): access is Registration {
  return access.session !== null
}

/** Of a shell that is in no session. */
export function outsideAccess(profile: string): Access {
  return { session: null, profile, own: NONE, project: null, limits: [] }
}

export interface Sessions {
  /** Null: no token of this gateway. */
  accessOf(token: string): Access | null
  /** Of the session or shell with this token. */
  ownOf(hash: string): Own
  /** What a shell outside any session has of its own; its token stands without it, too. */
  lend(hash: string, own: Own): void
  /**
   * `hash`: of the session's token, which itself is never kept. Once more: what the shell that
   * restarts a session has no key of is left as it was.
   */
  register(hash: string, registration: Registration): void
  /** False: there was none. */
  revoke(hash: string): boolean
  readonly count: number
  all(): readonly Registration[]
  /** For the next gateway, which keeps them. */
  owns(): JsonObject
}

/** A session that ended without a word leaves its token behind; the oldest go. */
const MAX_SESSIONS = 5000

/** Shells end without a word, too. */
const MAX_SHELLS = 1000

const NONE: Own = { keys: {}, baseUrls: {} }

/** Keeps what must outlive a crash of this process and stand in no file that has a name. */
export interface Keep {
  read(): JsonObject | null
  write(value: JsonObject): void
}

export function openSessions(
  folder: GatewayFolder,
  secret: Secret,
  keep: Keep,
  log: (line: string) => void,
): Sessions {
  const { entries, shells } = kept(folder, keep)
  const shellOf = provedShells(secret)
  const entryOf = byToken(entries)
  const save = () => {
    const rows = [...entries].map(([hash, entry]) => [hash, rowOf(entry)])
    try {
      keep.write(ownsOf(entries, shells))
      folder.write('sessions.json', Object.fromEntries(rows) as JsonObject)
    } catch (error) {
      // A full disk: they hold for as long as this process lives.
      log(`gateway: the sessions are not kept: ${reasonOf(error)}`)
    }
  }
  return {
    accessOf: (token) => {
      const shell = shellOf(token)
      if (shell !== null) {
        const { profile, hash } = shell
        return { ...outsideAccess(profile), own: shells.get(hash) ?? NONE }
      }
      return entryOf(token)
    },
    ownOf: (hash) => entries.get(hash)?.own ?? shells.get(hash) ?? NONE,
    lend: (hash, own) => {
      shells.delete(hash)
      shells.set(hash, own)
      const [oldest] = shells.keys()
      if (shells.size > MAX_SHELLS && oldest !== undefined) shells.delete(oldest)
      save()
    },
    register: (hash, registration) => {
      const before = entries.get(hash)
      entries.set(hash, {
        ...registration,
        own: joined(before?.own ?? NONE, registration.own),
        sinceMs: before?.sinceMs ?? registration.sinceMs,
      })
      const [oldest] = entries.keys()
      if (entries.size > MAX_SESSIONS && oldest !== undefined) entries.delete(oldest)
      save()
    },
    revoke: (hash) => {
      const found = entries.delete(hash)
      if (found) save()
      return found
    },
    get count() {
      return entries.size
    },
    all: () => [...entries.values()],
    owns: () => ownsOf(entries, shells),
  }
}

interface Kept {
  readonly entries: Map<string, Registration>
  readonly shells: Map<string, Own>
}

function kept(folder: GatewayFolder, keep: Keep): Kept {
  const entries = new Map<string, Registration>()
  const owns = new Map<string, Own>(Object.entries(readOwns(keep.read() ?? {})))
  const shells = new Map(owns)
  for (const [hash, row] of Object.entries(folder.read('sessions.json') ?? {})) {
    const entry = readEntry(row)
    if (entry === null) continue
    entries.set(hash, { ...entry, own: owns.get(hash) ?? NONE })
    shells.delete(hash)
  }
  return { entries, shells }
}

interface ProvedShell {
  readonly profile: string
  readonly hash: string
}

/** A token that has proved itself once need not do so at each request. */
function provedShells(secret: Secret): (token: string) => ProvedShell | null {
  const proved = new Map<string, ProvedShell>()
  return (token) => {
    const known = proved.get(token)
    if (known !== undefined) return known
    const profile = profileOfToken(secret, token)
    if (profile === null) return null
    const shell = { profile, hash: tokenHash(token) }
    proved.set(token, shell)
    return shell
  }
}

/** The hash of a token that was let in is kept: making it takes as long as all else that it is asked. */
function byToken(
  entries: ReadonlyMap<string, Registration>,
): (token: string) => Registration | null {
  const hashes = new Map<string, string>()
  return (token) => {
    const known = hashes.get(token)
    const hash = known ?? tokenHash(token)
    const entry = entries.get(hash) ?? null
    if (entry === null || known !== undefined) return entry
    if (hashes.size >= MAX_SESSIONS) hashes.clear()
    hashes.set(token, hash)
    return entry
  }
}

function joined(before: Own, after: Own): Own {
  return {
    keys: { ...before.keys, ...after.keys },
    baseUrls: { ...before.baseUrls, ...after.baseUrls },
  }
}

function ownsOf(
  entries: ReadonlyMap<string, Registration>,
  shells: ReadonlyMap<string, Own>,
): JsonObject {
  const owns = [...entries].map(([hash, { own }]) => [hash, own] as const)
  return asJson(Object.fromEntries([...owns, ...shells]))
}

function rowOf({
  session,
  profile,
  project,
  limits,
  sinceMs,
  tmuxSocket,
}: Registration): JsonObject {
  const limit = limits.length === 0 ? null : limitsText(limits)
  return { session, profile, project, limit, sinceMs, tmuxSocket }
}

function readEntry(row: Json): Omit<Registration, 'own'> | null {
  if (!isObject(row)) return null
  const { session, profile, project, limit, sinceMs, tmuxSocket } = row
  if (typeof session !== 'string' || typeof profile !== 'string') return null
  return {
    session,
    profile,
    project: typeof project === 'string' ? project : null,
    limits: typeof limit === 'string' ? parseLimits(limit, 'limit') : [],
    sinceMs: typeof sinceMs === 'number' ? sinceMs : 0,
    tmuxSocket: typeof tmuxSocket === 'string' ? tmuxSocket : null,
  }
}

/** As a session is told of when it starts. @throws LlmselError where its limit is none. */
export function registrationIn(body: JsonObject, sinceMs: number): Registration {
  const { session, profile, own, project, limit, tmuxSocket } = body
  return {
    session: typeof session === 'string' ? session : '',
    profile: typeof profile === 'string' ? profile : '',
    own: readOwn(own),
    project: typeof project === 'string' ? project : null,
    limits: typeof limit === 'string' ? parseLimits(limit, '--limit') : [],
    sinceMs,
    tmuxSocket: typeof tmuxSocket === 'string' ? tmuxSocket : null,
  }
}

function readOwns(value: JsonObject): Record<string, Own> {
  return Object.fromEntries(Object.entries(value).map(([hash, own]) => [hash, readOwn(own)]))
}

/** What is not understood is left out. */
export function readOwn(value: Json | undefined): Own {
  if (value === undefined || !isObject(value)) return NONE
  const { keys = {}, baseUrls = {} } = value
  return {
    keys: byProvider(keys, (key) => (isObject(key) ? readKey(key) : null)),
    baseUrls: byProvider(baseUrls, (url) => (typeof url === 'string' ? url : null)),
  }
}

function byProvider<T>(
  value: Json,
  read: (value: Json) => T | null,
): Readonly<Partial<Record<Provider, T>>> {
  const result: Partial<Record<Provider, T>> = {}
  for (const provider of PROVIDERS) {
    const found = isObject(value) ? value[provider] : undefined
    const part = found === undefined ? null : read(found)
    if (part !== null) result[provider] = part
  }
  return result
}

function readKey({ header, value }: JsonObject): OwnKey | null {
  const isHeader = header === 'x-api-key' || header === 'authorization'
  return isHeader && typeof value === 'string' ? { header, value } : null
}

/** Descriptor 3 of a supervised worker; without a supervisor nothing outlives the process. */
export function keepOn(descriptor: number | null): Keep {
  if (descriptor === null) return { read: () => null, write: () => {} }
  return {
    read: () => {
      try {
        return readKept(descriptor)
      } catch {
        return null
      }
    },
    write: (value) => {
      const bytes = Buffer.from(JSON.stringify(value))
      const head = Buffer.alloc(8)
      head.writeBigUInt64LE(BigInt(bytes.length))
      // The length comes last, so that what was cut short is not read.
      writeSync(descriptor, Buffer.alloc(8), 0, 8, 0)
      writeSync(descriptor, bytes, 0, bytes.length, 8)
      writeSync(descriptor, head, 0, 8, 0)
    },
  }
}

function readKept(descriptor: number): JsonObject | null {
  const head = Buffer.alloc(8)
  if (readSync(descriptor, head, 0, 8, 0) < 8) return null
  const length = Number(head.readBigUInt64LE())
  const bytes = Buffer.alloc(Math.min(length, 64 << 20))
  if (length === 0 || readSync(descriptor, bytes, 0, length, 8) < length) return null
  const value: unknown = JSON.parse(bytes.toString())
  return isObject(value) ? value : null
}
