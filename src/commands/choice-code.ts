import { profileSource } from '../domain/config/source.ts'
import { formatChoice, formatOrigin, parseOrigin, type Choice } from '../domain/profiles/choice.ts'
import { environmentOf } from '../domain/profiles/environment.ts'
import { routeIn } from '../domain/profiles/gateway-route.ts'
import { failoverNotes, modelWarnings } from '../domain/profiles/warnings.ts'
import { resolveProfile } from '../domain/profiles/resolve.ts'
import { nonEmpty } from '../domain/profiles/scope.ts'
import { renderApply, renderAssign, renderRestore } from '../domain/shell/apply.ts'
import { CODE_MARK } from '../domain/shell/init-text.ts'
import type { Context } from '../ports.ts'
import { originText } from '../ui/origin.ts'
import { shellRoute } from './gateway-route.ts'

export type CodeSyntax = 'sh' | 'fish' | 'powershell'

/** What this shell has, as its variables say; null: nothing. */
export function choiceNow({ env }: Pick<Context, 'env'>): Choice | null {
  const profile = nonEmpty(env['LLMSEL_PROFILE'])
  if (profile === null) return null
  const origin = parseOrigin(env['LLMSEL_ORIGIN'] ?? '')
  return { profile, origin, gateway: routeIn(env) !== null }
}

/**
 * Puts a choice on the shell, notes the present one for `use -`, and says so on stderr. Starts the
 * gateway where the choice goes through it and none runs.
 */
export async function choiceCode(
  ctx: Context,
  choice: Choice,
  syntax: CodeSyntax,
): Promise<string> {
  const { profile: name, origin, gateway } = choice
  const source = profileSource(ctx.config.read(), ctx.env, ctx.clock.now())
  const profile = resolveProfile(source, name)
  const route = gateway && origin.kind !== 'session' ? await shellRoute(ctx, profile) : null
  const environment = environmentOf(profile, source, route)
  const notes = origin.kind === 'shell' && !gateway ? failoverNotes(profile) : []
  for (const note of [...modelWarnings(profile, source), ...notes])
    ctx.streams.err(`llmsel: ${note}\n`)
  ctx.streams.err(`llmsel: ${name}: ${profile.target.model} (${originText(origin)})\n`)
  if (origin.kind !== 'session') sayWhatIsLeft(ctx, gateway)
  const apply =
    origin.kind === 'session'
      ? SOURCE_SESSION[syntax]
      : renderApply(syntax, {
          ...environment,
          set: { ...environment.set, LLMSEL_ORIGIN: formatOrigin(origin) },
        })
  return `${CODE_MARK}\n${apply}${previous(ctx, syntax)}`
}

export function offCode(ctx: Context, syntax: CodeSyntax): string {
  ctx.streams.err('llmsel: off; the shell is as it was before\n')
  sayWhatIsLeft(ctx, false)
  return `${CODE_MARK}\n${renderRestore(syntax)}${previous(ctx, syntax)}`
}

/** With a choice of its own a session's shell spends past the session. */
function sayWhatIsLeft(ctx: Context, gateway: boolean): void {
  const now = choiceNow(ctx)
  if (now?.origin.kind !== 'session' || !now.gateway) return
  const left = gateway ? 'limit' : 'gateway and limit'
  ctx.streams.err(`llmsel: this shell leaves its session's ${left}; back with: llmsel use -\n`)
}

/** A session's own values are in its folder, with the model that it was started with. */
const SOURCE_SESSION: Readonly<Record<CodeSyntax, string>> = {
  sh: '. "$LLMSEL_SESSION_DIR/env.sh"\n',
  fish: 'source "$LLMSEL_SESSION_DIR/env.fish"\n',
  powershell: '',
}

function previous(ctx: Context, syntax: CodeSyntax): string {
  return renderAssign(syntax, '__LLMSEL_PREVIOUS', formatChoice(choiceNow(ctx)))
}
