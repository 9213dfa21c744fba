import { LlmselError } from '../errors.ts'
import type { Environment } from '../shell/environment.ts'
import { heldText, heldUnset, ownValue } from '../shell/own-values.ts'
import { isVariableName } from '../shell/quote.ts'
import { isReservedByShells } from '../shell/reserved.ts'
import type { Run } from './session.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** Linux refuses to start a process with a longer `NAME=value`; the rest is a margin. */
const MAX_VALUE_BYTES = 100_000

/** Set by llmsel on each session; `--env` may not name them. */
const RESERVED = [
  'LLMSEL_SESSION',
  'LLMSEL_SESSION_PROFILE',
  'LLMSEL_SESSION_DIR',
  'LLMSEL_ORIGIN',
  'LLMSEL_READY',
] as const

/** `--env NAME=VALUE`, each; a later one of the same name wins. */
export function parseExtraEnv(assignments: readonly string[]): Record<string, string> {
  return Object.fromEntries(assignments.map(parseAssignment))
}

function parseAssignment(assignment: string): [string, string] {
  const equals = assignment.indexOf('=')
  const name = assignment.slice(0, Math.max(equals, 0))
  const value = assignment.slice(equals + 1)
  if (equals < 0 || !isVariableName(name)) {
    // What follows the "=" may be a secret, so it is not repeated.
    const shown = JSON.stringify(equals < 0 ? assignment.slice(0, 40) : name)
    throw new LlmselError('usage', `--env needs NAME=VALUE, not ${shown}`)
  }
  const problem = variableProblem(name, value)
  if (problem !== null) throw new LlmselError('usage', `--env ${name}: ${problem}`)
  return [name, value]
}

/** Why a session cannot have this further variable; null: it can. */
export function variableProblem(name: string, value: string): string | null {
  if (!isVariableName(name)) return 'no name of a variable (letters, digits, _)'
  const reserved: readonly string[] = RESERVED
  if (reserved.includes(name) || name.startsWith('__LLMSEL_'))
    return 'llmsel sets it on the session'
  if (isReservedByShells(name)) return 'a shell keeps this name for itself'
  if (value.includes('\0')) return 'the value holds a NUL'
  const isLong =
    value.length * 3 > MAX_VALUE_BYTES && new TextEncoder().encode(value).length > MAX_VALUE_BYTES
  return isLong ? `the value is longer than ${MAX_VALUE_BYTES} bytes` : null
}

export interface SessionVariables {
  /** For the code that shells and the wrapper evaluate; written to the run's folder. */
  readonly environment: Environment
  /** For tmux's session environment. Holds the person's own keys, which no file ever does. */
  readonly tmuxSet: Readonly<Record<string, string>>
  readonly tmuxUnset: readonly string[]
  /** Removed once, before anything of the session runs. */
  readonly strayNames: readonly string[]
}

interface Choice {
  readonly run: Run
  readonly profile: string
  readonly environment: Environment
  readonly extraEnv: Readonly<Record<string, string>>
}

/**
 * The tmux server may have been started anywhere, so nothing of its own environment counts: what
 * the profile leaves to the person is taken from the shell that starts the session, or removed.
 */
export function sessionVariables(choice: Choice, caller: Variables): SessionVariables {
  const environment = withExtras(choice)
  const own = environment.release.map((name) => [name, ownValue(caller, name)] as const)
  const given = own.flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  const missing = own.flatMap(([name, value]) => (value === undefined ? [name] : []))
  const names = [...Object.keys(environment.set), ...environment.unset, ...environment.release]
  return {
    environment,
    tmuxSet: {
      ...environment.set,
      ...Object.fromEntries(given),
      ...placeOf(choice),
      // As `renderApply` notes it: leaving the choice inside the session leaves nothing behind.
      __LLMSEL_SET: heldText(environment),
    },
    tmuxUnset: [...environment.unset, ...missing, 'LLMSEL_READY'],
    strayNames: [...environment.unset, ...missing, ...names.map((name) => `__LLMSEL_OLD_${name}`)],
  }
}

/** Where a process is, whichever choice applies there: `use` in a session's shell leaves it alone. */
function placeOf({ run, profile }: Choice): Record<string, string> {
  return {
    LLMSEL_SESSION: run.name,
    LLMSEL_SESSION_PROFILE: profile,
    LLMSEL_SESSION_DIR: run.folder,
  }
}

function withExtras({ run, environment, extraEnv }: Choice): Environment {
  const set = { ...environment.set, ...extraEnv, LLMSEL_ORIGIN: `session ${run.name}` }
  const rest = (names: readonly string[]) => names.filter((name) => !Object.hasOwn(set, name))
  return { set, unset: rest(environment.unset), release: rest(environment.release) }
}

/** The environment for tmux itself, which a new server keeps and hands to every session. */
export function tmuxEnvironment(caller: Variables): Record<string, string> {
  const names = Object.keys(caller).filter((name) => !isOfTheChoice(name))
  const put = heldUnset(caller).filter((name) => caller[name] === undefined)
  return Object.fromEntries(
    [...names, ...put].flatMap((name) => {
      const value = isVariableName(name) ? ownValue(caller, name) : caller[name]
      return value === undefined ? [] : [[name, value]]
    }),
  )
}

/** Whether it is llmsel's own note of what applies in a shell. */
export function isOfTheChoice(name: string): boolean {
  return /^(?:__LLMSEL_|LLMSEL_(?:SESSION|ORIGIN$|READY$|PROFILE$|MODEL$))/.test(name)
}

/** A user and password before the host, or a query. */
const SECRET_IN_URL = /@|:\/\/.*\?|\/s\/llmsel-/s
const SECRET = /KEY|TOKEN|SECRET|PASSW|CREDENTIAL|AUTH/i

/** For showing: what a name says may be a secret, or a URL may carry, is hidden. */
export function maskSecrets(set: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(set).map(([name, value]) => [
      name,
      SECRET.test(name) || SECRET_IN_URL.test(value) ? '********' : value,
    ]),
  )
}
