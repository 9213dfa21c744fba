import { profileSource } from '../domain/config/source.ts'
import { isLlmselError } from '../domain/errors.ts'
import { formatChoice, parseChoice, type Choice } from '../domain/profiles/choice.ts'
import { parseProjectFile } from '../domain/profiles/project-file.ts'
import { resolveProfile } from '../domain/profiles/resolve.ts'
import { renderAssign } from '../domain/shell/apply.ts'
import type { Context, FoundProjectFile } from '../ports.ts'
import { CODE_MARK } from '../domain/shell/init-text.ts'
import { choiceCode, choiceNow, offCode, type CodeSyntax } from './choice-code.ts'

/**
 * What the prompt hook evaluates when the nearest project file has changed: the project's choice,
 * or what was before it. A choice of this shell or of its session outranks a project's.
 */
export async function hookCode(ctx: Context, syntax: CodeSyntax): Promise<string> {
  const now = choiceNow(ctx)
  const kind = now?.origin.kind
  if (kind === 'shell' || kind === 'session') return ''
  const before = kind === 'project' ? parseChoice(ctx.env['__LLMSEL_BEFORE'] ?? '') : now
  const found = await ctx.projects.nearest(ctx.cwd)
  const choice = found === null ? null : choiceOf(ctx, found)
  if (choice !== null) {
    const note = renderAssign(syntax, '__LLMSEL_BEFORE', formatChoice(before))
    return `${await choiceCode(ctx, choice, syntax)}${note}`
  }
  if (kind !== 'project') return `${CODE_MARK}\n`
  return before === null ? offCode(ctx, syntax) : await choiceCode(ctx, before, syntax)
}

/** Null where the file is refused, which is said with its line and reason. */
function choiceOf(ctx: Context, { path, text, refusal }: FoundProjectFile): Choice | null {
  const refuse = (line: number, reason: string): null => {
    ctx.streams.err(`llmsel: ${path}:${line} is refused: ${reason}; it changes nothing\n`)
    return null
  }
  if (text === null) return refuse(1, refusal ?? 'it cannot be read')
  const file = parseProjectFile(text)
  if (file.kind === 'refused') return refuse(file.line, file.reason)
  const source = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
  try {
    resolveProfile(source, file.profile)
  } catch (error) {
    if (!isLlmselError(error)) throw error
    return refuse(file.line, error.message)
  }
  return {
    profile: file.profile,
    origin: { kind: 'project', file: path, line: file.line },
    gateway: false,
  }
}
