import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import { dirname, join, resolve } from 'node:path'
import { nodeForTests } from './node.ts'

export const ROOT = resolve(import.meta.dirname, '../..')
export const LAUNCHER = join(ROOT, 'bin/llmsel')

/** The environment of a fresh machine: a home, the launcher and Node on PATH, nothing inherited. */
export function freshEnv(home: string): Record<string, string> {
  return {
    HOME: home,
    PATH: [join(ROOT, 'bin'), dirname(nodeForTests()), '/usr/local/bin', '/usr/bin', '/bin'].join(
      ':',
    ),
    TZ: 'UTC',
    LANG: 'C.UTF-8',
    NO_COLOR: '1',
    TERM: 'dumb',
    // Those that want one say so: it would outlive the test.
    LLMSEL_GATEWAY_AUTOSTART: 'false',
  }
}

/** Runs the built launcher. */
export function llmsel(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  options: { readonly launcher?: string; readonly cwd?: string } = {},
): SpawnSyncReturns<string> {
  const { launcher = LAUNCHER, cwd } = options
  return spawnSync(launcher, words, { env, cwd, encoding: 'utf8', maxBuffer: 1 << 28 })
}
