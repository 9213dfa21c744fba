import type { Origin } from '../domain/profiles/choice.ts'

export function originText(origin: Origin): string {
  switch (origin.kind) {
    case 'shell':
      return 'this shell'
    case 'session':
      return `tmux session ${origin.name}`
    case 'project':
      return `project ${origin.file}:${origin.line}`
    case 'user':
      return 'user config'
    case 'rc':
      return origin.file === null ? 'rc default' : `rc default ${origin.file}`
  }
}

/** Without the name or the file. */
export function originKind(origin: Origin): string {
  switch (origin.kind) {
    case 'session':
      return 'tmux session'
    case 'project':
      return 'project'
    case 'rc':
      return 'rc default'
    case 'shell':
    case 'user':
      return originText(origin)
  }
}
