import type { FileContent } from './claude-settings.ts'

/** What the machine is like, as `doctor` needs it. */
export interface MachineFacts {
  /** `20.20.2` */
  readonly nodeVersion: string
  /** What processes may use of its memory. */
  readonly memoryBytes: number
  readonly tmux: TmuxFacts
  readonly shell: ShellFacts
  readonly launcher: LauncherFacts
  readonly files: FileFacts
  /** Null: systemd does not run this machine. */
  readonly logout: LogoutFacts | null
}

export interface TmuxFacts {
  /** What `tmux -V` says, such as `tmux 3.3a`; null: there is none. */
  readonly version: string | null
  /** How to install it here. */
  readonly install: string
  readonly socket: { readonly path: string; readonly state: 'none' | 'live' | 'stale' }
  /** `update-environment[0] DISPLAY`, a line each, of the running server. */
  readonly updateEnvironment: readonly string[]
  /** The running server's, as /proc has it; null: none runs, or it is not known. */
  readonly controlGroup: string | null
}

/** What systemd does when a login ends. */
export interface LogoutFacts {
  /** logind.conf and what is dropped in beside it; the last word counts. */
  readonly files: readonly { readonly path: string; readonly text: string }[]
  /** The person's name. */
  readonly user: string
  /** The person's services go on after the last login has ended. */
  readonly lingers: boolean
}

export interface ShellFacts {
  /** The person's, such as `bash`. */
  readonly name: string
  /** The start-up files that exist, in the order in which a login shell reads them. */
  readonly files: readonly ShellFile[]
}

export interface ShellFile {
  /** As it is shown: `~/.bashrc`. */
  readonly path: string
  readonly shell: 'bash' | 'zsh' | 'fish'
  /** `login`: read by login shells only, as in a new tmux pane. */
  readonly role: 'rc' | 'login'
  readonly content: FileContent
}

export interface LauncherFacts {
  /** The `llmsel` that PATH finds, without links; null: none. */
  readonly onPath: string | null
  /** This one, without links. */
  readonly own: string
}

export interface FileFacts {
  /** Null: there is no config file. */
  readonly config: {
    readonly path: string
    /** The permission bits. */
    readonly mode: number
    readonly mine: boolean
  } | null
  /** The folder, or the nearest that exists of those above it. Null: no HOME. */
  readonly state: { readonly path: string; readonly writable: boolean } | null
  /** Folders of what other versions rendered for the launcher, absolute. */
  readonly oldFragments: readonly string[]
}

/** What an Ollama server says of itself. */
export interface OllamaFacts {
  /** The pulled models, such as `llama3.2:latest`. */
  readonly models: readonly string[]
  /** The loaded ones with their context window in tokens, where it tells. */
  readonly loaded: readonly { readonly model: string; readonly contextTokens: number | null }[]
}

/** `locked`: it asks for a key. Null: nothing answers as Ollama does. */
export type OllamaSays = OllamaFacts | 'locked' | null

/** In the words of a chain's readiness. */
export function ollamaAnswer(says: OllamaSays): 'locked' | 'silent' | readonly string[] {
  return says === 'locked' ? says : (says?.models ?? 'silent')
}

/** Ollama adds a tag where the person leaves it out. */
export function isPulled(model: string, { models }: OllamaFacts): boolean {
  return models.some((pulled) => pulled === model || pulled === `${model}:latest`)
}
