import { Command, Option } from 'commander'
import { withValue } from '../domain/config/keys.ts'
import { profileSource } from '../domain/config/source.ts'
import { readShellFile } from '../domain/doctor/shell-text.ts'
import { LlmselError } from '../domain/errors.ts'
import { parseChoice } from '../domain/profiles/choice.ts'
import { resolveProfile } from '../domain/profiles/resolve.ts'
import { STAY_OFF } from '../domain/shell/init-text.ts'
import { INSTALL_SHELLS } from '../domain/shell/rc-lines.ts'
import { ownShell } from '../domain/shell/shell.ts'
import type { Context } from '../ports.ts'
import { choiceCode, choiceNow, offCode, type CodeSyntax } from './choice-code.ts'
import { askForProfile } from './choose-profile.ts'
import { originText } from '../ui/origin.ts'
import { hookCode } from './project-hook.ts'

interface UseOptions {
  readonly off?: boolean
  readonly global?: boolean
  readonly project?: boolean
  readonly session?: string
  readonly gateway?: boolean
  readonly code?: CodeSyntax
  readonly hook?: boolean
}

const EXAMPLES = `
Examples:
  llmsel use budget             # this shell, until it ends
  llmsel use budget --gateway   # the same with failover
  llmsel use -                  # back to the choice before
  llmsel use --off              # as the shell was before llmsel
  llmsel use free --project     # shells in this folder (writes .llmsel.json)
  llmsel use budget --session crawler     # the new windows of a session
  llmsel use budget --global    # every new shell, where nothing else was chosen
`

export function useCommand(ctx: Context): Command {
  return new Command('use')
    .argument('[profile]', 'a profile, an alias or a model id; - for the choice before')
    .option('--off', 'leave: what was there before llmsel comes back')
    .option('--global', "make it the user's default")
    .option('--project', "make it this folder's, in .llmsel.json")
    .option('--session <session>', "make it that of a session's new windows")
    .option('--gateway', 'through the gateway, which fails over')
    .addOption(new Option('--code <syntax>').choices(['sh', 'fish', 'powershell']).hideHelp())
    .addOption(new Option('--hook').hideHelp())
    .addHelpText('after', EXAMPLES)
    .action(async (named: string | undefined, options: UseOptions) => {
      if (options.hook === true) {
        ctx.streams.out(await hookCode(ctx, options.code ?? 'sh'))
        return
      }
      checkOne(named, options)
      if (options.off === true) {
        const syntax = options.code ?? 'sh'
        here(ctx, options, offCode(ctx, syntax) + STAY_OFF[syntax])
        return
      }
      const profile = named ?? (await askForProfile(ctx))
      if (options.global === true) await useGlobally(ctx, profile)
      else if (options.project === true) await useInProject(ctx, profile)
      else if (options.session !== undefined) {
        const { useInSession } = await import('./session/use-session.ts')
        await useInSession(ctx, profile, options.session)
      } else {
        here(ctx, options, await codeFor(ctx, profile, options))
      }
    })
}

function checkOne(named: string | undefined, options: UseOptions): void {
  const { off, global, project, session } = options
  const wide = [off, global, project, session !== undefined].filter((flag) => flag === true).length
  if (wide > 1) {
    throw new LlmselError('usage', 'choose one of --off, --global, --project and --session')
  }
  if (wide > 0 && options.gateway === true)
    throw new LlmselError('usage', '--gateway is for this shell; sessions go through it anyway')
  if (off === true && named !== undefined) {
    throw new LlmselError('usage', '--off takes no profile')
  }
}

/** A process cannot change its parent: the shell function evaluates what is printed for it. */
function here({ streams, env }: Context, { code }: UseOptions, text: string): void {
  if (code !== undefined) {
    streams.out(text)
    return
  }
  const own = ownShell(env)
  const shell = INSTALL_SHELLS.find((name) => name === own) ?? 'bash'
  const load = shell === 'fish' ? 'llmsel init fish | source' : `eval "$(llmsel init ${shell})"`
  throw new LlmselError(
    'not-found',
    'this shell has not loaded the llmsel function, which "use" needs',
    {
      hint: `for this shell: ${load}\nfor every shell: llmsel init ${shell} --install`,
    },
  )
}

async function codeFor(ctx: Context, profile: string, options: UseOptions): Promise<string> {
  const { code = 'sh', gateway = false } = options
  if (profile !== '-')
    return await choiceCode(ctx, { profile, origin: { kind: 'shell' }, gateway }, code)
  if (gateway) throw new LlmselError('usage', '--gateway needs a profile, not -')
  const before = ctx.env['__LLMSEL_PREVIOUS']
  if (before === undefined) {
    throw new LlmselError('not-found', 'no choice was made in this shell before')
  }
  const choice = parseChoice(before)
  return choice === null ? offCode(ctx, code) : await choiceCode(ctx, choice, code)
}

async function useGlobally(ctx: Context, name: string): Promise<void> {
  const profile = resolveProfile(profileSource(ctx.config.read(), ctx.env, ctx.clock.now()), name)
  await ctx.config.update((document) => withValue(document, ['default'], name))
  ctx.streams.err(`llmsel: new shells and sessions get ${name} (${profile.target.model})\n`)
  for (const place of await outranking(ctx)) {
    ctx.streams.err(`llmsel: ${place} runs llmsel env, which outranks it\n`)
  }
  const now = choiceNow(ctx)
  if (now !== null && now.origin.kind !== 'user') {
    ctx.streams.err(`llmsel: this shell keeps ${now.profile} (${originText(now.origin)})\n`)
  }
}

/** `FILE:LINE` of each line of the person's start-up files that puts a profile on new shells. */
async function outranking(ctx: Context): Promise<string[]> {
  const files = await (await ctx.openSurroundings()).startupFiles()
  const lines = files.flatMap((file) => readShellFile(file, []).envLines)
  return lines.map(({ file, line }) => `${file}:${line}`)
}

async function useInProject(ctx: Context, name: string): Promise<void> {
  resolveProfile(profileSource(ctx.config.read(), ctx.env, ctx.clock.now()), name)
  const path = await ctx.projects.write(ctx.cwd, name)
  ctx.streams.err(`llmsel: interactive shells in this folder get ${name} (${path})\n`)
}
