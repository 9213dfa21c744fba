import type { Env } from '../ports.ts'

/** With `~` for the home folder. */
export function shownPath(path: string, env: Env): string {
  const home = env['HOME'] ?? ''
  return home !== '' && path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path
}
