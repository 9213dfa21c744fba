import type { Settings } from '../config/settings.ts'
import { managedNames } from '../profiles/environment.ts'
import { OLLAMA_URL } from '../profiles/ollama-host.ts'
import { resolveProfile, type ProfileSource } from '../profiles/resolve.ts'
import { applicableProfile } from '../profiles/scope.ts'
import { claudeSettings, type SettingsFile } from './claude-settings.ts'
import type { MachineFacts, OllamaSays } from './facts.ts'
import { fileFindings, type ConfigProblem } from './files.ts'
import type { Finding } from './finding.ts'
import { ledgerFinding, type LedgerFacts } from './ledger.ts'
import { logoutFindings } from './logout.ts'
import { modelFindings } from './models.ts'
import { claudeFindings, keyFindings, ollamaFindings, type KeyFacts } from './services.ts'
import { shellFindings } from './shell-files.ts'
import { launcherFinding, nodeFinding, tmuxFindings } from './tools.ts'

export interface Observed {
  readonly machine: MachineFacts
  readonly source: ProfileSource
  readonly settings: Settings
  /** Why the settings are not the config file's; null: they are. */
  readonly configProblem: ConfigProblem | null
  readonly env: Readonly<Record<string, string | undefined>>
  readonly claudeFiles: readonly SettingsFile[]
  readonly keys: KeyFacts
  readonly ollama: OllamaSays
  readonly ledger: LedgerFacts
}

/** Every finding, in the order in which one would mend them. */
export function diagnose(observed: Observed): Finding[] {
  const { machine, source, settings, env } = observed
  const managed = managedNames(source)
  return [
    nodeFinding(machine.nodeVersion),
    launcherFinding(machine.launcher),
    ...fileFindings(machine.files, observed.configProblem),
    ledgerFinding(observed.ledger),
    ...tmuxFindings(machine.tmux, managed),
    ...logoutFindings(machine.logout, machine.tmux.controlGroup),
    ...shellFindings(machine.shell, managed),
    ...claudeFindings(claudeSettings(observed.claudeFiles, source, env)),
    ...modelFindings(source, settings, env),
    ...keyFindings(env, observed.keys),
    ...ollamaFindings({
      url: ollamaUrl(source),
      model: source.catalogue.localModel,
      facts: observed.ollama,
      hasKey: 'includes' in observed.keys.kept && observed.keys.kept.includes('ollama'),
      inUse: isLocal(source, applicableProfile(env, settings.default)),
    }),
  ]
}

export function ollamaUrl({ baseUrls }: Pick<ProfileSource, 'baseUrls'>): string {
  return baseUrls.ollama ?? OLLAMA_URL
}

function isLocal(source: ProfileSource, name: string): boolean {
  try {
    return resolveProfile(source, name).target.provider === 'ollama'
  } catch {
    return false
  }
}
