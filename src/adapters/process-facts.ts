import { spawnSync } from 'node:child_process'
import { readFileSync, statSync } from 'node:fs'
import { hasCode } from './file-errors.ts'

/** What tells a process from another one, and from a later one with its id. */
export interface ProcessFacts {
  readonly uid: number
  /** Compared, not read. */
  readonly started: string
  /** Its words, with spaces between them. */
  readonly command: string
}

/** Null: none has this id, or it has ended. */
export function processFacts(pid: number): ProcessFacts | null {
  return process.platform === 'linux' ? linuxFacts(pid) : psFacts(pid)
}

/** One that has ended and waits for its parent to notice does not live. */
export function isAlive(pid: number): boolean {
  if (process.platform === 'linux') return linuxFacts(pid) !== null
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !hasCode(error, 'ESRCH')
  }
}

/** proc(5): the command's name in parentheses may hold any byte, so fields count from the last one. */
function linuxFacts(pid: number): ProcessFacts | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const [state = 'Z'] = fields
    if (state === 'Z' || state === 'X') return null
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
    return { uid: statSync(`/proc/${pid}`).uid, started: fields[19] ?? '', command }
  } catch {
    return null
  }
}

function psFacts(pid: number): ProcessFacts | null {
  const words = ['-o', 'uid=,stat=,lstart=,command=', '-p', String(pid)]
  const { stdout } = spawnSync('ps', words, { encoding: 'utf8', env: { LC_ALL: 'C' } })
  const [, uid, state = 'Z', started = '', command = ''] =
    /^\s*(\d+)\s+(\S+)\s+(\S+\s+\S+\s+\S+\s+\S+\s+\S+)\s+(.*)$/m.exec(stdout ?? '') ?? []
  return uid === undefined || state.startsWith('Z') ? null : { uid: Number(uid), started, command }
}
