import type { Circuit } from '../domain/failover/circuit.ts'
import type { Provider } from '../domain/models/model.ts'
import { follow } from './follow.ts'
import { conversationOf, type ChatInput } from './input.ts'
import type { ChatEvent, ChatReply } from './reply.ts'
import { settingsOf, type Variables } from './settings.ts'
import type { ClientTiming, Shared } from './shared.ts'
import { targetsOf } from './target.ts'

export interface UnifiedLLMClientOptions {
  /** The variables to go by. Default: the process's own, where there is a process. */
  readonly env?: Variables
  /** Model ids or aliases, before those of the variables. */
  readonly models?: Readonly<Partial<Record<Provider, string>>>
  /** Who is asked first. Default: `LLM_DEFAULT_PROVIDER`, else `claude`. */
  readonly provider?: Provider
  /** Whether others take over. Default: `LLM_FAILOVER_ENABLED`, else not. */
  readonly failover?: boolean
  /** Default: the global one. */
  readonly fetch?: typeof fetch
  /** How long nothing may come, in ms. */
  readonly timing?: Partial<ClientTiming>
}

export interface ChatOptions {
  /** Ends the request at once; the call then rejects with the signal's reason. */
  readonly signal?: AbortSignal
}

/** What is known of one provider. */
export interface ProviderInfo {
  readonly config: {
    /** The exact id that is asked for. */
    readonly model: string
  }
}

const TIMING: ClientTiming = { silenceMs: 60_000, loadingMs: 360_000, wholeMs: 600_000 }

/**
 * One client for Claude, OpenAI and Ollama that goes on with the next where one does not answer.
 *
 * It reads `LLM_DEFAULT_PROVIDER` (`claude`, `openai` or `ollama`), `LLM_FAILOVER_ENABLED` (`true`:
 * the others take over, in the order Claude, Ollama, OpenAI), `CLAUDE_MODEL`, `OPENAI_MODEL` and each
 * provider's own `ANTHROPIC_API_KEY`, `ANTHROPIC_AUTH_TOKEN`, `ANTHROPIC_BASE_URL`, `OPENAI_API_KEY`,
 * `OPENAI_BASE_URL` and `OLLAMA_HOST`. In a shell or session that goes through llmsel's gateway it
 * asks the gateway alone, which has the keys, the chain and the memory of what failed.
 *
 * Make one and keep it: who was rate-limited or down is remembered for as long as it lives.
 *
 * @example
 * const client = new UnifiedLLMClient()
 * console.log(client.providers.claude.config.model)
 * const { text, provider } = await client.chat('Name a lighthouse.')
 */
export class UnifiedLLMClient {
  /** By name, each with its `config.model`. */
  readonly providers: Readonly<Record<Provider, ProviderInfo>>
  /** Private to the language, not by name, so that printing a client shows no key. */
  readonly #shared: Shared

  /** @throws UnifiedLLMError `invalid-input` for a default provider that is none. */
  constructor(options: UnifiedLLMClientOptions = {}) {
    const settings = settingsOf({
      env: options.env ?? processVariables(),
      models: options.models ?? {},
      provider: options.provider ?? null,
      failover: options.failover ?? null,
      now: new Date(),
    })
    const info = (provider: Provider): ProviderInfo => ({
      config: { model: settings.providers[provider].model },
    })
    this.providers = { claude: info('claude'), openai: info('openai'), ollama: info('ollama') }
    this.#shared = {
      targets: targetsOf(settings),
      circuits: new Map<string, Circuit>(),
      fetch: options.fetch ?? fetch,
      secrets: settings.secrets,
      timing: { ...TIMING, ...options.timing },
    }
  }

  /**
   * The whole answer of the first model that gives one.
   * @throws UnifiedLLMError with what the first one said, where none does; the signal's reason.
   */
  async chat(input: ChatInput, { signal }: ChatOptions = {}): Promise<ChatReply> {
    const steps = follow(this.#shared, conversationOf(input, false), signal ?? null)
    for (;;) {
      const step = await steps.next()
      if (step.done === true) return step.value
    }
  }

  /**
   * The answer as it comes; the last event is `end`, with the whole reply. Another model takes over
   * unseen until the first text or tool call; after it a failure is an error and nothing is spliced.
   * To stop listening ends the request.
   * @throws UnifiedLLMError, the signal's reason, both from the loop over it.
   */
  async *stream(
    input: ChatInput,
    { signal }: ChatOptions = {},
  ): AsyncGenerator<ChatEvent, void, undefined> {
    const reply = yield* follow(this.#shared, conversationOf(input, true), signal ?? null)
    yield { type: 'end', reply }
  }
}

/** Not every place that runs JavaScript has a process. */
function processVariables(): Variables {
  return typeof process === 'undefined' ? {} : process.env
}
