import { isObject } from '../json.ts'
import { managedNames } from '../profiles/environment.ts'
import type { ProfileSource } from '../profiles/resolve.ts'
import { shown } from '../profiles/which.ts'
import { printable } from '../printable.ts'

const MAX_SHOWN = 200

/** A file as far as it may be read: bounded, and never a device or a pipe. */
export type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refused'; readonly reason: string }

export interface SettingsFile {
  /** As it is shown: `~/.claude/settings.json`. */
  readonly path: string
  readonly content: FileContent
}

export interface ClaudeSetting {
  readonly file: string
  /** A variable of its `env`, or `model`. */
  readonly name: string
  /** As it may be shown. */
  readonly value: string
  /** Claude Code uses it, whatever the shell says. */
  readonly wins: boolean
}

export interface ClaudeSettings {
  readonly settings: readonly ClaudeSetting[]
  /** Files that could not be read, each with the reason. */
  readonly problems: readonly string[]
}

/**
 * What Claude Code's own settings say about its model and route. Its `env` beats the shell; its
 * `model` gives way to ANTHROPIC_MODEL (code.claude.com/docs/en/env-vars, 2026-08), wherever set.
 * `files` ascend: the person's, the project's, the project's local ones.
 */
export function claudeSettings(
  files: readonly SettingsFile[],
  source: Pick<ProfileSource, 'definitions'>,
  env: Readonly<Record<string, string | undefined>>,
): ClaudeSettings {
  const parsed = files.map(({ path, content }) => ({ path, ...parse(content) }))
  const names = managedNames(source)
  const found = parsed.flatMap(({ path, env: entries, model }) => [
    ...Object.entries(entries)
      .filter(([name]) => names.includes(name))
      .map(([name, value]) => ({ file: path, name, value: shown(name, value) ?? '' })),
    ...(model === null ? [] : [{ file: path, name: 'model', value: printable(model, MAX_SHOWN) }]),
  ])
  const last = new Map(found.map((setting, index) => [setting.name, index]))
  const modelIsSet = last.has('ANTHROPIC_MODEL') || (env['ANTHROPIC_MODEL'] ?? '') !== ''
  return {
    settings: found.map((setting, index) => ({
      ...setting,
      wins: last.get(setting.name) === index && !(setting.name === 'model' && modelIsSet),
    })),
    problems: parsed.flatMap(({ path, problem }) =>
      problem === null ? [] : [`${path}: ${problem}`],
    ),
  }
}

/** One line about it. */
export function describeSetting({ file, name, value, wins }: ClaudeSetting): string {
  const what = `${file} sets ${name}=${value}`
  if (name === 'model') {
    return wins
      ? `${what}; Claude Code uses that, since ANTHROPIC_MODEL is not set`
      : `${what}; ANTHROPIC_MODEL or a later settings file outranks it`
  }
  return wins
    ? `${what}; Claude Code uses that, whatever the shell says`
    : `${what}; a later settings file of Claude Code outranks it`
}

interface Parsed {
  readonly env: Readonly<Record<string, string>>
  readonly model: string | null
  readonly problem: string | null
}

function parse(content: FileContent): Parsed {
  const nothing = { env: {}, model: null }
  if (content.kind === 'refused') return { ...nothing, problem: content.reason }
  let document: unknown
  try {
    document = JSON.parse(content.text)
  } catch {
    return { ...nothing, problem: 'it is not JSON' }
  }
  if (!isObject(document)) return { ...nothing, problem: 'it holds no JSON object' }
  const { env, model } = document
  const entries = env !== undefined && isObject(env) ? Object.entries(env) : []
  return {
    env: Object.fromEntries(
      entries.flatMap(([name, value]) =>
        typeof value === 'object' ? [] : [[name, printable(String(value), MAX_SHOWN)]],
      ),
    ),
    model: typeof model === 'string' && model !== '' ? model : null,
    problem: null,
  }
}
