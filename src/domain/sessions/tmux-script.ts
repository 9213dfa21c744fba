import type { Run, WorkKind } from './session.ts'
import { literalFormat, oneLine, quoteTmux } from './tmux-text.ts'

/** Everything that tmux is told about a new session. */
export interface SessionPlan {
  readonly run: Run
  readonly profile: string
  readonly model: string
  readonly kind: WorkKind
  /** The fleet file that it is started from; null: none. */
  readonly fleet: string | null
  readonly cwd: string
  readonly startedAt: string
  /** The first pane's process. */
  readonly argv: readonly string[]
  /** Of the session: this and later windows. */
  readonly set: Readonly<Record<string, string>>
  readonly unset: readonly string[]
  /** What the first pane's output is piped into. */
  readonly logCommand: string
}

/** Something, unless tmux ends with the client that started the session, as nobody is attached. */
const LASTS = '#{?#{&&:#{exit-empty},#{exit-unattached}},#{S:#{?session_attached,x,}},x}'

const CREATED_FORMAT = `#{session_name}\t#{session_id}\t#{pane_id}\t#{pane_pid}\t${LASTS}`

/**
 * The same words are right in sh, bash, zsh and fish, one of which tmux runs them with, whatever
 * bytes the folder's path holds.
 */
const DEFAULT_COMMAND = 'exec /bin/sh "$LLMSEL_SESSION_DIR/shell"'

/** Tells whoever waits in tmux that the worker of this run has ended. */
export function exitChannel(runId: string): string {
  return `llmsel-exit-${runId}`
}

/** Tells that the shell of this run stands at its first prompt. */
export function readyChannel(runId: string): string {
  return `llmsel-ready-${runId}`
}

/** One that llmsel started and in which nothing runs any more; silent where there is none. */
function removeDead(target: string): string {
  const isDead = '#{&&:#{!=:#{@llmsel_run},},#{==:#{W:#{P:#{?pane_dead,,x}}},}}'
  return `if-shell -F -t ${target} ${quoteTmux(isDead)} ${quoteTmux(`kill-session -t ${target}`)}`
}

/**
 * A dead session gives its name away first. The rest is one line: when `new-session` fails tmux skips the rest of its line, so nothing meant for the new
 * session ever reaches another one of that name. One call: `remain-on-exit` and `pipe-pane` in a
 * second one would come too late for a worker that exits at once, and for its first output.
 */
export function createScript(plan: SessionPlan): string {
  const { run, unset, logCommand } = plan
  const target = quoteTmux(`=${run.name}:`)
  const commands = [
    newSession(plan),
    ...(plan.kind === 'worker' ? [`set-option -w -t ${target} remain-on-exit on`] : []),
    `pipe-pane -o -t ${target} ${quoteTmux(logCommand)}`,
    `set-option -p -t ${target} @llmsel_first 1`,
    ...Object.entries(notes(plan)).map(
      ([name, value]) => `set-option -t ${target} @llmsel_${name} ${quoteTmux(oneLine(value))}`,
    ),
    `set-option -t ${target} default-command ${quoteTmux(DEFAULT_COMMAND)}`,
    // Where the person's configuration has it on, the session would go with this very client.
    `set-option -t ${target} destroy-unattached off`,
    ...unset.map((name) => `set-environment -r -t ${target} ${quoteTmux(name)}`),
    `display-message -p ${quoteTmux(completeLine(run))}`,
  ]
  return `${removeDead(target)}\n${commands.join(' ; ')}\n`
}

const COMPLETE = 'complete'

/** Printed only where all of it went well; tmux's own exit code is one for many sessions. */
export function completeLine({ name }: Run): string {
  return `${name}\t${COMPLETE}`
}

/** What tmux made of one session's script. */
export interface Creation {
  readonly sessionId: string
  readonly paneId: string
  readonly pid: number
  /** False: the tmux server ends at once, with all of its sessions. */
  readonly lasts: boolean
  /** False: it failed half-way, and something of the session is there. */
  readonly complete: boolean
}

/** By the session's name, from what the scripts of one or many sessions printed. */
export function parseCreations(output: string): Map<string, Creation> {
  const creations = new Map<string, Creation>()
  for (const line of output.split('\n')) {
    const [name = '', id = '', paneId = '', pid = '', lasts = ''] = line.split('\t')
    const begun = creations.get(name)
    if (id === COMPLETE && begun !== undefined) creations.set(name, { ...begun, complete: true })
    else if (id.startsWith('$')) {
      const facts = { sessionId: id, paneId, pid: Number(pid), lasts: lasts !== '' }
      creations.set(name, { ...facts, complete: false })
    }
  }
  return creations
}

function newSession({ run, profile, cwd, set, argv }: SessionPlan): string {
  const env = Object.entries(set).map(([name, value]) => `-e ${quoteTmux(`${name}=${value}`)}`)
  return [
    `new-session -d -P -F ${quoteTmux(CREATED_FORMAT)}`,
    // A terminal program that starts before anybody attaches needs a sensible size.
    `-s ${quoteTmux(run.name)} -x 200 -y 50`,
    `-c ${quoteTmux(literalFormat(cwd))} -n ${quoteTmux(literalFormat(oneLine(profile)))}`,
    ...env,
    '--',
    ...argv.map(quoteTmux),
  ].join(' ')
}

/** The session's user options: `session list` and status lines read them without a process. */
function notes(plan: SessionPlan): Record<string, string> {
  const { run, profile, model, kind, startedAt, fleet } = plan
  const own = { profile, model, kind, run: run.id, started: startedAt, dir: run.folder }
  return fleet === null ? own : { ...own, fleet }
}

/** Types a line into a pane: the words as they are, then Enter as a key of its own. */
export function typeScript(paneId: string, text: string): string {
  const pane = quoteTmux(paneId)
  return `send-keys -l -t ${pane} -- ${quoteTmux(text)} ; send-keys -t ${pane} Enter\n`
}

/**
 * Ends the input of what keeps a pane's output, and says so; does nothing while the pane lives. Before
 * a pane is dead tmux has passed on all that its process wrote.
 */
export function endLogScript(paneId: string): string {
  const pane = quoteTmux(paneId)
  const end = `pipe-pane -t ${pane} ; display-message -p over`
  return `if-shell -F -t ${pane} "#{pane_dead}" ${quoteTmux(end)}\n`
}

export function killScript(sessionId: string): string {
  return `kill-session -t ${quoteTmux(sessionId)}\n`
}

/** Makes tmux look at its children again: 3.2 to 3.5 miss the end of some. */
export const NUDGE_SCRIPT = 'run-shell ":"\n'
