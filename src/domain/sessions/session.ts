/** What runs in a session's first pane. */
export type Work =
  /** The worker is the pane's own process. */
  | { readonly kind: 'worker'; readonly argv: readonly string[] }
  /** An interactive shell; `typed` is entered at its first prompt. */
  | { readonly kind: 'shell'; readonly typed: string | null }

export type WorkKind = Work['kind']

export type SessionState =
  | { readonly kind: 'running' }
  /** It failed with this code, and is run again after a pause. */
  | { readonly kind: 'restarting'; readonly after: number }
  | { readonly kind: 'exited'; readonly code: number }
  /** `code` is 128 + the signal's number, as a shell reports it. */
  | { readonly kind: 'killed'; readonly signal: string; readonly code: number }
  /** It ended and nothing recorded how. */
  | { readonly kind: 'unknown' }
  /** Its session is no longer there and nothing recorded an end: tmux or the machine went down. */
  | { readonly kind: 'gone' }

export interface SessionView {
  readonly name: string
  readonly profile: string
  readonly model: string
  readonly state: SessionState
  /** ISO 8601, UTC. */
  readonly startedAt: string
  readonly attached: boolean
  /** Of the first pane's process. */
  readonly pid: number | null
  /** How often its worker failed and was run again, since somebody last started it. */
  readonly restarts: number
  /** The fleet file that it was started from, absolute. */
  readonly fleet: string | null
  /** What it has spent, in US dollars, as far as the gateway saw it; null: nothing, or not known. */
  readonly spentUsd: string | null
  /** More than that was spent: the price of something is not known. */
  readonly spentMore: boolean
  /** How much of the limit nearest to its end is spent, such as `82% of $5/day`; null: under half. */
  readonly limit: string | null
  /** The folder with the session's files. */
  readonly folder: string
  /** tmux's own, such as `$3`; empty where the session is gone. */
  readonly id: string
}

/** A worker that fails is run again, after a pause that doubles from one time to the next. */
export interface RestartPolicy {
  readonly delayMs: number
  /** The longest pause. A worker that ran for longer than this begins with the shortest again. */
  readonly maxDelayMs: number
  /** In a row. */
  readonly maxRestarts: number
}

/** A run's folder is `NAME.RUNID`; neither part contains a dot. */
export interface Run {
  readonly name: string
  readonly id: string
  /** Absolute. */
  readonly folder: string
}

/** The run whose folder it is. */
export function runAt(name: string, folder: string): Run {
  return { name, id: folder.slice(folder.lastIndexOf('.') + 1), folder }
}

/** What `session.json` keeps about a run, to explain it and to start it again. */
export interface SessionRecord {
  readonly version: 1
  readonly name: string
  readonly profile: string
  readonly model: string
  readonly work: Work
  /** As it was asked for: `--run`, then the arguments. */
  readonly run: string | null
  readonly args: readonly string[]
  readonly cwd: string
  readonly startedAt: string
  /** tmux's `-L`; null is the default server. */
  readonly socket: string | null
  readonly set: Readonly<Record<string, string>>
  readonly unset: readonly string[]
  /** Of `set`, what `--env` asked for; the first records have none. */
  readonly extraEnv?: Readonly<Record<string, string>>
  /** Null or absent: a worker that fails stays so. */
  readonly restart?: RestartPolicy | null
  /** The fleet file that it was started from, absolute; null or absent: none. */
  readonly fleet?: string | null
  /** What it may spend, such as `5/day`; null or absent: as much as its profile may. */
  readonly limit?: string | null
  /** Without what `work` has for an agent on this profile; the first records have none. */
  readonly asked?: Work
}
