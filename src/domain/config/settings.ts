import { DEFAULT_FAILOVER, type FailoverNumbers } from '../failover/numbers.ts'
import type { Model, Provider } from '../models/model.ts'
import type { Refresh } from '../models/catalogue.ts'
import type { ProfileDefinition } from '../profiles/profile.ts'

/** The user's config.json after its check; every part may be absent. */
export interface Settings {
  /** Profile, alias or model id of new shells and sessions. */
  readonly default: string | null
  /** alias → exact model id. */
  readonly pins: Readonly<Record<string, string>>
  /** The user's own models, by id. */
  readonly models: Readonly<Record<string, Model>>
  /** From a public list, in a file of its own; null: nothing was refreshed. */
  readonly refreshed: Refresh | null
  readonly profiles: Readonly<Record<string, ProfileDefinition>>
  /** Origins without `/v1`; null is the provider's own. */
  readonly baseUrls: Readonly<Record<Provider, string | null>>
  readonly ollamaModel: string | null
  /** The window that Ollama is asked for; null: as much as the model and the request need. */
  readonly ollamaContextTokens: number | null
  readonly failover: FailoverNumbers
  readonly gateway: {
    /** Null: 4747. */
    readonly port: number | null
    /** `session new` starts it, and sends the session through it. */
    readonly autostart: boolean
    /** How long one that stops, or is replaced, lets the requests under way go on. */
    readonly drainMs: number
  }
  readonly ledger: {
    /** Of a PostgreSQL database; null: a file of its own. It may hold a password. */
    readonly url: string | null
    /** How long single requests are kept; null: for ever. */
    readonly retentionDays: number | null
  }
}

export const NO_SETTINGS: Settings = {
  default: null,
  pins: {},
  models: {},
  refreshed: null,
  profiles: {},
  baseUrls: { claude: null, openai: null, ollama: null },
  ollamaModel: null,
  ollamaContextTokens: null,
  failover: DEFAULT_FAILOVER,
  gateway: { port: null, autostart: true, drainMs: 30_000 },
  ledger: { url: null, retentionDays: null },
}
