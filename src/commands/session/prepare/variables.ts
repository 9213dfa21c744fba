import { AUTOSTART, OVERRIDES } from '../../../domain/config/source.ts'
import { KEYS } from '../../../domain/failover/readiness.ts'
import { ownValueTest, sameValueTest, type StandIns } from '../../../domain/sessions/prepared.ts'
import { quote } from '../../../domain/shell/quote.ts'
import type { Env } from '../../../ports.ts'
import type { LaunchRequest } from '../request.ts'

export interface PreparedVariables {
  readonly tests: readonly string[]
  /** The person's, with stand-ins for the values that a session gets. */
  readonly caller: Env
}

/** Everything else in the environment goes into no plan, or comes to tmux from the launcher as it is. */
const SAME = ['PATH', 'SHELL', 'LLMSEL_TMUX_SOCKET', AUTOSTART, ...Object.values(OVERRIDES)]

/** Within tmux, that it is in the same server; what follows in the variable is each client's. */
function serverTest({ TMUX }: Env): string {
  if (TMUX === undefined) return sameValueTest('TMUX', TMUX)
  const socket = quote('sh', TMUX.split(',')[0] ?? '')
  return `[ "\${TMUX%%,*}" = ${socket} ] && [ -S ${socket} ]`
}

/** Null: a value cannot be put where the session's is told. */
export function variablesOf(
  env: Env,
  { environment }: LaunchRequest,
  { ownValue }: StandIns,
): PreparedVariables | null {
  const own = [...new Set([...environment.release, ...Object.values(KEYS).flat()])]
  const tests = own.flatMap((name) => ownValueTest(name, env[name]) ?? [])
  if (tests.length < own.length) return null
  const values = own.filter((name) => env[name] !== undefined)
  const standIns = values.map((name) => [name, ownValue(name)])
  return {
    tests: [...SAME.map((name) => sameValueTest(name, env[name])), serverTest(env), ...tests],
    caller: { ...env, ...Object.fromEntries(standIns) },
  }
}
