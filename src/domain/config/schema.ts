import { LlmselError } from '../errors.ts'
import { limitsText, parseLimits } from '../ledger/limits.ts'
import { failoverNumbers, NUMBER_SETTINGS } from '../failover/numbers.ts'
import { isProvider, PROVIDERS, type Model, type Provider } from '../models/model.ts'
import type { ProfileDefinition } from '../profiles/profile.ts'
import { isVariableName } from '../shell/quote.ts'
import { isReservedByShells } from '../shell/reserved.ts'
import { isObject } from '../json.ts'
import { NO_SETTINGS, type Settings } from './settings.ts'

/** Reads one value; `key` is where it stands, for the error. */
type Check<T> = (value: unknown, key: string) => T

/** Letters, digits and `. _ : / @ -`: what profile names, aliases and model ids are made of. */
export const NAME = /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/

/**
 * The settings in a config document.
 * @throws LlmselError `invalid-config` naming the first key that is unknown or has a bad value.
 */
export function parseSettings(document: unknown): Settings {
  const { providers, ...others } = fields(document, '', {
    default: name,
    pins: mapOf(name),
    models: models_,
    profiles: mapOf(profile),
    providers: providers_,
    failover: failover_,
    gateway: gateway_,
    ledger: ledger_,
  })
  return { ...NO_SETTINGS, ...providers, ...others }
}

function bad(key: string, expected: string): LlmselError {
  const where = key === '' ? 'the file' : `"${key}"`
  return new LlmselError('invalid-config', `${where} must be ${expected}`)
}

/** An object with these keys and no others; a key that is absent is absent from the result. */
function fields<T extends object>(
  value: unknown,
  key: string,
  checks: { readonly [K in keyof T]: Check<T[K]> },
): Partial<T> {
  if (!isObject(value)) throw bad(key, 'an object')
  const result: Partial<T> = {}
  for (const [name, inner] of Object.entries(value)) {
    const path = key === '' ? name : `${key}.${name}`
    if (!Object.hasOwn(checks, name)) {
      const known = Object.keys(checks).join(', ')
      throw new LlmselError('invalid-config', `unknown key "${path}" (known here: ${known})`)
    }
    // hasOwn above proves what the compiler cannot: the name is one of T's keys.
    const known = name as keyof T
    result[known] = checks[known](inner, path)
  }
  return result
}

function mapOf<T>(check: Check<T>): Check<Record<string, T>> {
  return (value, key) => {
    if (!isObject(value)) throw bad(key, 'an object')
    const entries = Object.entries(value).map(([name, inner]): [string, T] => {
      if (!NAME.test(name))
        throw bad(`${key}.${name}`, 'named with letters, digits and . _ : / @ -')
      return [name, check(inner, `${key}.${name}`)]
    })
    return Object.fromEntries(entries)
  }
}

const name: Check<string> = (value, key) => {
  if (typeof value !== 'string' || !NAME.test(value))
    throw bad(key, 'the name of a profile or model')
  return value
}

const flag: Check<boolean> = (value, key) => {
  if (typeof value !== 'boolean') throw bad(key, 'true or false')
  return value
}

const chain: Check<readonly string[]> = (value, key) => {
  if (!Array.isArray(value)) throw bad(key, 'a list of aliases or model ids')
  return value.map((hop: unknown, index) => name(hop, `${key}.${index}`))
}

const variables: Check<Record<string, string>> = (value, key) => {
  if (!isObject(value)) throw bad(key, 'an object of variables')
  for (const [variable, text] of Object.entries(value)) {
    const path = `${key}.${variable}`
    if (!isVariableName(variable)) throw bad(path, 'a variable name (letters, digits, _)')
    if (/^(__)?LLMSEL_/.test(variable)) throw bad(path, "another name: LLMSEL_ is llmsel's own")
    if (isReservedByShells(variable))
      throw bad(path, 'another name: a shell keeps this one for itself')
    if (typeof text !== 'string' || text.includes('\0')) throw bad(path, 'text without NUL')
  }
  // Every value was just seen to be a string.
  return value as Record<string, string>
}

const limit: Check<string> = (value, key) => {
  if (typeof value !== 'string') throw bad(key, 'a text such as "5/day"')
  return limitsText(parseLimits(value, `"${key}"`))
}

const PROFILE = { model: name, failover: flag, chain, enforce: flag, limit, env: variables }

/** The settings of one profile. */
export const PROFILE_FIELDS: readonly string[] = Object.keys(PROFILE)

const profile: Check<ProfileDefinition> = (value, key) =>
  fields<Required<ProfileDefinition>>(value, key, PROFILE)

/** Where clouds hand a machine its own credentials to whoever asks from inside. */
const METADATA =
  /^(?:169\.254\.|\[fe80:|\[fd00:ec2::254\]|\[::ffff:a9fe:|100\.100\.100\.200$|metadata\.(?:google\.internal|goog)\.?$)/

/** An origin, such as `https://proxy.example:8080/anthropic`; its credentials belong in a key. */
const baseUrl: Check<string> = (value, key) => {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : null
  if (url === null || !/^https?:$/.test(url.protocol)) throw bad(key, 'an http or https URL')
  if (url.username !== '' || url.password !== '') throw bad(key, 'a URL without a password in it')
  if (url.search !== '' || url.hash !== '') throw bad(key, 'a URL without ? or #')
  if (METADATA.test(url.hostname)) throw bad(key, "a provider's server, not a cloud's metadata")
  return url.href.replace(/\/+$/, '').replace(/\/v1$/, '')
}

export { baseUrl as checkBaseUrl }

const providers_: Check<Pick<Settings, 'baseUrls' | 'ollamaModel' | 'ollamaContextTokens'>> = (
  value,
  key,
) => {
  const one = { baseUrl }
  const { claude, openai, ollama } = fields(value, key, {
    claude: (inner, path) => fields(inner, path, one),
    openai: (inner, path) => fields(inner, path, one),
    ollama: (inner, path) => fields(inner, path, { baseUrl, model: name, contextTokens: count }),
  })
  return {
    baseUrls: {
      claude: claude?.baseUrl ?? null,
      openai: openai?.baseUrl ?? null,
      ollama: ollama?.baseUrl ?? null,
    },
    ollamaModel: ollama?.model ?? null,
    ollamaContextTokens: ollama?.contextTokens ?? null,
  }
}

const failover_: Check<Settings['failover']> = (value, key) => {
  const checks = Object.entries(NUMBER_SETTINGS).map(
    ([name, { least, most }]) => [name, between(least, most)] as const,
  )
  return failoverNumbers(fields<Record<string, number>>(value, key, Object.fromEntries(checks)))
}

function between(least: number, most: number): Check<number> {
  return (value, key) => {
    const number = Number.isInteger(value) ? Number(value) : Number.NaN
    if (number >= least && number <= most) return number
    throw bad(key, `a whole number from ${least} to ${most}`)
  }
}

const gateway_: Check<Settings['gateway']> = (value, key) => {
  const checks = { port: port_, autostart: flag, drainSeconds: between(0, 3600) }
  const { port, autostart, drainSeconds } = fields(value, key, checks)
  const { drainMs } = NO_SETTINGS.gateway
  return {
    port: port ?? null,
    autostart: autostart ?? true,
    drainMs: drainSeconds === undefined ? drainMs : drainSeconds * 1000,
  }
}

const ledger_: Check<Settings['ledger']> = (value, key) => {
  const { url, retentionDays } = fields(value, key, { url: ledgerUrl, retentionDays: days })
  return { url: url ?? null, retentionDays: retentionDays ?? null }
}

/** It may hold a password, so no error repeats it. */
const ledgerUrl: Check<string> = (value, key) => {
  const isOne = typeof value === 'string' && /^postgres(?:ql)?:\/\/[^\s\p{Cc}]+$/u.test(value)
  if (isOne && URL.canParse(value)) return value
  throw bad(key, 'the URL of a PostgreSQL database, such as postgresql://me@db.example/llmsel')
}

export { ledgerUrl as checkLedgerUrl }

const days: Check<number> = (value, key) => {
  if (!Number.isInteger(value) || Number(value) < 1 || Number(value) > 36_500)
    throw bad(key, 'a number of days from 1 to 36500')
  return Number(value)
}

const port_: Check<number> = (value, key) => {
  if (!Number.isInteger(value) || Number(value) < 1024 || Number(value) > 65_535)
    throw bad(key, 'a port from 1024 to 65535')
  return Number(value)
}

const provider: Check<Provider> = (value, key) => {
  if (!isProvider(value)) throw bad(key, `one of ${PROVIDERS.join(', ')}`)
  return value
}

const price: Check<string> = (value, key) => {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !/^\d{1,9}(\.\d{1,9})?$/.test(text)) {
    throw bad(key, 'dollars per million tokens, such as "0.25"')
  }
  return text
}

const count: Check<number> = (value, key) => {
  if (!Number.isSafeInteger(value) || Number(value) <= 0) throw bad(key, 'a whole number above 0')
  return Number(value)
}

const models_: Check<Record<string, Model>> = (value, key) => {
  const rows = mapOf((inner, path) => ({ row: inner, path }))(value, key)
  const made = Object.entries(rows).map(([id, { row, path }]): [string, Model] => [
    id,
    model(id, row, path),
  ])
  return Object.fromEntries(made)
}

function model(id: string, value: unknown, key: string): Model {
  const row = fields(value, key, {
    provider,
    input: price,
    output: price,
    cacheRead: price,
    cacheWrite5m: price,
    cacheWrite1h: price,
    contextTokens: count,
    outputTokens: count,
  })
  if (row.provider === undefined) throw bad(`${key}.provider`, `one of ${PROVIDERS.join(', ')}`)
  const { input = null, output = null } = row
  const { cacheRead = null, cacheWrite5m = null, cacheWrite1h = null } = row
  const band = { aboveInputTokens: 0, input, output, cacheRead, cacheWrite5m, cacheWrite1h }
  return {
    id,
    otherIds: [],
    provider: row.provider,
    prices: [{ from: null, bands: [band] }],
    batchFactor: null,
    contextTokens: row.contextTokens ?? null,
    outputTokens: row.outputTokens ?? null,
    lifecycle: {
      released: null,
      deprecated: null,
      retires: null,
      notRetiredBefore: null,
      replacement: null,
    },
    speed: null,
    quality: null,
    useCase: null,
    note: 'from your config',
    source: 'own',
  }
}
