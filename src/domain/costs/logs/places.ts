import { CLAUDE_CODE } from './claude-code.ts'
import { CODEX } from './codex.ts'
import type { LogFormat, TableFormat } from './format.ts'
import { GEMINI_CLI, GEMINI_CLI_FILES } from './gemini-cli.ts'
import { GOOSE } from './goose.ts'
import { OPENCODE, OPENCODE_FILES } from './opencode.ts'
import type { Agent } from './record.ts'

/** Where an agent keeps its logs. */
export interface LogPlace {
  readonly agent: Agent
  /** Absolute; it need not be there. */
  readonly folder: string
  /** The format of a file by its path below the folder; null: it is no log. */
  readonly formatOf: (path: string) => LogFormat | null
}

/** A database that an agent keeps its log in. */
export interface LogDatabase {
  readonly format: TableFormat
  /** Absolute; it need not be there. */
  readonly path: string
}

type Variables = Readonly<Record<string, string | undefined>>

/** Of the agents that log to files, as their own variables say. */
export function logPlaces(env: Variables, home: string): readonly LogPlace[] {
  const codex = absolute(env, 'CODEX_HOME') ?? `${home}/.codex`
  const gemini = absolute(env, 'GEMINI_DATA_DIR') ?? `${home}/.gemini`
  return [
    ...claudeFolders(env, home).map((folder) => lines(`${folder}/projects`, CLAUDE_CODE)),
    lines(`${codex}/sessions`, CODEX),
    lines(`${codex}/archived_sessions`, CODEX),
    { agent: 'gemini-cli', folder: `${gemini}/tmp`, formatOf: geminiFormat },
    {
      agent: 'opencode',
      folder: `${opencodeFolder(env, home)}/storage/message`,
      formatOf: (path) => (path.endsWith('.json') ? OPENCODE_FILES : null),
    },
  ]
}

export function logDatabases(env: Variables, home: string): readonly LogDatabase[] {
  return [
    { format: OPENCODE, path: `${opencodeFolder(env, home)}/opencode.db` },
    { format: GOOSE, path: `${dataFolder(env, home)}/goose/sessions/sessions.db` },
  ]
}

function lines(folder: string, format: LogFormat): LogPlace {
  return {
    agent: format.agent,
    folder,
    formatOf: (path) => (path.endsWith('.jsonl') ? format : null),
  }
}

/** Other things of each project lie beside its chats. */
function geminiFormat(path: string): LogFormat | null {
  const [, ending] = /(?:^|\/)chats\/.*\.(jsonl?)$/.exec(path) ?? []
  if (ending === undefined) return null
  return ending === 'json' ? GEMINI_CLI_FILES : GEMINI_CLI
}

/** The variable may name several. */
function claudeFolders(env: Variables, home: string): readonly string[] {
  const named = (env['CLAUDE_CONFIG_DIR'] ?? '').split(',').map((name) => name.trim())
  const given = named.filter((name) => name.startsWith('/'))
  const config = absolute(env, 'XDG_CONFIG_HOME') ?? `${home}/.config`
  return given.length > 0 ? given : [`${home}/.claude`, `${config}/claude`]
}

function opencodeFolder(env: Variables, home: string): string {
  return absolute(env, 'OPENCODE_DATA_DIR') ?? `${dataFolder(env, home)}/opencode`
}

function dataFolder(env: Variables, home: string): string {
  return absolute(env, 'XDG_DATA_HOME') ?? `${home}/.local/share`
}

function absolute(env: Variables, name: string): string | null {
  const value = env[name]
  return value?.startsWith('/') === true ? value : null
}
