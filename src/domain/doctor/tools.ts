import { found, ok, type Finding } from './finding.ts'
import type { LauncherFacts, TmuxFacts } from './facts.ts'

/** As package.json's `engines` has it. */
const NODE = [20, 19] as const
const TMUX = [3, 2] as const
/** From here on tmux itself keeps a dead pane's exit status. */
const TMUX_KEEPS_STATUS = [3, 6] as const

type Version = readonly [number, number]

export function nodeFinding(version: string): Finding {
  if (atLeast(version, NODE)) return ok('node', `Node.js ${version}`)
  return found('node', 'broken', {
    message: `Node.js ${version} is too old: llmsel needs ${NODE.join('.')} or newer`,
    fix: 'install a newer Node.js: https://nodejs.org/en/download',
  })
}

export function launcherFinding({ onPath, own }: LauncherFacts): Finding {
  if (onPath === own) return ok('path', `PATH finds this llmsel: ${own}`)
  const folder = own.slice(0, own.lastIndexOf('/'))
  const fix = `export PATH='${folder.replaceAll("'", String.raw`'\''`)}':"$PATH"`
  return onPath === null
    ? found('path', 'warning', {
        message: 'PATH finds no llmsel: rc lines and completions do nothing',
        fix,
      })
    : found('path', 'warning', { message: `PATH finds another llmsel: ${onPath}, not ${own}`, fix })
}

export function tmuxFindings(tmux: TmuxFacts, managed: readonly string[]): Finding[] {
  if (tmux.version === null) {
    const message = 'tmux is not installed: there can be no sessions'
    return [found('tmux', 'broken', { message, fix: tmux.install })]
  }
  return [
    versionFinding(tmux.version, tmux.install),
    ...socketFindings(tmux.socket),
    ...updateFindings(tmux.updateEnvironment, managed),
  ]
}

function versionFinding(version: string, install: string): Finding {
  if (!atLeast(version, TMUX)) {
    const message = `${version} is too old: sessions need tmux ${TMUX.join('.')} or later`
    return found('tmux', 'broken', { message, fix: install })
  }
  if (atLeast(version, TMUX_KEEPS_STATUS)) return ok('tmux', version)
  return found('tmux', 'note', {
    message: `${version}; before 3.6 tmux loses some exit codes, so llmsel's wrapper records them`,
  })
}

function socketFindings({ path, state }: TmuxFacts['socket']): Finding[] {
  if (state !== 'stale') return []
  const message = `no tmux server answers at ${path}; the next session starts one`
  return [found('tmux-socket', 'note', { message, fix: `rm ${path}` })]
}

/** Each attach without -E would overwrite such a variable of the session, or take it away. */
function updateFindings(lines: readonly string[], managed: readonly string[]): Finding[] {
  return lines.flatMap((line) => {
    const [, option = '', name = ''] = /^(update-environment\[\d+\]) "?([^"]*)"?$/.exec(line) ?? []
    if (!managed.includes(name) && !/^(?:__)?LLMSEL_/.test(name)) return []
    return [
      found('update-environment', 'warning', {
        message: `tmux's update-environment holds ${name}: each attach changes it in the session`,
        fix: `tmux set-option -gu '${option}', and take it out of tmux.conf`,
      }),
    ]
  })
}

/** A version that says no number, such as `tmux master`, is taken for a new one. */
function atLeast(version: string, [major, minor]: Version): boolean {
  const [, first, second] = /(\d+)\.(\d+)/.exec(version) ?? []
  if (first === undefined) return true
  return Number(first) > major || (Number(first) === major && Number(second) >= minor)
}
