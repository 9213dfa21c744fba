import type { Provider } from '../models/model.ts'
import type { Target } from '../profiles/profile.ts'
import { quote } from '../shell/quote.ts'
import { findAgent } from './agent-place.ts'
import type { Work } from './session.ts'

/** What the agent's session is on. */
export interface AgentSession {
  readonly target: Target
  /** With what `--env` adds. */
  readonly set: Readonly<Record<string, string>>
  readonly unset: readonly string[]
  /** In which a typed line is read. */
  readonly syntax: 'sh' | 'fish'
}

/** What a known agent gets besides the session's variables. */
export interface AgentHelp {
  readonly name: string
  /** Before the person's own arguments; any user of the machine may read them, so no secret. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Why it cannot be held to the profile's model; null: it is. */
  readonly problem: string | null
}

/**
 * The work with the flags by which its agent uses the profile's model, where variables do not reach.
 * A flag that the person gave decides. `agent` is null when no known agent is started.
 */
export function helpAgent(
  work: Work,
  session: AgentSession,
): { readonly work: Work; readonly agent: AgentHelp | null } {
  const place = findAgent(work, { names: Object.keys(AGENTS), syntax: session.syntax })
  const row = place === null ? undefined : AGENTS[place.name]
  if (place === null || row === undefined) return { work, agent: null }
  const { args = [], env = {}, problem = null } = row(session, place.words)
  return {
    work: args.length === 0 ? work : place.withArgs(args),
    agent: { name: place.name, args, env, problem },
  }
}

/** For people; null: variables suffice. */
export function describeHelp({ name, args, env }: AgentHelp): string | null {
  const words = args.map((arg) => (/^[\w./:@%+=-]+$/.test(arg) ? arg : quote('sh', arg)))
  const parts = [words.join(' '), Object.keys(env).join(', ')].filter((part) => part !== '')
  return parts.length === 0 ? null : `${name} gets ${parts.join(' and ')}`
}

type Row = (session: AgentSession, words: readonly string[]) => Partial<Omit<AgentHelp, 'name'>>

const AGENTS: Readonly<Record<string, Row>> = { claude, codex, opencode, aider, goose }

/**
 * `--model` beats the `model` of every settings file, and the `env` of `--settings` beats theirs,
 * which beats the shell (measured, 2.1.330). Of two `--settings` only the last one counts.
 */
function claude({ target, set, unset }: AgentSession, words: readonly string[]): ReturnType<Row> {
  const model = set['ANTHROPIC_MODEL']
  if (model === undefined) return { problem: otherFormat('claude', "Anthropic's", target) }
  const isOwnModel = has(words, /^(?:--model(?:=|$)|ANTHROPIC_MODEL=)/)
  const env = Object.fromEntries(
    CLAUDE_SETTINGS.filter((name) => !(isOwnModel && name === 'ANTHROPIC_MODEL')).flatMap((name) =>
      settingsEntry(name, { set, unset }),
    ),
  )
  return {
    args: [
      ...(isOwnModel ? [] : ['--model', model]),
      ...(has(words, /^--settings(?:=|$)/) ? [] : ['--settings', JSON.stringify({ env })]),
    ],
  }
}

/** What a settings file's `env` could turn elsewhere. */
const CLAUDE_SETTINGS = [
  'ANTHROPIC_MODEL',
  'ANTHROPIC_DEFAULT_OPUS_MODEL',
  'ANTHROPIC_DEFAULT_SONNET_MODEL',
  'ANTHROPIC_DEFAULT_HAIKU_MODEL',
  'ANTHROPIC_SMALL_FAST_MODEL',
  'CLAUDE_CODE_SUBAGENT_MODEL',
  'ANTHROPIC_BASE_URL',
  'ANTHROPIC_AUTH_TOKEN',
  'ANTHROPIC_API_KEY',
  'CLAUDE_CODE_USE_BEDROCK',
  'CLAUDE_CODE_USE_VERTEX',
  'CLAUDE_CODE_USE_FOUNDRY',
] as const

/** Claude Code takes an empty variable for an absent one. */
function settingsEntry(
  name: string,
  { set, unset }: Pick<AgentSession, 'set' | 'unset'>,
): [string, string][] {
  const value = set[name]
  if (value === undefined) return unset.includes(name) ? [[name, '']] : []
  return isPublic(name, value) ? [[name, value]] : []
}

/**
 * OPENAI_BASE_URL is not read (measured, 0.169), and `openai_base_url` makes it try WebSockets seven
 * times first, so another address is a provider of its own. A later `-c` or `-m` wins.
 */
function codex({ target, set }: AgentSession, words: readonly string[]): ReturnType<Row> {
  if (target.provider === 'claude') return { problem: otherFormat('codex', "OpenAI's", target) }
  const model = JSON.stringify(set['OPENAI_MODEL'] ?? target.model)
  const isOwnModel = has(words, /^(?:-m|--model(?:=|$)|(?:-c=?|--config=)?['"]?model=)/)
  // Each of them also says which provider, and a provider's models are its own.
  if (has(words, /^(?:-p|--profile(?:=|$)|--oss$|--local-provider)/)) return {}
  const isOwnRoute = has(words, /^(?:-c=?|--config=)?['"]?(?:model_provider|openai_base_url)/)
  const url = set['OPENAI_BASE_URL']
  const settings = [
    ...(isOwnModel ? [] : [`model=${model}`, `review_model=${model}`]),
    ...(isOwnRoute || url === undefined || !isPublic('OPENAI_BASE_URL', url)
      ? []
      : ['model_provider="llmsel"', `model_providers.llmsel=${codexProvider(url)}`]),
  ]
  return { args: settings.flatMap((setting) => ['-c', setting]) }
}

/** TOML; a JSON string is one of its strings. */
function codexProvider(url: string): string {
  return `{name="llmsel",base_url=${JSON.stringify(url)},env_key="OPENAI_API_KEY",wire_api="responses"}`
}

const OPENCODE_PROVIDER = { claude: 'anthropic', openai: 'openai', ollama: 'ollama' } as const

/** An agent's own `model` beats the one for all (measured, 1.18): these come with opencode. */
const OPENCODE_AGENTS = ['build', 'plan', 'general', 'explore', 'title', 'summary', 'compaction']

/** It reads no variable for the model; this one beats the person's and the project's files. */
function opencode({ target, set }: AgentSession): ReturnType<Row> {
  if (Object.hasOwn(set, 'OPENCODE_CONFIG_CONTENT')) return {}
  const provider = OPENCODE_PROVIDER[target.provider]
  const model = `${provider}/${target.model}`
  const content = {
    model,
    small_model: model,
    agent: Object.fromEntries(OPENCODE_AGENTS.map((name) => [name, { model }])),
    provider: {
      [provider]: {
        // Known models are newer than opencode's list of them.
        models: { [target.model]: {} },
        ...(target.provider === 'ollama'
          ? { npm: '@ai-sdk/openai-compatible', name: 'Ollama' }
          : {}),
        ...opencodeRoute(target.provider, set),
      },
    },
  }
  return { env: { OPENCODE_CONFIG_CONTENT: JSON.stringify(content) } }
}

/** opencode replaces `{env:NAME}` itself, so that an address with a password in it stays where it is. */
function opencodeRoute(provider: Provider, set: AgentSession['set']): object {
  const name = provider === 'claude' ? 'ANTHROPIC_BASE_URL' : 'OPENAI_BASE_URL'
  if (!Object.hasOwn(set, name)) return {}
  return provider === 'claude'
    ? { options: { baseURL: `{env:${name}}/v1` } }
    : { options: { baseURL: `{env:${name}}`, apiKey: '{env:OPENAI_API_KEY}' } }
}

const AIDER_MODELS = /^--(?:model(?:=|$)|opus$|sonnet$|haiku$|4|3|35|mini$|o1-|deepseek$)/

/**
 * Flags, since it loads `.env` files over the shell's variables (aider/main.py, load_dotenv_files).
 * Its weak and editor models would else be the main one's usual companions.
 */
function aider({ target, set }: AgentSession, words: readonly string[]): ReturnType<Row> {
  if (has(words, AIDER_MODELS)) return {}
  const model = set['AIDER_MODEL'] ?? target.model
  const flags = ['--model', '--weak-model', '--editor-model']
  return {
    args: flags.flatMap((flag) =>
      words.some((word) => word === flag || word.startsWith(`${flag}=`)) ? [] : [flag, model],
    ),
  }
}

/** Its variables beat its files: only those of its side models and of an address are its own. */
function goose({ target, set }: AgentSession): ReturnType<Row> {
  const model = set['GOOSE_MODEL'] ?? target.model
  const provider = set['GOOSE_PROVIDER']
  const hosts = { ANTHROPIC_HOST: set['ANTHROPIC_BASE_URL'], OPENAI_HOST: origin(set) }
  const env = {
    GOOSE_PLANNER_PROVIDER: provider,
    GOOSE_PLANNER_MODEL: model,
    GOOSE_FAST_MODEL: model,
    ...hosts,
  }
  return {
    env: Object.fromEntries(
      Object.entries(env).flatMap(([name, value]) =>
        value === undefined || Object.hasOwn(set, name) ? [] : [[name, value]],
      ),
    ),
  }
}

function origin(set: AgentSession['set']): string | undefined {
  return set['OPENAI_BASE_URL']?.replace(/\/v1$/, '')
}

function otherFormat(name: string, format: string, { model, provider }: Target): string {
  return `${name} speaks ${format} format only and cannot use ${model} (${provider}); it takes a model of its own choice`
}

function has(words: readonly string[], flag: RegExp): boolean {
  return words.some((word) => flag.test(word))
}

/** An address may hold a password; of credentials, only Ollama's is none. */
function isPublic(name: string, value: string): boolean {
  if (/KEY|TOKEN/.test(name)) return value === 'ollama'
  if (!name.endsWith('_URL')) return true
  if (!URL.canParse(value)) return false
  const { username, password, search } = new URL(value)
  return username === '' && password === '' && search === ''
}
