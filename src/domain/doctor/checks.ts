import { resolveModel } from '../models/catalogue.ts'
import { lifecycleWarning, statusOn } from '../models/lifecycle.ts'
import type { Provider } from '../models/model.ts'
import { resolveProfile, type ProfileSource } from '../profiles/resolve.ts'
import type { WhichReport } from '../profiles/which.ts'
import { KEYS } from '../failover/readiness.ts'
import { ollamaUrl } from './diagnose.ts'
import { isPulled, type OllamaSays } from './facts.ts'
import { keyIn } from './services.ts'

type Variables = Readonly<Record<string, string | undefined>>

export interface Check {
  readonly check: 'model' | 'key' | 'endpoint' | 'ollama'
  readonly state: 'ok' | 'problem'
  readonly message: string
  /** The command that mends it; null: nothing to mend. */
  readonly fix: string | null
}

/** The model that is checked, and where its requests go. */
export interface InForce {
  readonly provider: Provider
  readonly model: string
  /** `https://host:port`; without a path, which may hold a token. */
  readonly origin: string
  /** What has to accept a connection: the origin, or the proxy before it. */
  readonly dialled: string
}

/** Of this shell, or what a new session would get where nothing is active. */
export function inForce(
  source: ProfileSource,
  env: Variables,
  { active, next }: WhichReport,
): InForce {
  const name = active?.model ?? resolveProfile(source, next.profile).target.model
  const { provider, model } = resolveProfile(source, name).target
  const url = baseUrl(provider, source, env)
  const origin = URL.canParse(url) ? new URL(url).origin : url
  return { provider, model, origin, dialled: proxyFor(origin, env) ?? origin }
}

function baseUrl(provider: Provider, source: ProfileSource, env: Variables): string {
  switch (provider) {
    case 'claude':
      return env['ANTHROPIC_BASE_URL'] || source.baseUrls.claude || 'https://api.anthropic.com'
    case 'openai':
      return env['OPENAI_BASE_URL'] || source.baseUrls.openai || 'https://api.openai.com'
    case 'ollama':
      return ollamaUrl(source)
  }
}

function proxyFor(origin: string, env: Variables): string | null {
  const proxy = env['HTTPS_PROXY'] || env['https_proxy'] || ''
  if (!origin.startsWith('https:') || !URL.canParse(proxy)) return null
  const { hostname } = new URL(origin)
  const exempt = (env['NO_PROXY'] || env['no_proxy'] || '').split(',').map((entry) => entry.trim())
  const isExempt = exempt.some(
    (entry) => entry === '*' || (entry !== '' && hostname.endsWith(entry)),
  )
  return isExempt ? null : new URL(proxy).origin
}

export interface Answers {
  /** Something accepted a connection; for Ollama, it is not asked. */
  readonly connected: boolean
  readonly ollama: OllamaSays
  /** Claude Code has a login of its own. */
  readonly claudeLogin: boolean
}

export function checksOf(
  target: InForce,
  source: ProfileSource,
  env: Variables,
  answers: Answers,
): Check[] {
  const checks = [modelCheck(target, source)]
  if (target.provider === 'ollama') return [...checks, ollamaCheck(target, answers.ollama)]
  return [
    ...checks,
    keyCheck(target.provider, env, answers.claudeLogin),
    endpointCheck(target, answers.connected),
  ]
}

function modelCheck({ model }: InForce, { catalogue, today }: ProfileSource): Check {
  const resolution = resolveModel(catalogue, model, today)
  const warning = resolution === null ? null : lifecycleWarning(resolution, today)
  if (resolution === null || warning === null) return pass('model', `${model} is not retired`)
  if (statusOn(resolution.model, today) !== 'retired') return pass('model', warning)
  const { replacement } = resolution.model.lifecycle
  return problem(
    'model',
    warning,
    replacement === null ? 'llmsel models' : `llmsel use ${replacement}`,
  )
}

function keyCheck(provider: keyof typeof KEYS, env: Variables, claudeLogin: boolean): Check {
  const name = keyIn(provider, (each) => env[each])
  if (name !== null) return pass('key', `${name} is set`)
  if (provider === 'claude' && claudeLogin) return pass('key', 'Claude Code is logged in')
  const [wanted] = KEYS[provider]
  return problem('key', `no key for ${provider} in this shell`, `export ${wanted}=…`)
}

function endpointCheck({ provider, origin, dialled }: InForce, connected: boolean): Check {
  const via = dialled === origin ? '' : ` through the proxy ${dialled}`
  if (connected) return pass('endpoint', `${origin} accepts connections${via}`)
  return problem(
    'endpoint',
    `nothing accepts a connection at ${dialled} within a second`,
    `curl -I ${dialled}, or another address: llmsel config set providers.${provider}.baseUrl URL`,
  )
}

function ollamaCheck({ origin, model }: InForce, facts: OllamaSays): Check {
  if (facts === null) return problem('ollama', `no Ollama answers at ${origin}`, 'ollama serve')
  if (facts === 'locked')
    return problem(
      'ollama',
      `Ollama at ${origin} asks for a key, and only the gateway sends one`,
      'llmsel keys set ollama',
    )
  if (isPulled(model, facts)) return pass('ollama', `Ollama at ${origin} has ${model}`)
  return problem('ollama', `Ollama at ${origin} has not pulled ${model}`, `ollama pull ${model}`)
}

function pass(check: Check['check'], message: string): Check {
  return { check, state: 'ok', message, fix: null }
}

function problem(check: Check['check'], message: string, fix: string): Check {
  return { check, state: 'problem', message, fix }
}
