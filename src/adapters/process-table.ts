import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { identity, type ProcessRow } from '../domain/sessions/process-tree.ts'
import type { Processes, ProcessSelection } from '../ports.ts'
import { hasCode } from './file-errors.ts'

const POLL_MS = 20
/** For those that end by themselves, once nothing else is left: under load that takes a while. */
const PATIENCE_MS = 400
const HANGUP_AFTER_MS = 300
const KILL_AFTER_MS = 2000
const GIVE_UP_AFTER_MS = 4000

export function processes(): Processes {
  return { self: process.pid, end: endAll }
}

let lastTable: { readonly rows: readonly ProcessRow[]; readonly readAt: number } | null = null

/** Where many are restarted at once, one look serves all that wake together. */
function sharedTable(): readonly ProcessRow[] {
  const now = performance.now()
  if (lastTable === null || now - lastTable.readAt > POLL_MS / 2)
    lastTable = { rows: processTable(), readAt: now }
  return lastTable.rows
}

async function endAll(selection: ProcessSelection): Promise<void> {
  const told = new Set<string>()
  const start = Date.now()
  let lastOther = start
  for (;;) {
    const alive = selection.choose(sharedTable())
    const now = Date.now()
    if (alive.length === 0 || now - start > GIVE_UP_AFTER_MS) return
    if (alive.some(({ pid }) => !selection.waitFor.has(pid))) lastOther = now
    tell(alive, { told, selection, elapsed: now - start, alone: now - lastOther })
    await sleep(POLL_MS)
  }
}

interface Telling {
  readonly told: Set<string>
  readonly selection: ProcessSelection
  readonly elapsed: number
  /** How long only those are left that end by themselves. */
  readonly alone: number
}

/** Each signal once for each process, also for one that was forked since the last look. */
function tell(alive: readonly ProcessRow[], { told, selection, elapsed, alone }: Telling): void {
  const { waitFor, hangUp } = selection
  for (const row of alive) {
    const due: NodeJS.Signals[] = []
    if (!waitFor.has(row.pid) || alone > PATIENCE_MS) due.push('SIGTERM', 'SIGCONT')
    if (hangUp.has(row.pid) && elapsed > HANGUP_AFTER_MS) due.push('SIGHUP')
    if (elapsed > KILL_AFTER_MS) due.push('SIGKILL')
    for (const signal of due) {
      const mark = `${signal} ${identity(row)}`
      if (told.has(mark)) continue
      told.add(mark)
      send(row.pid, signal)
    }
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // Ended meanwhile, or another user's (a set-uid program): nothing more can be done about it.
    if (!hasCode(error, 'ESRCH') && !hasCode(error, 'EPERM')) throw error
  }
}

function processTable(): ProcessRow[] {
  return process.platform === 'linux' ? linuxProcesses() : psProcesses()
}

function linuxProcesses(): ProcessRow[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => linuxProcess(name) ?? [])
}

/** proc(5): the command's name in parentheses may hold any byte, so fields count from the last one. */
function linuxProcess(pid: string): ProcessRow | null {
  const stat = read(`/proc/${pid}/stat`)
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state = 'Z', parent = '0', , group = '0'] = fields
  // A zombie has ended; only its parent can take it away.
  if (stat === '' || state === 'Z' || state === 'X') return null
  return {
    pid: Number(pid),
    parent: Number(parent),
    group: Number(group),
    started: fields[19] ?? '',
    folder: sessionFolderOf(read(`/proc/${pid}/environ`)),
  }
}

function sessionFolderOf(environ: string): string | null {
  return /(?:^|\0)LLMSEL_SESSION_DIR=([^\0]*)/.exec(environ)?.[1] ?? null
}

/** Other users' processes, and those that ended meanwhile, cannot be read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function psProcesses(): ProcessRow[] {
  const columns = 'pid=,ppid=,sess=,stat=,lstart='
  const { stdout } = spawnSync('ps', ['-axo', columns], { encoding: 'utf8', env: { LC_ALL: 'C' } })
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, group = '', state = 'Z', ...started] = line.trim().split(/\s+/)
    if (parent === undefined || state.startsWith('Z')) return []
    // macOS prints the kernel's address of the session, which is no pid.
    const session = /^\d+$/.test(group) ? Number(group) : 0
    return [
      {
        pid: Number(pid),
        parent: Number(parent),
        group: session,
        started: started.join(' '),
        folder: null,
      },
    ]
  })
}
