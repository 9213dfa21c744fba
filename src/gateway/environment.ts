import { KEYS } from '../domain/failover/readiness.ts'
import type { Env } from '../ports.ts'
import { isToken } from './proof.ts'

/** What the process itself needs, and what llmsel's own settings are read from. */
const KEPT =
  /^(?:HOME|USER|LOGNAME|PATH|LANG|LC_.*|TZ|TMPDIR|TMUX_TMPDIR|XDG_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_.*|(?:https?|no|all)_proxy|(?:HTTPS?|NO|ALL)_PROXY|LLMSEL_(?:CLAUDE|OPENAI|OLLAMA)_BASE_URL|LLMSEL_GATEWAY_PORT|LLMSEL_LEDGER_URL|LLMSEL_TMUX_SOCKET)$/

/**
 * For a gateway that is started from a shell: nothing of that shell's model, and no key that is a
 * token of the gateway. `withKeys`: the person starts it by hand, so their keys are meant for it.
 */
export function gatewayEnvironment(env: Env, withKeys: boolean): Record<string, string> {
  const result: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value !== undefined && KEPT.test(name)) result[name] = value
  }
  if (!withKeys) return result
  return { ...result, ...keysOf(env, Object.values(KEYS).flat()) }
}

/** With the keys of the one before, for the providers of which this one has none. */
export function withKeysOf(before: Env, env: Env): Env {
  const lacking = Object.values(KEYS).filter((names) => !names.some((name) => env[name]))
  return { ...env, ...keysOf(before, lacking.flat()) }
}

function keysOf(env: Env, names: readonly string[]): Record<string, string> {
  const keys: Record<string, string> = {}
  for (const name of names) {
    const value = env[name] ?? ''
    if (value !== '' && !isToken(value)) keys[name] = value
  }
  return keys
}
