import { existsSync, readdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import type { LogoutFacts } from '../domain/doctor/facts.ts'
import { readBounded } from './bounded-file.ts'

const MAX_BYTES = 1 << 16
/** logind.conf(5): the later ones override files of the same name in those before. */
const FOLDERS = ['usr/lib', 'usr/local/lib', 'run', 'etc'].map((folder) => `${folder}/systemd`)

/** Null: systemd does not run this machine. `root` is where its files are. */
export function logoutFacts(root = '/'): LogoutFacts | null {
  if (!existsSync(join(root, 'run/systemd/system'))) return null
  const user = userInfo().username
  return {
    files: configPaths(root).flatMap((path) => {
      const content = readBounded(path, MAX_BYTES)
      return content?.kind === 'text' ? [{ path, text: content.text }] : []
    }),
    user,
    lingers: existsSync(join(root, 'var/lib/systemd/linger', user)),
  }
}

/** The file itself and then what is dropped in beside it, in the order in which they are read. */
function configPaths(root: string): string[] {
  const main = FOLDERS.map((folder) => join(root, folder, 'logind.conf')).findLast(existsSync)
  const dropped = new Map<string, string>()
  for (const folder of FOLDERS.map((each) => join(root, each, 'logind.conf.d'))) {
    for (const name of namesIn(folder))
      if (name.endsWith('.conf')) dropped.set(name, join(folder, name))
  }
  const names = [...dropped.keys()].toSorted((a, b) => (a < b ? -1 : 1))
  return [
    ...(main === undefined ? [] : [main]),
    ...names.flatMap((name) => dropped.get(name) ?? []),
  ]
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
