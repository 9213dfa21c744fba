import { Argument, Command, Option } from 'commander'
import { LlmselError } from '../domain/errors.ts'
import { nearest } from '../domain/nearest.ts'
import { rcShellOf } from '../domain/sessions/rc-files.ts'
import { initText } from '../domain/shell/init-text.ts'
import { quote } from '../domain/shell/quote.ts'
import { INSTALL_SHELLS, type InstallShell } from '../domain/shell/rc-lines.ts'
import { ownShell } from '../domain/shell/shell.ts'
import type { Context, Env, RcPlan } from '../ports.ts'
import { print } from '../ui/report.ts'

const SHELL_NAMES = [...INSTALL_SHELLS, 'powershell', 'nu'] as const

type InitShell = (typeof SHELL_NAMES)[number]

interface InitOptions {
  readonly install?: boolean
  readonly uninstall?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

const EXAMPLES = `
Examples:
  llmsel init --install --dry-run      # what would change in this shell's files
  llmsel init --install                # one marked block; no process at start
  llmsel init --uninstall              # the files as they were, byte for byte
  eval "$(llmsel init bash)"           # not installed: Node in every new shell

bash: ~/.bashrc, and the login file where that does not read it (tmux opens
login shells). zsh: $ZDOTDIR/.zshrc. fish: conf.d/llmsel.fish, a file of
llmsel's own; config.fish stays as it is.
`

export function initCommand(ctx: Context): Command {
  return new Command('init')
    .addArgument(
      new Argument('[shell]', `${SHELL_NAMES.join(', ')} (default: that of $SHELL)`).argParser(
        shellNamed,
      ),
    )
    .option('--install', "put it into the shell's start-up files")
    .addOption(new Option('--uninstall', 'take it out of them again').conflicts('install'))
    .option('--dry-run', 'show what would change, and write nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (named: InitShell | undefined, options: InitOptions) => {
      const shell = named ?? currentShell(ctx.env)
      const rcFiles = await ctx.openRcFiles()
      const text = initText(shell, rcFiles.initOptions)
      if (options.install !== true && options.uninstall !== true) {
        if (options.dryRun === true) throw new LlmselError('usage', NOTHING_TO_TRY)
        await print(ctx.streams, { data: { shell, text }, view: (data) => [data.text] }, options)
        return
      }
      const target = installable(shell)
      const plan =
        options.install === true ? rcFiles.install(target, text) : rcFiles.uninstall(target)
      const changed = plan.script.changed || plan.files.some(({ change }) => change !== 'none')
      await carryOut(ctx, target, { ...options, plan, changed })
    })
}

const NOTHING_TO_TRY = '--dry-run goes with --install or --uninstall'

function shellNamed(name: string): InitShell {
  const known = name === 'pwsh' ? 'powershell' : SHELL_NAMES.find((each) => each === name)
  if (known !== undefined) return known
  const near = rcShellOf(name) === null ? nearest(name, SHELL_NAMES) : null
  const hint =
    near === null ? 'in any POSIX shell: eval "$(llmsel env)"' : `did you mean "${near}"?`
  throw new LlmselError('usage', `init knows ${SHELL_NAMES.join(', ')}, not "${name}"`, { hint })
}

function currentShell(env: Env): InitShell {
  const own = ownShell(env)
  if (own !== '') return shellNamed(own)
  throw new LlmselError('usage', 'cannot tell which shell: SHELL is not set', {
    hint: 'name it, such as: llmsel init bash',
  })
}

/** Where these two read their start-up files only they can say. */
const BY_HAND: Readonly<Record<Exclude<InitShell, InstallShell>, string>> = {
  powershell:
    'add this line to $PROFILE:\n  llmsel init powershell | Out-String | Invoke-Expression',
  nu: `run once, and after each upgrade of llmsel:
  llmsel init nu | save --force ($nu.default-config-dir | path join llmsel.nu)
add this line to config.nu ($nu.config-path):
  source ($nu.default-config-dir | path join llmsel.nu)`,
}

function installable(shell: InitShell): InstallShell {
  if (shell !== 'powershell' && shell !== 'nu') return shell
  throw new LlmselError('usage', `init ${shell} only prints; llmsel does not edit its files`, {
    hint: BY_HAND[shell],
  })
}

interface Run extends InitOptions {
  readonly plan: RcPlan
  readonly changed: boolean
}

async function carryOut(ctx: Context, shell: InstallShell, run: Run): Promise<void> {
  const { plan, changed, install = false, dryRun = false } = run
  if (changed && !dryRun) plan.carryOut()
  const { files, script } = plan
  const action = install ? 'install' : 'uninstall'
  const data = { shell, action, dryRun, changed, files, script }
  const view = () => (dryRun ? files.map((file) => file.diff) : [])
  await print(ctx.streams, { data, view }, run)
  const said = changed ? whatChanged(shell, run, ctx.env) : [UNCHANGED[action]]
  for (const line of said) ctx.streams.err(`llmsel: ${line}\n`)
}

const UNCHANGED = {
  install: 'already installed, nothing changed',
  uninstall: 'not installed, nothing changed',
}

export function whatChanged(shell: InstallShell, run: Run, env: Env): string[] {
  const { plan, install = false, dryRun = false } = run
  const { files, script } = plan
  const [does, did] = install ? ['write', 'wrote'] : ['remove', 'removed']
  const ofScript = script.changed ? [`${dryRun ? `would ${does}` : did} ${script.path}`] : []
  if (dryRun) return ofScript
  const copied = install ? 'as it was' : 'kept, since it differs'
  const start = shell === 'fish' ? 'source' : '.'
  return [
    ...files.flatMap(({ path, change, backup }) => {
      const copy = backup === null ? '' : ` (${copied}: ${backup})`
      const why = change === 'removed' ? ', which llmsel had made' : ''
      return change === 'none' ? [] : [`${change} ${path}${why}${copy}`]
    }),
    ...ofScript,
    install
      ? `open a new shell, or run: ${start} ${word(shell, files[0]?.path ?? '', env)}`
      : 'shells that are open keep what they have',
  ]
}

/** As a person would type it. */
function word(shell: InstallShell, path: string, { HOME: home = '' }: Env): string {
  const short = home !== '' && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
  return /^~?[\w./-]+$/.test(short) ? short : quote(shell === 'fish' ? 'fish' : 'sh', path)
}
