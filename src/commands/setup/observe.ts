import { checkBaseUrl } from '../../domain/config/schema.ts'
import { claudeSettings, describeSetting } from '../../domain/doctor/claude-settings.ts'
import type { MachineFacts } from '../../domain/doctor/facts.ts'
import { isLlmselError } from '../../domain/errors.ts'
import { isLoopback } from '../../domain/loopback.ts'
import type { Provider } from '../../domain/models/model.ts'
import { OLLAMA_URL, ollamaUrlOf } from '../../domain/profiles/ollama-host.ts'
import type { ProfileSource } from '../../domain/profiles/resolve.ts'
import { foundKeys, type FoundShell, type SetupFacts } from '../../domain/setup/facts.ts'
import { localChoices, type PulledModel } from '../../domain/setup/local-models.ts'
import { ollamaPlaces } from '../../domain/setup/plan.ts'
import { initText } from '../../domain/shell/init-text.ts'
import { ownValue } from '../../domain/shell/own-values.ts'
import { INSTALL_SHELLS, type InstallShell } from '../../domain/shell/rc-lines.ts'
import { ownShell } from '../../domain/shell/shell.ts'
import type { Context, RcFiles, RcPlan, Surroundings } from '../../ports.ts'

export interface Observed {
  readonly facts: SetupFacts
  /** What loading llmsel takes, of the shells in which it can. */
  readonly rcPlans: ReadonlyMap<InstallShell, RcPlan>
}

/** Looks and changes nothing. `named`: shells that the person asks for. */
export async function observe(
  ctx: Context,
  source: ProfileSource,
  named: readonly InstallShell[],
): Promise<Observed> {
  const surroundings = await ctx.openSurroundings()
  const [machine, answer] = await Promise.all([
    surroundings.machine(),
    askOllama(ctx, source, surroundings),
  ])
  const [keys, shells, programs] = await Promise.all([
    keysFound(ctx, surroundings),
    shellsFound(ctx, machine, named),
    ctx.openSessions(),
  ])
  const { settings } = claudeSettings(surroundings.claudeSettings(), source, ctx.env)
  const overrides = settings.filter(({ wins }) => wins).map(describeSetting)
  const installed = programs.programs(null).which('claude') !== null
  const { version, install } = machine.tmux
  return {
    facts: {
      ollama: ollamaFound(answer, machine),
      ...keys,
      shells: shells.map(({ found }) => found),
      tmux: { version, install },
      claudeCode: { installed, overrides },
    },
    rcPlans: new Map(
      shells.flatMap(({ found, plan }) => (plan === null ? [] : [[found.shell, plan] as const])),
    ),
  }
}

interface OllamaAnswer {
  readonly url: string
  /** Null: there was none. */
  readonly pulled: readonly PulledModel[] | 'locked' | null
}

/** All places at once, each for a second at most; the first that answers counts. */
async function askOllama(
  ctx: Context,
  { baseUrls }: ProfileSource,
  surroundings: Surroundings,
): Promise<OllamaAnswer> {
  const urls = ollamaPlaces(baseUrls.ollama, ownOllama(ctx))
  const answers = await Promise.all(
    urls.map(async (url) => ({ url, pulled: await surroundings.pulledModels(url) })),
  )
  const found =
    answers.find(({ pulled }) => Array.isArray(pulled)) ??
    answers.find(({ pulled }) => pulled !== null)
  return found ?? { url: urls[0] ?? OLLAMA_URL, pulled: null }
}

function ollamaFound({ url, pulled }: OllamaAnswer, machine: MachineFacts): SetupFacts['ollama'] {
  const memoryBytes = isLoopback(new URL(url).hostname) ? machine.memoryBytes : null
  const isLocked = pulled === 'locked'
  const models = isLocked || pulled === null ? null : localChoices(pulled, memoryBytes)
  return { url, locked: isLocked, models }
}

/** Of OLLAMA_HOST, where that can be asked at all. */
function ownOllama({ env }: Context): string | null {
  const host = ownValue(env, 'OLLAMA_HOST') ?? ''
  try {
    return host === '' ? null : checkBaseUrl(ollamaUrlOf(host), 'OLLAMA_HOST')
  } catch (error) {
    if (!isLlmselError(error)) throw error
    return null
  }
}

async function keysFound(
  ctx: Context,
  surroundings: Surroundings,
): Promise<Pick<SetupFacts, 'keys' | 'keyFault'>> {
  const claudeLogin = surroundings.claudeLogin()
  const found = (kept: readonly Provider[]) => foundKeys(ctx.env, { kept, claudeLogin })
  try {
    const stored = (await ctx.openKeys()).read()
    const kept = (['claude', 'openai'] as const).filter((name) => stored[name] !== undefined)
    return { keys: found(kept), keyFault: null }
  } catch (error) {
    if (!isLlmselError(error)) throw error
    return { keys: found([]), keyFault: { message: error.message, fix: error.hint } }
  }
}

interface ShellObserved {
  readonly found: FoundShell
  readonly plan: RcPlan | null
}

/** Those that the person uses: the one of SHELL, and others with start-up files. */
async function shellsFound(
  ctx: Context,
  { shell: { files } }: MachineFacts,
  named: readonly InstallShell[],
): Promise<readonly ShellObserved[]> {
  const rcFiles = await ctx.openRcFiles()
  const own = ownShell(ctx.env)
  return INSTALL_SHELLS.filter(
    (shell) => shell === own || named.includes(shell) || files.some((file) => file.shell === shell),
  ).map((shell) => shellFound(rcFiles, shell, shell === own))
}

function shellFound(rcFiles: RcFiles, shell: InstallShell, isOwn: boolean): ShellObserved {
  const found = { shell, isOwn, loads: false, changes: [], problem: null }
  try {
    const plan = rcFiles.install(shell, initText(shell, rcFiles.initOptions))
    const { files, script } = plan
    const edited = files.filter(({ change }) => change !== 'none').map((file) => file.path)
    const changes = script.changed ? [...edited, script.path] : edited
    return { found: { ...found, loads: edited.length === 0, changes }, plan }
  } catch (error) {
    if (!isLlmselError(error)) throw error
    return { found: { ...found, problem: error.message }, plan: null }
  }
}
