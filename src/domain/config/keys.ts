import { LlmselError } from '../errors.ts'
import { NUMBER_SETTINGS } from '../failover/numbers.ts'
import { nearest } from '../nearest.ts'
import { isObject, type Json, type JsonObject } from '../json.ts'
import { PROFILE_FIELDS } from './schema.ts'

/** Model ids and profile names may hold dots, so a key is parsed by its shape, not by its dots. */
export type KeyPath = readonly [string, ...string[]]

const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/^(default)$/, 'default'],
  [/^(pins)\.(.+)$/, 'pins.ALIAS'],
  [/^(models)\.(.+)$/, 'models.ID'],
  [/^(profiles)\.(.+)\.(env)\.([A-Za-z_][A-Za-z0-9_]*)$/, 'profiles.NAME.env.VARIABLE'],
  ...PROFILE_FIELDS.map(
    (part) => [new RegExp(`^(profiles)\\.(.+)\\.(${part})$`), `profiles.NAME.${part}`] as const,
  ),
  [/^(profiles)\.(.+)$/, 'profiles.NAME'],
  [/^(providers)\.(claude|openai|ollama)\.(baseUrl)$/, 'providers.PROVIDER.baseUrl'],
  [/^(providers)\.(ollama)\.(model)$/, 'providers.ollama.model'],
  [/^(providers)\.(ollama)\.(contextTokens)$/, 'providers.ollama.contextTokens'],
  ...Object.keys(NUMBER_SETTINGS).map(
    (name) => [new RegExp(`^(failover)\\.(${name})$`), `failover.${name}`] as const,
  ),
  [/^(gateway)\.(port)$/, 'gateway.port'],
  [/^(gateway)\.(autostart)$/, 'gateway.autostart'],
  [/^(gateway)\.(drainSeconds)$/, 'gateway.drainSeconds'],
  [/^(ledger)\.(url)$/, 'ledger.url'],
  [/^(ledger)\.(retentionDays)$/, 'ledger.retentionDays'],
]

/** A key of each shape, with a word in capitals for what the person chooses. */
export const KEY_FORMS: readonly string[] = SHAPES.map(([, form]) => form)

/** @throws LlmselError `usage` for a key that no setting has. */
export function parseKey(key: string): KeyPath {
  for (const [shape] of SHAPES) {
    const [, first, ...rest] = shape.exec(key) ?? []
    if (first !== undefined) return [first, ...rest]
  }
  const close = nearest(key, KEY_FORMS)
  throw new LlmselError('usage', `no setting "${key}"`, {
    hint: `${close === null ? '' : `did you mean "${close}"? `}the settings are: ${KEY_FORMS.join(', ')}`,
  })
}

export function valueAt(document: JsonObject, [first, ...rest]: KeyPath): Json | undefined {
  const value = Object.hasOwn(document, first) ? document[first] : undefined
  const [next, ...further] = rest
  if (next === undefined || value === undefined) return value
  return isObject(value) ? valueAt(value, [next, ...further]) : undefined
}

/** A copy with the value at the key; undefined removes it, and the objects that it leaves empty. */
export function withValue(
  document: JsonObject,
  [first, ...rest]: KeyPath,
  value: Json | undefined,
): JsonObject {
  const [next, ...further] = rest
  const present = Object.hasOwn(document, first) ? document[first] : undefined
  const inner = present !== undefined && isObject(present) ? present : {}
  const changed = next === undefined ? value : withValue(inner, [next, ...further], value)
  const entries = Object.entries(document).filter(([key]) => key !== first)
  const gone = changed === undefined || (value === undefined && isEmpty(changed))
  return Object.fromEntries(gone ? entries : [...entries, [first, changed]])
}

/** Every set leaf with its key, in file order. */
export function leaves(document: JsonObject, prefix = ''): [string, Json][] {
  return Object.entries(document).flatMap(([name, value]): [string, Json][] =>
    isObject(value) && !isModel(prefix)
      ? leaves(value, `${prefix}${name}.`)
      : [[`${prefix}${name}`, value]],
  )
}

/** A model is one value: its parts are not settings of their own. */
function isModel(prefix: string): boolean {
  return prefix === 'models.'
}

function isEmpty(value: Json): boolean {
  return isObject(value) && Object.keys(value).length === 0
}
