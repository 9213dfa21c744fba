import type { Profile } from '../../domain/profiles/profile.ts'
import { helpAgent, type AgentHelp } from '../../domain/sessions/agents.ts'
import { rcShellOf } from '../../domain/sessions/rc-files.ts'
import type { Work } from '../../domain/sessions/session.ts'
import type { Environment } from '../../domain/shell/environment.ts'
import type { SessionContext } from '../../ports.ts'

/** What the person asked for. */
export interface Asked {
  readonly work: Work
  readonly extraEnv: Readonly<Record<string, string>>
}

/** What is run: with what a known agent needs to be on the profile's model. */
export interface Helped extends Asked {
  readonly agent: AgentHelp | null
  /** Kept, since another profile's help is another. */
  readonly asked: Asked
}

export function helped(
  { sessions }: SessionContext,
  asked: Asked,
  { profile, environment }: { readonly profile: Profile; readonly environment: Environment },
): Helped {
  const { extraEnv } = asked
  const { work, agent } = helpAgent(asked.work, {
    target: profile.target,
    set: { ...environment.set, ...extraEnv },
    unset: environment.unset.filter((name) => !Object.hasOwn(extraEnv, name)),
    syntax: rcShellOf(sessions.shell) === 'fish' ? 'fish' : 'sh',
  })
  return { work, agent, extraEnv: { ...agent?.env, ...extraEnv }, asked }
}
