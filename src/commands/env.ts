import { Command, Option } from 'commander'
import { hasOverrides, profileSource } from '../domain/config/source.ts'
import { LlmselError } from '../domain/errors.ts'
import { addDays } from '../domain/models/dates.ts'
import { environmentOf } from '../domain/profiles/environment.ts'
import type { Fragment } from '../domain/profiles/fragment.ts'
import { nextChangeOf } from '../domain/profiles/next-change.ts'
import { failoverNotes, modelWarnings } from '../domain/profiles/warnings.ts'
import type { Profile } from '../domain/profiles/profile.ts'
import { resolveProfile, type ProfileSource } from '../domain/profiles/resolve.ts'
import { applicableProfile } from '../domain/profiles/scope.ts'
import { dotenv } from '../domain/shell/dotenv.ts'
import type { Environment } from '../domain/shell/environment.ts'
import { renderEval, type Evaluated } from '../domain/shell/guard.ts'
import { ownValue } from '../domain/shell/own-values.ts'
import { SHELLS, type ShellName } from '../domain/shell/shell.ts'
import { shellRoute } from './gateway-route.ts'
import type { Context } from '../ports.ts'

interface EnvOptions {
  readonly shell: ShellName
  readonly format: 'shell' | 'dotenv' | 'json'
  readonly json?: boolean
  readonly gateway?: boolean
  /** The user's default as init evaluates it: no order anywhere, and nothing where none is set. */
  readonly default?: boolean
}

const EXAMPLES = `
Examples:
  eval "$(llmsel env haiku)"                    # sh, bash, zsh; also in .bashrc
  llmsel env haiku --shell fish | source        # fish
  eval "$(llmsel env budget --gateway)"         # with failover; starts Node
  llmsel env budget --format dotenv > .env.llm  # for docker, systemd, editors

In the rc file of an interactive shell the line is a default, which a llmsel
session and a choice inherited from the parent shell outrank; anywhere else it
is an order.
`

export function envCommand(ctx: Context): Command {
  return new Command('env')
    .argument('[profile]', 'a profile, an alias or a model id (default: the one that applies here)')
    .addOption(
      new Option('--shell <shell>', 'the syntax').choices(Object.keys(SHELLS)).default('sh'),
    )
    .addOption(
      new Option('--format <format>', 'the form')
        .choices(['shell', 'dotenv', 'json'])
        .default('shell'),
    )
    .option('--json', 'the same as --format json')
    .option('--gateway', 'through the gateway, which fails over; starts it where none runs')
    .addOption(new Option('--default').hideHelp())
    .addHelpText('after', EXAMPLES)
    .action(async (name: string | undefined, options: EnvOptions) => {
      const settings = ctx.config.read()
      const source = profileSource(settings, ctx.env, ctx.clock.now())
      if (options.default === true) {
        ctx.streams.out(await defaultCode(ctx, source, settings.default, options.shell))
        return
      }
      const wanted = name ?? applicableProfile(ctx.env, settings.default)
      const profile = resolveProfile(source, wanted)
      const route = options.gateway === true ? await shellRoute(ctx, profile) : null
      const environment = environmentOf(profile, source, route)
      if (options.format === 'dotenv' && options.json !== true) {
        ctx.streams.out(dotenv(environment))
      } else if (options.json === true || options.format === 'json' || options.shell === 'nu') {
        ctx.streams.out(`${JSON.stringify(asData(environment, ctx), null, 2)}\n`)
      } else if (route !== null) {
        const notes = modelWarnings(profile, source)
        const code = { environment, notes, rcNotes: [] }
        ctx.streams.out(renderEval(syntaxOf(options.shell), code))
      } else {
        ctx.streams.out(await shellCode(ctx, source, profile, options.shell))
      }
    })
}

/** Resolved against this process's variables, since data cannot hold "give back". */
function asData({ set, unset, release }: Environment, { env }: Context): object {
  const given = release.flatMap((name): [string, string][] => {
    const own = ownValue(env, name)
    return own === undefined || own === env[name] ? [] : [[name, own]]
  })
  const gone = release.filter((name) => ownValue(env, name) === undefined)
  return { set: { ...set, ...Object.fromEntries(given) }, unset: [...unset, ...gone] }
}

/** What init evaluates; nothing to do is text, too, since a fragment that is empty serves nothing. */
async function defaultCode(
  ctx: Context,
  source: ProfileSource,
  name: string | null,
  shell: ShellName,
): Promise<string> {
  const syntax = syntaxOf(shell)
  const profile = name === null ? null : resolveProfile(source, name)
  const text =
    profile === null
      ? '# no default is set\n'
      : renderEval(syntax, evaluated(source, profile, []), 'user')
  const until = profile === null ? null : nextChangeOf(source, profile)
  await keep(ctx, syntax, { name: '@default', text, until })
  return text
}

async function shellCode(
  ctx: Context,
  source: ProfileSource,
  profile: Profile,
  shell: ShellName,
): Promise<string> {
  const syntax = syntaxOf(shell)
  const warnings = modelWarnings(profile, source)
  const text = renderEval(syntax, evaluated(source, profile, []))
  // With a warning in it, it ends today: the rc file's next warning is tomorrow's.
  const until = warnings.length > 0 ? addDays(source.today, 1) : nextChangeOf(source, profile)
  const kept = await keep(ctx, syntax, { name: profile.name, text, until })
  return kept ? renderEval(syntax, evaluated(source, profile, warnings)) : text
}

function syntaxOf(shell: ShellName): 'sh' | 'fish' | 'powershell' {
  const syntax = SHELLS[shell]
  if (syntax !== 'nu') return syntax
  throw new LlmselError('usage', 'nushell evaluates no code; it loads JSON', {
    hint: 'run: llmsel init nu',
  })
}

function evaluated(source: ProfileSource, profile: Profile, rcNotes: readonly string[]): Evaluated {
  const notes = [...modelWarnings(profile, source), ...failoverNotes(profile)]
  return { environment: environmentOf(profile, source), notes, rcNotes }
}

async function keep(
  ctx: Context,
  syntax: 'sh' | 'fish' | 'powershell',
  fragment: Pick<Fragment, 'name' | 'text' | 'until'>,
): Promise<boolean> {
  if (syntax === 'powershell' || hasOverrides(ctx.env)) return false
  const times = {
    configChangedAtNs: ctx.config.changedAtNs(),
    refreshedAtNs: ctx.config.refreshedAtNs(),
  }
  return await ctx.fragments.keep({ ...fragment, syntax, ...times })
}
