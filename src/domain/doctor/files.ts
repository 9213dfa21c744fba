import { found, ok, type Finding } from './finding.ts'
import type { FileFacts } from './facts.ts'

export interface ConfigProblem {
  readonly message: string
  readonly fix: string | null
}

export function fileFindings(files: FileFacts, problem: ConfigProblem | null): Finding[] {
  return [
    configFinding(files.config, problem),
    ...permissionFindings(files.config),
    stateFinding(files.state),
    fragmentFinding(files.oldFragments),
  ]
}

function configFinding(config: FileFacts['config'], problem: ConfigProblem | null): Finding {
  if (problem !== null) return found('config', 'broken', problem)
  return ok(
    'config',
    config === null ? 'no config file: nothing is set' : `${config.path} is valid`,
  )
}

function permissionFindings(config: FileFacts['config']): Finding[] {
  if (config === null) return []
  const { path, mode, mine } = config
  const octal = mode.toString(8).padStart(4, '0')
  if (!mine) {
    const fix = `sudo chown "$(id -u)" ${path}`
    return [found('permissions', 'broken', { message: `${path} belongs to another user`, fix })]
  }
  if ((mode & 0o077) === 0) return [ok('permissions', `${path} is private (${octal})`)]
  const others = (mode & 0o022) === 0 ? 'read' : 'change'
  return [
    found('permissions', 'warning', {
      message: `others can ${others} ${path} (${octal})`,
      fix: `chmod 600 ${path}`,
      repair: { kind: 'private', path },
    }),
  ]
}

function stateFinding(state: FileFacts['state']): Finding {
  if (state === null) {
    const fix = 'export HOME=…, or XDG_STATE_HOME'
    return found('state', 'broken', { message: 'HOME is not set: nothing can be kept', fix })
  }
  if (state.writable) return ok('state', `${state.path} can be written`)
  return found('state', 'broken', {
    message: `${state.path} cannot be written: no sessions, and every shell waits for Node.js`,
    fix: `chmod u+rwx ${state.path}`,
  })
}

function fragmentFinding(paths: readonly string[]): Finding {
  if (paths.length === 0) return ok('fragments', 'nothing of another version is left behind')
  return found('fragments', 'note', {
    message: `other versions of llmsel left behind: ${paths.join(', ')}`,
    fix: 'llmsel doctor --fix',
    repair: { kind: 'remove-fragments', paths },
  })
}
