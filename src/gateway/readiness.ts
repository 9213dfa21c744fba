import { readinessOf, type Hop, type ReadinessFacts } from '../domain/failover/readiness.ts'
import { OLLAMA_URL } from '../domain/profiles/ollama-host.ts'
import type { Target } from '../domain/profiles/profile.ts'
import { resolveProfile } from '../domain/profiles/resolve.ts'
import type { ChainReport } from '../domain/failover/report.ts'
import { ollamaFacts } from '../adapters/ollama-facts.ts'
import { credentialFor, type Credential } from './credentials.ts'
import type { Access } from './sessions.ts'
import type { Shared } from './shared.ts'

const TIMEOUT_MS = 1000

const WORDS: Readonly<Record<Credential['from'], string>> = {
  session: 'key of the shell that started the session',
  gateway: "key in the gateway's environment",
  keys: 'key kept by llmsel keys',
  client: "the program's own key",
}

/** Every hop of a profile's chain as the gateway would find it now. */
export async function chainReport(
  shared: Shared,
  profileName: string,
  token: string,
): Promise<ChainReport> {
  const profile = resolveProfile(shared.live.source, profileName)
  const access = shared.sessions.accessOf(token)
  const facts = await factsOf(shared, access, profile.chain)
  return {
    profile: profile.name,
    failover: profile.failover,
    gateway: shared.url(),
    hops: await Promise.all(
      profile.chain.map(async (target) => ({
        ...readinessOf(target, facts),
        contextTokens: await windowOf(shared, target, facts),
        circuit: shared.circuits.reportOf(target),
      })),
    ),
  }
}

/** A local model's is what the server says of it, unless the config asks for less. */
async function windowOf(
  shared: Shared,
  { provider, model, row }: Target,
  { ollamaUrl, ollama }: ReadinessFacts,
): Promise<number | null> {
  if (provider !== 'ollama') return row.contextTokens
  const configured = shared.live.settings.ollamaContextTokens
  if (configured !== null || ollama === 'silent') return configured
  return (await shared.ollamaModel(ollamaUrl, model, shared.now())).contextTokens
}

/** One hop a provider, each with the model that its alias names. */
export async function providersReport(shared: Shared): Promise<Hop[]> {
  const targets = ['sonnet', 'ollama', 'gpt'].map(
    (name) => resolveProfile(shared.live.source, name).target,
  )
  const facts = await factsOf(shared, null, targets)
  return targets.map((target) => readinessOf(target, facts))
}

export async function factsOf(
  shared: Shared,
  access: Access | null,
  chain: readonly { readonly provider: string }[],
): Promise<ReadinessFacts> {
  const ollamaUrl = access?.own.baseUrls.ollama ?? shared.live.source.baseUrls.ollama ?? OLLAMA_URL
  const asked = chain.some(({ provider }) => provider === 'ollama')
  const found = asked ? await ollamaFacts(ollamaUrl, TIMEOUT_MS) : null
  return {
    keyOf: (provider) => {
      const own = access?.own.keys ?? {}
      const sources = [{ from: 'session' as const, keys: own }, ...shared.live.keys]
      const credential = credentialFor(provider, sources, { home: 'ollama', headers: {} })
      return credential === null ? null : WORDS[credential.from]
    },
    ollamaUrl,
    ollama: found?.models ?? 'silent',
    through: 'gateway',
  }
}
