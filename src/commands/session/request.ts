import { AUTOSTART, gatewayWanted } from '../../domain/config/source.ts'
import { LlmselError } from '../../domain/errors.ts'
import { limitsText, parseLimits } from '../../domain/ledger/limits.ts'
import type { Settings } from '../../domain/config/settings.ts'
import type { Profile } from '../../domain/profiles/profile.ts'
import { environmentOf } from '../../domain/profiles/environment.ts'
import type { ProfileSource } from '../../domain/profiles/resolve.ts'
import { checkSessionName, slug } from '../../domain/sessions/names.ts'
import { rcShellOf } from '../../domain/sessions/rc-files.ts'
import type { RestartPolicy, Work } from '../../domain/sessions/session.ts'
import { parseExtraEnv } from '../../domain/sessions/variables.ts'
import { resolveProgram, resolveWorker } from '../../domain/sessions/worker.ts'
import { quote } from '../../domain/shell/quote.ts'
import type { Environment } from '../../domain/shell/environment.ts'
import type { SessionContext } from '../../ports.ts'
import { helped, type Helped } from './agent-help.ts'

/** A session to be started, checked against this machine. */
export interface LaunchRequest extends Helped {
  readonly profile: Profile
  readonly environment: Environment
  /** Checked; `explicit`: the person asked for this very name. */
  readonly name: { readonly text: string; readonly explicit: boolean }
  /** Absolute and existing. */
  readonly cwd: string
  /** As they were given. */
  readonly run: string | null
  readonly args: readonly string[]
  readonly restart: RestartPolicy | null
  readonly fleet: string | null
  /** What it may spend, such as `5/day`; null: as much as its profile may. */
  readonly limit: string | null
  /** Its programs are to reach the providers through the gateway. */
  readonly wantsGateway: boolean
}

export interface NewOptions {
  readonly name?: string
  readonly run?: string
  readonly cwd?: string
  readonly env: readonly string[]
  readonly shell?: boolean
  readonly attach?: boolean
  readonly wait?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
  readonly limit?: string
  /** False: its programs ask the providers themselves. */
  readonly gateway?: boolean
}

export interface Choice {
  readonly settings: Settings
  readonly source: ProfileSource
  readonly profile: Profile
  /** After `--`. */
  readonly args: readonly string[]
  readonly options: NewOptions
}

/**
 * What the command line asks for, checked against this machine.
 * @throws LlmselError before anything has been created.
 */
export function launchRequest(ctx: SessionContext, choice: Choice): LaunchRequest {
  const { settings, source, profile, args, options } = choice
  checkTogether(ctx, options, args)
  const name =
    options.name === undefined
      ? { text: slug(profile.name), explicit: false }
      : { text: checkSessionName(options.name), explicit: true }
  const limit =
    options.limit === undefined ? null : limitsText(parseLimits(options.limit, '--limit'))
  const wantsGateway = options.gateway !== false && gatewayWanted(settings, ctx.env)
  if (limit !== null && !wantsGateway) throw unheldLimit(ctx, options)
  const extraEnv = parseExtraEnv(options.env)
  const cwd = workingFolder(ctx, options.cwd)
  const environment = environmentOf(profile, source)
  const work = workOf(ctx, choice, { cwd, path: extraEnv['PATH'] ?? null })
  return {
    profile,
    environment,
    name,
    ...helped(ctx, { work, extraEnv }, { profile, environment }),
    cwd,
    run: options.run ?? null,
    args,
    restart: null,
    fleet: null,
    limit,
    wantsGateway,
  }
}

function unheldLimit({ env }: SessionContext, { gateway }: NewOptions): LlmselError {
  const byVariable = (env[AUTOSTART] ?? '') !== ''
  const [why, hint] =
    gateway === false
      ? ['--no-gateway', 'leave one of them out']
      : byVariable
        ? [`${AUTOSTART} is false`, `run: unset ${AUTOSTART}`]
        : ['gateway.autostart is false', 'run: llmsel config unset gateway.autostart']
  return new LlmselError('usage', `only the gateway can hold a limit, and ${why}`, { hint })
}

function checkTogether(
  { streams }: SessionContext,
  options: NewOptions,
  args: readonly string[],
): void {
  const problem = problemOf(options, args)
  if (problem !== null) throw new LlmselError('usage', problem)
  const attaches = options.attach === true && options.dryRun !== true
  if (attaches && !(streams.isTty && streams.canPrompt)) {
    throw new LlmselError('io', '--attach needs a terminal', {
      hint: 'start it without, then in a terminal: llmsel session attach NAME',
    })
  }
}

function problemOf(options: NewOptions, args: readonly string[]): string | null {
  const { run, shell, attach, wait } = options
  const hasProgram = run !== undefined || args.length > 0
  if (shell === true && run === undefined && hasProgram) return 'arguments after -- need --run CMD'
  if (wait !== true) return null
  if (attach === true) return '--wait and --attach exclude each other'
  const isWorker = hasProgram && shell !== true
  return isWorker ? null : '--wait waits for a worker: give --run, without --shell'
}

/** Checked here, since tmux would silently take the home folder instead. */
function workingFolder({ cwd, sessions }: SessionContext, wanted: string | undefined): string {
  if (wanted === '') throw new LlmselError('usage', '--cwd needs a folder')
  const path = sessions.directory(wanted ?? '.', cwd)
  if (path !== null) return path
  throw new LlmselError('not-found', `no such folder: ${wanted ?? cwd}`)
}

interface Place {
  readonly cwd: string
  readonly path: string | null
}

function workOf(ctx: SessionContext, { options, args }: Choice, { cwd, path }: Place): Work {
  const { run, shell } = options
  if (shell === true) return { kind: 'shell', typed: typed(ctx, run, args) }
  const programs = ctx.sessions.programs(path)
  if (run !== undefined) {
    const request = { run, args, cwd, callerCwd: ctx.cwd }
    return { kind: 'worker', argv: resolveWorker(request, programs) }
  }
  if (args.length > 0) return { kind: 'worker', argv: resolveProgram(args, cwd, programs) }
  return { kind: 'shell', typed: null }
}

/** The line for the session's shell, in its own syntax. */
function typed(
  { sessions }: SessionContext,
  run: string | undefined,
  args: readonly string[],
): string | null {
  if (run === undefined) return null
  const shell = rcShellOf(sessions.shell)
  if (shell === null) {
    throw new LlmselError('usage', `--shell --run cannot type into ${sessions.shell}`, {
      hint: 'use bash, zsh, fish, dash or ksh (SHELL), or leave out --shell',
    })
  }
  return [run, ...args.map((arg) => quote(shell === 'fish' ? 'fish' : 'sh', arg))].join(' ')
}
