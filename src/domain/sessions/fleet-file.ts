import { isLlmselError, LlmselError } from '../errors.ts'
import { limitsText, parseLimits } from '../ledger/limits.ts'
import { parseLocated, placesIn, type Located, type LocatedEntry } from '../located-json.ts'
import { nearest } from '../nearest.ts'
import { printable } from '../printable.ts'
import { parseDurationMs } from './durations.ts'
import { checkSessionName } from './names.ts'
import type { RestartPolicy } from './session.ts'
import { variableProblem } from './variables.ts'

export const FLEET_FILE = 'llmsel.fleet.json'
export const FLEET_FILE_MAX_BYTES = 1 << 20

/** More are a slip of the finger. */
export const MAX_SESSIONS = 500

const MAX_SHOWN = 80
const MAX_RESTARTS = 1000
const SHORTEST_DELAY_MS = 100
const LONGEST_DELAY_MS = 86_400_000
const ON_FAILURE: RestartPolicy = { delayMs: 1000, maxDelayMs: 60_000, maxRestarts: 10 }

export interface FleetText {
  /** As errors show it. */
  readonly shown: string
  readonly text: string
}

/** One key of `sessions`; `count` makes one session or several of it. */
export interface FleetEntry {
  /** The sessions' names. */
  readonly names: readonly string[]
  /** Null: the default one. */
  readonly profile: string | null
  /** Null: an interactive shell. */
  readonly run: string | null
  readonly args: readonly string[]
  /** As it is written; null: the file's own folder. */
  readonly cwd: string | null
  readonly env: Readonly<Record<string, string>>
  readonly restart: RestartPolicy | null
  /** What each of its sessions may spend, such as `5/day`. */
  readonly limit: string | null
  /** `FILE:LINE:COLUMN` of the entry itself and of its values. */
  readonly place: string
  readonly places: Readonly<Record<string, string>>
}

interface Include {
  readonly path: string
  readonly place: string
}

export interface FleetFile {
  readonly entries: readonly FleetEntry[]
  readonly includes: readonly Include[]
}

/** @throws LlmselError `invalid-config`: `FILE:LINE:COLUMN`, the key, and what is wrong with it. */
export function parseFleetFile({ shown, text }: FleetText): FleetFile {
  const place = placesIn(text)
  const at = (offset: number) => `${shown}:${place(offset)}`
  const document = parseLocated(text.replace(/^\uFEFF/, ' '), (fault) =>
    fleetError(at(fault.at), fault.message),
  )
  const spot: Spot = { key: '', at }
  const { include = [], sessions } = fields(document, spot, {
    $schema: text_,
    include: includes,
    sessions: entries,
  })
  if (sessions === undefined) throw fleetError(at(document.at), 'the key "sessions" is missing')
  return { entries: sessions, includes: include }
}

export function fleetError(place: string, message: string, hint?: string): LlmselError {
  const details = hint === undefined ? {} : { hint }
  return new LlmselError('invalid-config', `${place}: ${message}`, details)
}

/** Where a value stands: the keys that lead to it, and offsets as `FILE:LINE:COLUMN`. */
interface Spot {
  readonly key: string
  readonly at: (offset: number) => string
}

type Check<T> = (node: Located, spot: Spot) => T

function bad(node: Located, { key, at }: Spot, expected: string): LlmselError {
  return fleetError(at(node.at), `${key === '' ? 'the file' : `"${key}"`} must be ${expected}`)
}

function within(spot: Spot, name: string | number): Spot {
  return { ...spot, key: spot.key === '' ? String(name) : `${spot.key}.${name}` }
}

function objectOf(node: Located, spot: Spot): readonly LocatedEntry[] {
  if (node.kind !== 'object') throw bad(node, spot, 'an object')
  return node.entries
}

/** An object with these keys and no others; a key that is absent is absent from the result. */
function fields<T extends object>(
  node: Located,
  spot: Spot,
  checks: { readonly [K in keyof T]: Check<T[K]> },
): Partial<T> {
  const result: Partial<T> = {}
  for (const { key, keyAt, value } of objectOf(node, spot)) {
    const inner = within(spot, key)
    if (!Object.hasOwn(checks, key)) throw unknownKey(key, inner, keyAt, Object.keys(checks))
    // hasOwn above proves what the compiler cannot: the name is one of T's keys.
    const known = key as keyof T
    result[known] = checks[known](value, inner)
  }
  return result
}

function unknownKey(name: string, { key, at }: Spot, keyAt: number, known: readonly string[]) {
  const close = nearest(name, known)
  const message = `unknown key "${printable(key, MAX_SHOWN)}" (known here: ${known.join(', ')})`
  return fleetError(at(keyAt), message, close === null ? undefined : `did you mean "${close}"?`)
}

const text_: Check<string> = (node, spot) => {
  if (node.kind !== 'string') throw bad(node, spot, 'a text in double quotes')
  if (node.value.includes('\0')) throw bad(node, spot, 'text without NUL')
  return node.value
}

const filled: Check<string> = (node, spot) => {
  const value = text_(node, spot)
  if (value.trim() === '') throw bad(node, spot, 'a text that is not empty')
  return value
}

function listOf<T>(check: Check<T>): Check<readonly T[]> {
  return (node, spot) => {
    if (node.kind !== 'list') throw bad(node, spot, 'a list in [ ]')
    return node.items.map((item, index) => check(item, within(spot, index)))
  }
}

const includes = listOf<Include>((node, spot) => ({
  path: filled(node, spot),
  place: spot.at(node.at),
}))

function wholeNumber(from: number, to: number): Check<number> {
  return (node, spot) => {
    const value = node.kind === 'other' ? node.value : null
    if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to)
      return value
    throw bad(node, spot, `a whole number from ${from} to ${to}`)
  }
}

const duration: Check<number> = (node, spot) => {
  const value = node.kind === 'string' ? parseDurationMs(node.value) : null
  if (value !== null && value >= SHORTEST_DELAY_MS && value <= LONGEST_DELAY_MS) return value
  throw bad(node, spot, 'a time of 100ms to 1d, such as "30s"')
}

const variables: Check<Record<string, string>> = (node, spot) => {
  const pairs = objectOf(node, spot).map(({ key, keyAt, value }): [string, string] => {
    const inner = within(spot, printable(key, MAX_SHOWN))
    const text = text_(value, inner)
    const problem = variableProblem(key, text)
    if (problem !== null) throw fleetError(spot.at(keyAt), `"${inner.key}": ${problem}`)
    return [key, text]
  })
  return Object.fromEntries(pairs)
}

const restart: Check<RestartPolicy | null> = (node, spot) => {
  const word = node.kind === 'string' ? node.value : null
  if (word === 'never') return null
  if (word === 'on-failure') return ON_FAILURE
  if (node.kind !== 'object')
    throw bad(node, spot, '"never", "on-failure" or an object with a "policy"')
  const given = fields(node, spot, {
    policy: onFailure,
    delay: duration,
    maxDelay: duration,
    maxRestarts: wholeNumber(1, MAX_RESTARTS),
  })
  if (given.policy === undefined) throw bad(node, spot, 'given a "policy" as well')
  const delayMs = given.delay ?? ON_FAILURE.delayMs
  const maxDelayMs = given.maxDelay ?? Math.max(delayMs, ON_FAILURE.maxDelayMs)
  if (maxDelayMs < delayMs) throw bad(node, spot, 'given a "maxDelay" of at least its "delay"')
  return { delayMs, maxDelayMs, maxRestarts: given.maxRestarts ?? ON_FAILURE.maxRestarts }
}

const onFailure: Check<'on-failure'> = (node, spot) => {
  if (node.kind === 'string' && node.value === 'on-failure') return node.value
  throw bad(node, spot, '"on-failure"')
}

const limit: Check<string> = (node, spot) => {
  try {
    return limitsText(parseLimits(text_(node, spot), `"${spot.key}"`))
  } catch (cause) {
    if (!isLlmselError(cause) || cause.code !== 'usage') throw cause
    throw fleetError(spot.at(node.at), cause.message, cause.hint ?? undefined)
  }
}

const ENTRY = {
  profile: filled,
  run: filled,
  args: listOf(text_),
  cwd: filled,
  env: variables,
  count: wholeNumber(0, MAX_SESSIONS),
  restart,
  limit,
}

const LEFT_OUT = {
  profile: null,
  run: null,
  args: [],
  cwd: null,
  env: {},
  restart: null,
  limit: null,
} as const

const entries: Check<readonly FleetEntry[]> = (node, spot) =>
  objectOf(node, spot).map((found) => entry(found, spot))

function entry({ key, keyAt, value }: LocatedEntry, spot: Spot): FleetEntry {
  const inner = within(spot, printable(key, MAX_SHOWN))
  const { count, ...given } = fields(value, inner, ENTRY)
  if (given.run === undefined && (given.args !== undefined || (given.restart ?? null) !== null))
    throw bad(value, inner, 'given a "run" as well: "args" and "restart" are of a worker')
  return {
    names: namesOf(key, count ?? null, (message) => fleetError(spot.at(keyAt), message)),
    ...LEFT_OUT,
    ...given,
    place: spot.at(keyAt),
    places: Object.fromEntries(
      objectOf(value, inner).map((each) => [each.key, spot.at(each.value.at)]),
    ),
  }
}

/** The key itself, or with a count `KEY-1`, `KEY-2` and so on. */
function namesOf(
  key: string,
  count: number | null,
  report: (message: string) => LlmselError,
): string[] {
  const names =
    count === null ? [key] : Array.from({ length: count }, (_, index) => `${key}-${index + 1}`)
  try {
    checkSessionName(key)
    for (const name of names) checkSessionName(name)
  } catch (cause) {
    throw report(cause instanceof Error ? cause.message : String(cause))
  }
  return names
}
