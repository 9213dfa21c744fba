import { ollamaAnswer } from '../domain/doctor/facts.ts'
import { readinessOf, type Hop, type ReadinessFacts } from '../domain/failover/readiness.ts'
import type { Provider } from '../domain/models/model.ts'
import { OLLAMA_URL } from '../domain/profiles/ollama-host.ts'
import type { Target } from '../domain/profiles/profile.ts'
import { resolveProfile } from '../domain/profiles/resolve.ts'
import type { ChainReport } from '../domain/failover/report.ts'
import { ollamaFacts } from '../adapters/ollama-facts.ts'
import { authOf, credentialFor, NO_CREDENTIAL, type Credential } from './credentials.ts'
import type { OllamaServer } from './ollama.ts'
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
  const local = { server: ollamaServer(shared, access), ollama: facts.ollama }
  return {
    profile: profile.name,
    failover: profile.failover,
    gateway: shared.url(),
    hops: await Promise.all(
      profile.chain.map(async (target) => ({
        ...readinessOf(target, facts),
        contextTokens: await windowOf(shared, target, local),
        circuit: shared.circuits.reportOf(target),
      })),
    ),
  }
}

/** A local model's is what the server says of it, unless the config asks for less. */
async function windowOf(
  shared: Shared,
  { provider, model, row }: Target,
  { server, ollama }: Pick<ReadinessFacts, 'ollama'> & { readonly server: OllamaServer },
): Promise<number | null> {
  if (provider !== 'ollama') return row.contextTokens
  const configured = shared.live.settings.ollamaContextTokens
  if (configured !== null || typeof ollama === 'string') return configured
  return (await shared.ollamaModel(server, model, shared.now())).contextTokens
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
  const { origin, credential: local } = ollamaServer(shared, access)
  const asked = chain.some(({ provider }) => provider === 'ollama')
  const found = asked ? await ollamaFacts(origin, TIMEOUT_MS, authOf(local)) : null
  return {
    keyOf: (provider) => {
      const credential = credentialOf(shared, access, provider)
      return credential === null ? null : WORDS[credential.from]
    },
    ollamaUrl: origin,
    ollama: ollamaAnswer(found),
    through: 'gateway',
  }
}

function ollamaServer(shared: Shared, access: Access | null): OllamaServer {
  const { baseUrls } = shared.live.source
  return {
    origin: access?.own.baseUrls.ollama ?? baseUrls.ollama ?? OLLAMA_URL,
    credential: credentialOf(shared, access, 'ollama') ?? NO_CREDENTIAL,
  }
}

/** Null: none is known. What a client sends of its own is not known here. */
function credentialOf(
  shared: Shared,
  access: Access | null,
  provider: Provider,
): Credential | null {
  const own = access?.own.keys ?? {}
  const sources = [{ from: 'session' as const, keys: own }, ...shared.live.keys]
  return credentialFor(provider, sources, { home: 'ollama', headers: {} })
}
