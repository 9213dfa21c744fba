import { spawnSync } from 'node:child_process'
import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import type { FileFacts, Programs } from '../domain/sessions/worker.ts'
import { hasCode } from './file-errors.ts'

/** Linux reads no more of a shebang. */
const SHEBANG_BYTES = 256

export function programs(path: string): Programs {
  return { inspect, which: (command) => which(command, path), nodeRunsTypeScript }
}

function inspect(path: string): FileFacts {
  const nothing = { executable: false, shebang: null }
  try {
    const stat = statSync(path)
    if (stat.isDirectory()) return { kind: 'directory', ...nothing }
    if (!stat.isFile()) return { kind: 'missing', ...nothing }
    const executable = isExecutable(path)
    return { kind: 'file', executable, shebang: executable ? tryShebang(path) : shebangOf(path) }
  } catch (error) {
    return { kind: hasCode(error, 'EACCES') ? 'unreadable' : 'missing', ...nothing }
  }
}

export function isExecutable(path: string): boolean {
  try {
    // For root, access() says yes to directories and to files with any run bit.
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** A binary that may be run but not read is fine. */
function tryShebang(path: string): string | null {
  try {
    return shebangOf(path)
  } catch {
    return null
  }
}

function shebangOf(path: string): string | null {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(SHEBANG_BYTES)
    const size = readSync(file, buffer, 0, SHEBANG_BYTES, 0)
    const [first = ''] = buffer.toString('utf8', 0, size).split('\n')
    return first.startsWith('#!') ? first.slice(2).trim() : null
  } finally {
    closeSync(file)
  }
}

function which(command: string, path: string): string | null {
  const candidates = path.split(':').map((folder) => resolve(folder, command))
  return candidates.find(isExecutable) ?? null
}

function nodeRunsTypeScript(node: string): boolean {
  const version =
    realpathSync(node) === realpathSync(process.execPath)
      ? process.version
      : spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout
  const [, major = '0', minor = '0'] = /^v(\d+)\.(\d+)/.exec(version) ?? []
  return Number(major) > 22 || (Number(major) === 22 && Number(minor) >= 18)
}

/** `SHELL` where it is a shell that can be started. */
export function interactiveShell(shell: string | undefined): string {
  const usable = shell?.startsWith('/') === true && !/\/(?:false|nologin)$/.test(shell)
  return usable && isExecutable(shell) ? shell : join('/bin', 'sh')
}
