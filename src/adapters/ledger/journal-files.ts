import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { hasCode } from '../file-errors.ts'

/** A writer begins a new file after a pause of half of it, so no older one is written to any more. */
export const ABANDONED_AFTER_MS = 3_600_000

export interface JournalFile {
  readonly path: string
  /** Of one opening of the journal; the names of its files begin with it. */
  readonly owner: string
  /** In the order in which they were begun. */
  readonly number: number
}

/** Another format gets another number, and each version leaves the others' files alone. */
const NAME = /^([0-9a-f]{8})-(\d+)-(\d*)-([0-9a-f]{8})\.(\d+)\.v1$/

/** Tells this machine, process and opening from every other. */
export function newOwner(): string {
  return `${place()}-${process.pid}-${bornAt(process.pid)}-${randomBytes(4).toString('hex')}`
}

export function journalPath(folder: string, owner: string, number: number): string {
  return join(folder, `${owner}.${number}.v1`)
}

/** By owner, each owner's in order. None where there is no folder. */
export function journalFiles(folder: string): JournalFile[] {
  return namesIn(folder)
    .flatMap((name) => {
      const [, machine = '', pid = '', born = '', random = '', number] = NAME.exec(name) ?? []
      const owner = `${machine}-${pid}-${born}-${random}`
      return number === undefined ? [] : [{ path: join(folder, name), owner, number: +number }]
    })
    .toSorted((a, b) => (a.owner === b.owner ? a.number - b.number : a.owner < b.owner ? -1 : 1))
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    // No such folder, or a file in its way: then nothing was ever written there.
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return []
    throw error
  }
}

/** Nobody will write to it any more: its process has ended, or it is abandoned. */
export function isFinished({ path, owner }: JournalFile): boolean {
  const [machine, pid = '', born = ''] = owner.split('-')
  if (machine === place() && !isAlive(Number(pid), born)) return true
  const stat = statSync(path, { throwIfNoEntry: false })
  return stat === undefined || Date.now() - stat.mtimeMs > ABANDONED_AFTER_MS
}

/** A pid is used again, so its process must also be as old as it was. */
function isAlive(pid: number, born: string): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false
  }
  return bornAt(pid) === born
}

/** In ticks since the machine started, as proc(5) has it; empty where there is no /proc. */
function bornAt(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** A container has pids of its own, and may share the folder. */
function place(): string {
  let pids = ''
  try {
    pids = readlinkSync('/proc/self/ns/pid')
  } catch {
    // No Linux.
  }
  return createHash('sha256').update(`${hostname()} ${pids}`).digest('hex').slice(0, 8)
}
