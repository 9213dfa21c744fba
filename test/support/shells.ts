import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

export interface ShellRun {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The shells that the suite runs for real, without the user's own files. */
export const SH_SHELLS = [
  ['dash', []],
  ['bash', ['--norc', '--noprofile']],
  ['zsh', ['-f']],
] as const

/** Runs a script in a shell with only these variables. */
export function runShell(
  [shell, flags]: readonly [string, readonly string[]],
  script: string,
  env: Readonly<Record<string, string>> = {},
): ShellRun {
  const { status, stdout, stderr } = spawnSync(shell, [...flags, '-c', script], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', ...env },
    maxBuffer: 1 << 28,
  })
  return { status, stdout, stderr }
}

export const FISH = ['fish', ['--no-config']] as const

/** Types lines at an interactive shell on a terminal of its own; returns all that it showed. */
export function typeInto(
  command: string,
  lines: readonly string[],
  env: Readonly<Record<string, string>>,
): string {
  // Its presence keeps fish from making completions of all man pages, for minutes, at its first start.
  const made = join(env['HOME'] ?? '/nonexistent', '.local/share/fish/generated_completions')
  if (command.startsWith('fish')) mkdirSync(made, { recursive: true })
  const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
    encoding: 'utf8',
    // A shell that reads keys one by one must not lose those typed before its prompt.
    input: `${lines.join('\n')}\nexit\n`,
    env: { PATH: process.env['PATH'] ?? '', TERM: 'dumb', ...env },
    timeout: 60_000,
  })
  return stdout.replaceAll('\r', '')
}
