import { hasOverrides } from '../../../domain/config/source.ts'
import { routeIn } from '../../../domain/profiles/gateway-route.ts'
import { modelWarnings } from '../../../domain/profiles/warnings.ts'
import { isOfTheChoice } from '../../../domain/sessions/variables.ts'
import type { SessionContext } from '../../../ports.ts'
import type { Choice, LaunchRequest, NewOptions } from '../request.ts'

/** What the launcher takes for `--run` by itself. */
const PLAIN_RUN = /^[A-Za-z0-9_./][A-Za-z0-9_./ -]*$/

/** Null: something is wanted that the launcher leaves to Node. */
export function plainRun(
  ctx: SessionContext,
  { options, args, profile, source }: Choice,
  { agent, work, wantsGateway, environment }: LaunchRequest,
): string | null {
  const isPlain =
    isPlainWish(options, args) &&
    work.kind === 'worker' &&
    agent === null &&
    (routeIn(environment.set) !== null) === wantsGateway &&
    modelWarnings(profile, source).length === 0 &&
    isPlainShell(ctx)
  return isPlain ? (options.run ?? null) : null
}

function isPlainWish(options: NewOptions, args: readonly string[]): boolean {
  const { run = '', cwd, env, limit, shell, gateway } = options
  const isElsewhere = cwd !== undefined || env.length > 0 || args.length > 0
  const isOther = limit !== undefined || shell === true || gateway === false
  return !isElsewhere && !isOther && PLAIN_RUN.test(run) && !run.includes('..')
}

function isPlainShell({ env, sessions }: SessionContext): boolean {
  const { tmux, shell } = sessions
  // As the launcher asks in `is_outside`, too.
  const isOutside = !Object.keys(env).some(isOfTheChoice)
  // Without a variable of llmsel's in its way, tmux finds the server that it runs in by itself.
  const isReached = env['TMUX'] === undefined || (tmux.inside && tmux.socket === null)
  return isOutside && isReached && !hasOverrides(env) && (env['SHELL'] ?? shell) === shell
}
