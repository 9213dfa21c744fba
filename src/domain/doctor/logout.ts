import type { LogoutFacts } from './facts.ts'
import { found, ok, type Finding } from './finding.ts'

const START = 'systemd-run --user --scope --unit=tmux tmux new-session -d -s main'

/** Whether the tmux server outlives a logout. `group`: its control group; null: none runs. */
export function logoutFindings(facts: LogoutFacts | null, group: string | null): Finding[] {
  if (facts === null) return []
  const rule = killRule(facts)
  if (rule === null) return [ok('logout', 'systemd leaves tmux alone when you log out')]
  const { lingers } = facts
  const linger = lingers ? '' : 'loginctl enable-linger; '
  if (group === null) {
    const message = `systemd ends a tmux server when the login that started it ends (${rule})`
    return [found('logout', 'warning', { message, fix: linger + START })]
  }
  if (/\/session-[^/]*\.scope/.test(group)) {
    const message = `systemd ends this tmux server when you log out (${rule})`
    const fix = `${linger}tmux kill-server; ${START}; llmsel session restore`
    return [found('logout', 'warning', { message, fix })]
  }
  if (!group.includes('/user@') || lingers)
    return [ok('logout', 'the tmux server that runs outlives your logins')]
  const message = `systemd ends this tmux server with your last login (${rule}, and linger is off)`
  return [found('logout', 'warning', { message, fix: 'loginctl enable-linger' })]
}

/** logind.conf(5): what makes it end this person's processes, and where; null: it does not. */
function killRule({ files, user }: LogoutFacts): string | null {
  const setting = last(files, 'KillUserProcesses')
  const names = (value: string | undefined, otherwise: string) =>
    (value ?? otherwise).split(/\s+/).filter((name) => name !== '')
  const only = names(last(files, 'KillOnlyUsers')?.value, '')
  const except = names(last(files, 'KillExcludeUsers')?.value, 'root')
  const isYes = /^(?:1|y|yes|t|true|on)$/i.test(setting?.value ?? '')
  if (setting === null || !isYes || except.includes(user)) return null
  return only.length === 0 || only.includes(user) ? `KillUserProcesses=yes, ${setting.place}` : null
}

interface Setting {
  readonly value: string
  readonly place: string
}

/** The last file has the last word. What is commented out says how logind was built. */
function last(files: LogoutFacts['files'], name: string): Setting | null {
  const line = new RegExp(String.raw`^\s*(#?)\s*${name}\s*=(.*)$`)
  const settings = files.flatMap(({ path, text }) =>
    text.split('\n').flatMap((each, index) => {
      const [, comment, value] = line.exec(each) ?? []
      return value === undefined
        ? []
        : [{ isBuiltIn: comment === '#', value: value.trim(), place: `${path}:${index + 1}` }]
    }),
  )
  return settings.findLast(({ isBuiltIn }) => !isBuiltIn) ?? settings[0] ?? null
}
