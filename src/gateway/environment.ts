import type { Env } from '../ports.ts'
import { isToken } from './proof.ts'

const KEYS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'OPENAI_API_KEY'] as const

/** What the process itself needs, and what llmsel's own settings are read from. */
const KEPT =
  /^(?:HOME|USER|LOGNAME|PATH|LANG|LC_.*|TZ|TMPDIR|XDG_.*|NODE_EXTRA_CA_CERTS|SSL_CERT_.*|(?:https?|no|all)_proxy|(?:HTTPS?|NO|ALL)_PROXY|LLMSEL_(?:CLAUDE|OPENAI|OLLAMA)_BASE_URL|LLMSEL_GATEWAY_PORT|LLMSEL_LEDGER_URL|LLMSEL_TMUX_SOCKET)$/

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
  for (const name of KEYS) {
    const value = env[name] ?? ''
    if (value !== '' && !isToken(value)) result[name] = value
  }
  return result
}
