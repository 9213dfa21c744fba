import { literalFormat, oneLine, quoteTmux } from './tmux-text.ts'

/** What tmux hands to the processes that it starts in a session from now on. */
export interface EnvironmentChange {
  readonly set: Readonly<Record<string, string>>
  readonly unset: readonly string[]
}

export function environmentScript(sessionId: string, { set, unset }: EnvironmentChange): string {
  const target = quoteTmux(sessionId)
  const commands = [
    ...Object.entries(set).map(
      ([name, value]) => `set-environment -t ${target} ${quoteTmux(name)} ${quoteTmux(value)}`,
    ),
    ...unset.map((name) => `set-environment -r -t ${target} ${quoteTmux(name)}`),
  ]
  return lineOf(commands)
}

/** What the session's first pane is on, in the user options that lists and status lines read. */
export function notesScript(sessionId: string, notes: Readonly<Record<string, string>>): string {
  const target = quoteTmux(sessionId)
  const commands = Object.entries(notes).map(
    ([name, value]) => `set-option -t ${target} @llmsel_${name} ${quoteTmux(oneLine(value))}`,
  )
  return lineOf(commands)
}

export interface RespawnPlan {
  readonly paneId: string
  /** Null: the window keeps its name. */
  readonly windowName: string | null
  readonly cwd: string
  readonly argv: readonly string[]
  /** Of this process only. */
  readonly set: Readonly<Record<string, string>>
  readonly logCommand: string
  /** Shown in the pane, and so in the log, before anything else. */
  readonly mark: string
}

/** Prints the mark in the new process's own place, so that it comes after the old one's last output. */
const MARK = `printf '\\n%s\\n' "$0"; exec "$@"`

/** Prints the new process's id. `-k`: also over a pane whose process could not be ended. */
export function respawnScript(plan: RespawnPlan): string {
  const { windowName, cwd, set, argv, logCommand, mark } = plan
  const pane = quoteTmux(plan.paneId)
  const env = Object.entries(set).map(([name, value]) => `-e ${quoteTmux(`${name}=${value}`)}`)
  const words = ['/bin/sh', '-c', MARK, mark, ...argv].map(quoteTmux)
  return lineOf([
    ...['exit', 'failed', 'restarts'].map((name) => `set-option -p -u -t ${pane} @llmsel_${name}`),
    ...(windowName === null
      ? []
      : [`rename-window -t ${pane} ${quoteTmux(literalFormat(oneLine(windowName)))}`]),
    // To open one again would drop what is still on its way through the old one.
    `if-shell -F -t ${pane} "#{?pane_pipe,0,1}" ${quoteTmux(`pipe-pane -t ${pane} ${quoteTmux(logCommand)}`)}`,
    [
      'respawn-pane -k',
      `-t ${pane} -c ${quoteTmux(literalFormat(cwd))}`,
      ...env,
      '--',
      ...words,
    ].join(' '),
    `display-message -p -t ${pane} "#{pane_pid}"`,
  ])
}

/** Keeps a pane after its process, as a worker's is anyway: an interactive shell's would go with it. */
export function keepPaneScript(paneId: string): string {
  return `set-option -p -t ${quoteTmux(paneId)} remain-on-exit on\n`
}

export function letPaneGoScript(paneId: string): string {
  return `set-option -p -u -t ${quoteTmux(paneId)} remain-on-exit\n`
}

/** Another interactive window of the session, shown first. */
export function newWindowScript(sessionId: string): string {
  return `new-window -t ${quoteTmux(`${sessionId}:`)}\n`
}

function lineOf(commands: readonly string[]): string {
  return commands.length === 0 ? '' : `${commands.join(' ; ')}\n`
}
