import { parseOrigin, type Origin } from './choice.ts'
import { environmentOf, HARMLESS, managedNames } from './environment.ts'
import { routeIn } from './gateway-route.ts'
import { resolveProfile, type ProfileSource } from './resolve.ts'
import type { Profile } from './profile.ts'
import { BUILT_IN_DEFAULT, nonEmpty } from './scope.ts'

type Variables = Readonly<Record<string, string | undefined>>

export interface VariableRow {
  readonly name: string
  /** As it may be shown: what is no known harmless value is masked; null: not set. */
  readonly value: string | null
  /** `llmsel`: put there by the choice; `own`: by the person or a program of theirs. */
  readonly setBy: 'llmsel' | 'own'
  readonly drift: Drift | null
}

/** The live value is not what the profile says. */
export interface Drift {
  /** As it may be shown; null: it should not be set. */
  readonly expected: string | null
  /** `FILE:LINE` of a start-up file that sets it; null: none is known. */
  readonly likelyCause: string | null
}

export interface ActiveChoice {
  readonly profile: string
  readonly model: string
  readonly origin: Origin
  /** What the profile's name means now, where that has changed since; null: no change. */
  readonly meansNow: string | null
}

export interface WhichReport {
  /** Null: llmsel applied nothing here. */
  readonly active: ActiveChoice | null
  /** What a new session without a profile gets, and who decided that. */
  readonly next: { readonly profile: string; readonly from: 'built-in' | 'user config' }
  readonly variables: readonly VariableRow[]
}

/** Which model this process has, and who decided each variable. */
export function which(
  source: ProfileSource,
  env: Variables,
  userDefault: string | null,
): WhichReport {
  const active = activeChoice(source, env)
  const expected = active === null ? null : expectedEnvironment(source, active, env)
  const rows = managedNames(source).flatMap((name): VariableRow[] => {
    const live = env[name]
    const held =
      expected !== null && (Object.hasOwn(expected.set, name) || expected.unset.has(name))
    const wanted = held ? expected.set[name] : undefined
    // Where nothing is wanted, an empty value is as good: so fish hides a universal variable.
    if (wanted === undefined && (live === undefined || (held && live === ''))) return []
    const drift =
      held && live !== wanted ? { expected: shown(name, wanted), likelyCause: null } : null
    const setBy = held && drift === null ? 'llmsel' : 'own'
    return [{ name, value: shown(name, live), setBy, drift }]
  })
  return {
    active,
    next: {
      profile: userDefault ?? BUILT_IN_DEFAULT,
      from: userDefault === null ? 'built-in' : 'user config',
    },
    variables: rows,
  }
}

/** With the start-up line that each drift most likely comes from. */
export function withCauses(report: WhichReport, places: ReadonlyMap<string, string>): WhichReport {
  const variables = report.variables.map((row) =>
    row.drift === null
      ? row
      : { ...row, drift: { ...row.drift, likelyCause: places.get(row.name) ?? null } },
  )
  return { ...report, variables }
}

function activeChoice(source: ProfileSource, env: Variables): ActiveChoice | null {
  const profile = nonEmpty(env['LLMSEL_PROFILE'])
  const model = nonEmpty(env['LLMSEL_MODEL'])
  if (profile === null || model === null) return null
  const now = resolved(source, profile)?.target.model ?? null
  return {
    profile,
    model,
    origin: parseOrigin(env['LLMSEL_ORIGIN'] ?? ''),
    meansNow: now === model ? null : now,
  }
}

/** The profile with the model that it had when it was applied: a moved alias is not drift. */
function expectedEnvironment(
  source: ProfileSource,
  { profile: name, model }: ActiveChoice,
  env: Variables,
): { readonly set: Readonly<Record<string, string>>; readonly unset: ReadonlySet<string> } | null {
  const profile = resolved(source, name)
  const asApplied = resolved(source, model)
  if (asApplied === null) return null
  const whole = { ...(profile ?? asApplied), name, target: asApplied.target }
  const { set, unset } = environmentOf(whole, source, routeIn(env))
  return { set, unset: new Set(unset) }
}

function resolved(source: ProfileSource, name: string): Profile | null {
  try {
    return resolveProfile(source, name)
  } catch {
    return null
  }
}

const URLS = /^(?:(?:ANTHROPIC|OPENAI|OLLAMA)_(?:BASE_URL|API_BASE|HOST)|LLMSEL_GATEWAY_URL)$/

/** A value as it may be shown: what is not known to be harmless is hidden. */
export function shown(name: string, value: string | undefined): string | null {
  if (value === undefined) return null
  if (HARMLESS.has(name) || value === '') return value
  const text = URLS.test(name) ? withoutSecrets(value) : value === 'ollama' ? value : null
  return text ?? '(set, hidden)'
}

const URL_PARTS = /^(https?:\/\/)?([^/?#@]*@)?([\w.:[\]-]+)(\/[^?#@]*)?([?#][^@]*)?$/i

/**
 * A URL may carry a password, a key in its path or query, or the token of a gateway. Null: it is none
 * of which it is plain where these stand.
 */
function withoutSecrets(value: string): string | null {
  const [whole, scheme = '', user = '', host = '', path = '', query = ''] =
    URL_PARTS.exec(value) ?? []
  if (whole === undefined) return null
  const folders = path.replace(/\/s\/[^/]+/, '/s/…').replaceAll(/[^/]{20,}/g, '…')
  return `${scheme}${user && '…@'}${host}${folders}${query && '?…'}`
}
