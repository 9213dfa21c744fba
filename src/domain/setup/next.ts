import type { Hop } from '../failover/readiness.ts'
import type { SetupFacts } from './facts.ts'

interface Chosen {
  /** A profile, an alias or a model id. */
  readonly name: string
  readonly hops: readonly Hop[]
}

/** The one command with which to see that it works, or what it lacks most. */
export function commandToTry(
  { tmux, claudeCode, ollama }: Pick<SetupFacts, 'tmux' | 'claudeCode' | 'ollama'>,
  { name, hops }: Chosen,
): string {
  const [first] = hops
  if (first !== undefined && !hops.some(({ ready }) => ready)) return missing(first, ollama)
  if (tmux.version === null) return `eval "$(llmsel env ${name})"; llmsel which`
  const agent = claudeCode.installed ? ' --run claude' : ''
  return `llmsel session new ${name}${agent} --attach`
}

function missing({ provider, model }: Hop, { models, locked }: SetupFacts['ollama']): string {
  if (provider !== 'ollama' || locked) return `llmsel keys set ${provider}`
  return models === null ? 'ollama serve' : `ollama pull ${model}`
}
