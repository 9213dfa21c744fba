import { KEYS, readinessOf, type ReadinessFacts } from '../failover/readiness.ts'
import type { Provider } from '../models/model.ts'
import { ownValue } from '../shell/own-values.ts'
import { describeSetting, type ClaudeSettings } from './claude-settings.ts'
import { isPulled, type OllamaFacts, type OllamaSays } from './facts.ts'
import { found, ok, type Finding } from './finding.ts'

type Variables = Readonly<Record<string, string | undefined>>

/** The key that a provider's requests would carry; its value is never looked at. */
export function keyIn(
  provider: keyof typeof KEYS,
  value: (name: string) => string | undefined,
): string | null {
  return KEYS[provider].find((name) => (value(name) ?? '') !== '') ?? null
}

export interface KeyFacts {
  /** Claude Code has a login of its own. */
  readonly claudeLogin: boolean
  /** Of whom `llmsel keys` keeps a key; null: its file cannot be used, and why. */
  readonly kept: readonly Provider[] | { readonly problem: string; readonly fix: string | null }
}

/** In the words of the gateway, which asks with the same keys. */
export function keyFindings(env: Variables, { claudeLogin, kept }: KeyFacts): Finding[] {
  const stored = 'problem' in kept ? [] : kept
  const findings = (['claude', 'openai'] as const).map((provider) => {
    const name = keyIn(provider, (each) => ownValue(env, each))
    if (name !== null) return ok('keys', `${provider}: ${name} is set`)
    if (stored.includes(provider)) return ok('keys', `${provider}: key kept by llmsel keys`)
    if (provider === 'claude' && claudeLogin)
      return ok('keys', 'claude: Claude Code is logged in; other programs need a key')
    const { reason, fix } = readinessOf({ provider, model: '' }, NOTHING)
    return found('keys', 'note', { message: `${provider}: ${reason}`, fix: fix ?? '' })
  })
  if (!('problem' in kept)) return findings
  const { problem: message, fix } = kept
  return [...findings, found('keys', 'broken', { message, fix: fix ?? '' })]
}

const NOTHING: ReadinessFacts = {
  keyOf: () => null,
  ollamaUrl: '',
  ollama: 'silent',
  through: 'gateway',
}

export function claudeFindings({ settings, problems }: ClaudeSettings): Finding[] {
  const winning = settings.filter(({ wins }) => wins)
  const findings = [
    ...winning.map((setting) =>
      found('claude-settings', setting.name === 'model' ? 'note' : 'warning', {
        message: describeSetting(setting),
        fix: `take ${setting.name} out of ${setting.file}`,
      }),
    ),
    ...problems.map((message) => found('claude-settings', 'note', { message })),
  ]
  return findings.length > 0
    ? findings
    : [ok('claude-settings', 'no settings file of Claude Code overrides the shell')]
}

export interface OllamaQuestion {
  readonly url: string
  readonly model: string
  readonly facts: OllamaSays
  /** `llmsel keys` keeps one, which the gateway sends. */
  readonly hasKey: boolean
  /** The default profile, or this shell's, is on it. */
  readonly inUse: boolean
}

/** What an agent needs: Claude Code's first request alone is about 12k tokens. */
const AGENT_TOKENS = 32_000

export function ollamaFindings({ url, model, facts, hasKey, inUse }: OllamaQuestion): Finding[] {
  const state = inUse ? 'broken' : 'note'
  if (facts === null) {
    const message = `no Ollama answers at ${url}: there are no free models`
    return [found('ollama', state, { message, fix: 'ollama serve' })]
  }
  if (facts === 'locked') {
    if (hasKey) return [ok('ollama', `Ollama at ${url} asks for a key: kept by llmsel keys`)]
    const message = `Ollama at ${url} asks for a key`
    return [found('ollama', state, { message, fix: 'llmsel keys set ollama' })]
  }
  if (!isPulled(model, facts)) {
    const message = `Ollama at ${url} has not pulled ${model}`
    return [found('ollama', state, { message, fix: `ollama pull ${model}` })]
  }
  return [ok('ollama', `Ollama at ${url} has ${model}`), windowFinding(facts)]
}

function windowFinding({ loaded }: OllamaFacts): Finding {
  const fix = 'OLLAMA_CONTEXT_LENGTH=65536 ollama serve'
  const [known] = loaded.filter(({ contextTokens }) => contextTokens !== null)
  if (known === undefined) {
    return found('ollama-context', 'note', {
      message: 'Ollama cuts long prompts silently; its window is 4k tokens on most laptops',
      fix,
    })
  }
  const { model, contextTokens } = known
  const message = `${model} is loaded with a window of ${contextTokens} tokens`
  if (Number(contextTokens) >= AGENT_TOKENS) return ok('ollama-context', message)
  return found('ollama-context', 'warning', {
    message: `${message}: an agent's prompts do not fit and are cut silently`,
    fix,
  })
}
