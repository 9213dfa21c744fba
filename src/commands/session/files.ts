import { rcFiles, type TextFile } from '../../domain/sessions/rc-files.ts'
import type { Run, SessionRecord } from '../../domain/sessions/session.ts'
import type { SessionVariables } from '../../domain/sessions/variables.ts'
import { renderApply } from '../../domain/shell/apply.ts'
import type { SessionContext } from '../../ports.ts'

type Asked = Omit<SessionRecord, 'version' | 'socket' | 'set' | 'unset'>

export interface FileParts {
  readonly run: Run
  readonly record: Asked
  readonly variables: SessionVariables
}

/** Before tmux appends to it, so that nobody else may read it. */
export const NEW_LOG: TextFile = plain('log', '')

/** What a run's folder says of its model: its record, and what its wrapper and shells evaluate. */
export function sessionFiles(
  { sessions }: SessionContext,
  { run, record, variables }: FileParts,
): TextFile[] {
  const { environment, strayNames } = variables
  const { shell, launcherFolder, tmux } = sessions
  const whole: SessionRecord = {
    version: 1,
    name: record.name,
    profile: record.profile,
    model: record.model,
    work: record.work,
    run: record.run,
    args: record.args,
    cwd: record.cwd,
    startedAt: record.startedAt,
    socket: tmux.socket,
    set: environment.set,
    unset: environment.unset,
    extraEnv: record.extraEnv ?? {},
    asked: record.asked ?? record.work,
  }
  return [
    plain('session.json', `${JSON.stringify(whole, null, 2)}\n`),
    plain('env.sh', renderApply('sh', environment)),
    plain('env.fish', renderApply('fish', environment)),
    ...rcFiles({ folder: run.folder, shell, launcherFolder, strayNames }),
  ]
}

function plain(path: string, text: string): TextFile {
  return { path, text, executable: false }
}
