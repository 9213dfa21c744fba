import { spawnSync } from 'node:child_process'
import {
  closeSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { quote } from '../domain/shell/quote.ts'
import type { Fragment } from '../ports.ts'
import { makeFolder } from './make-folder.ts'

export interface FragmentFolders {
  /** The state folder; null: nothing is kept. */
  readonly state: string | null
  readonly configPath: string | null
  readonly version: string
  /** The CLI's own file: a fragment dies with the build that rendered it. */
  readonly program: string
}

/**
 * Fragments are what `bin/llmsel` prints without starting Node. Each is a script that tests its own
 * freshness by file times alone, since a shell can compare those without a process: the config file
 * must still have the very time that the fragment has, the program the time of its stamp, and the
 * day on which the text ends must not have come. One that cannot be made exactly so is not kept.
 */
export function keepFragment(folders: FragmentFolders, fragment: Fragment): boolean {
  const { state, configPath, version, program } = folders
  const { syntax, name, text, configChangedAtNs, until } = fragment
  if (state === null || configPath === null || !NAME.test(name)) return false
  // What shells read without the launcher is at a place that no upgrade moves.
  const root = join(state, 'env', name.startsWith('@') ? 'shared' : version)
  try {
    const folder = join(root, syntax)
    makeFolder(folder)
    if (statSync(state).uid !== process.getuid?.()) return false
    const stamp = stampOf(root, program)
    if (stamp === null) return false
    if (until !== null) markDay(root, until)
    const script = scriptOf({ configPath, program, stamp, configChangedAtNs, until }, text)
    const like = configChangedAtNs === null ? null : { path: configPath, timeNs: configChangedAtNs }
    const kept = write(join(folder, name), script, like)
    keepForFish(join(folder, `${name}.fish`), kept, { folders, fragment })
    return kept
  } catch {
    return false
  }
}

interface Truth {
  readonly configPath: string
  readonly program: string
  readonly stamp: string
  readonly configChangedAtNs: bigint | null
  readonly until: string | null
}

/** Run by a shell that has set `config`, `root`, `now` and `fragment`. */
function scriptOf(truth: Truth, text: string): string {
  const { configPath, program, stamp, configChangedAtNs, until } = truth
  const day = `"$root/until-${until}"`
  const tests = [
    `[ "$config" = ${quote('sh', configPath)} ]`,
    ...(configChangedAtNs === null
      ? ['[ ! -e "$config" ]']
      : [sameFile('"$config"', configPath), unchanged('"$config"', '"$fragment"')]),
    unchanged(quote('sh', program), quote('sh', stamp)),
    ...(until === null ? [] : [`[ -e ${day} ] && ! [ "$now" -nt ${day} ]`]),
  ]
  return `if ${tests.join(' &&\n  ')}\nthen\n  served=${quote('sh', text)}\nfi\n`
}

/** A config that fish reads and compares at each start. */
const MAX_COMPARED_BYTES = 4096

/** What fish sources by itself, or nothing where that could not be true. */
function keepForFish(
  path: string,
  kept: boolean,
  { folders, fragment }: { readonly folders: FragmentFolders; readonly fragment: Fragment },
): void {
  const { syntax, name, configChangedAtNs } = fragment
  if (syntax !== 'fish' || name !== '@default') return
  const script = kept ? fishScript(folders, fragment) : null
  const like =
    configChangedAtNs === null || folders.configPath === null
      ? null
      : { path: folders.configPath, timeNs: configChangedAtNs }
  // With the time that the config had: it still has it, so that is the content that was read.
  if (script === null || !write(path, script, like)) rmSync(path, { force: true })
}

/**
 * Run where `config` and `now`, in seconds, are set. fish's `test` compares no times: the config's
 * own text stands in it, and times are compared to the second.
 */
function fishScript({ configPath, program }: FragmentFolders, fragment: Fragment): string | null {
  const { text, until, configChangedAtNs } = fragment
  if (configPath === null) return null
  const config = configChangedAtNs === null ? null : readFileSync(configPath)
  if (config !== null && config.length > MAX_COMPARED_BYTES) return null
  const word = (value: string) => quote('fish', value)
  const same =
    config === null
      ? ['not test -e "$config"']
      : [
          'test -f "$config"',
          'read -z content <$config',
          `test "$content" = ${word(config.toString())}`,
        ]
  const tests = [
    `test "$config" = ${word(configPath)}`,
    ...same,
    `test (path mtime -- ${word(program)}) = ${Math.floor(statSync(program).mtimeMs / 1000)}`,
    ...(until === null ? [] : [`test $now -lt ${Date.parse(`${until}T00:00:00Z`) / 1000}`]),
  ]
  return `set -l content\nif ${tests.join('\n  and ')}\n  set served ${word(text)}\nend\n`
}

/** What may be part of a path; other names are served by Node. */
const NAME = /^@?[A-Za-z0-9][A-Za-z0-9._-]*$/

/** Two existing files of exactly one time, in a shell's builtins. */
function unchanged(file: string, other: string): string {
  return `[ -e ${file} ] && [ -e ${other} ] && ! [ ${file} -nt ${other} ] && ! [ ${file} -ot ${other} ]`
}

/** A link may be turned to another file of the same time: in the Nix store all have one. */
function sameFile(file: string, path: string): string {
  return `[ ${file} -ef ${quote('sh', realpathSync(path))} ]`
}

const SECOND_NS = 1_000_000_000n

interface Like {
  readonly path: string
  /** What the file's time was when its content was read. */
  readonly timeNs: bigint
}

/** Writes a file, with exactly the time of another where `like` names one. */
function write(path: string, content: string, like: Like | null): boolean {
  const draft = `${path}.${process.pid}.tmp`
  try {
    writeFileSync(draft, content, { mode: 0o600, flag: 'wx' })
    if (like !== null && !copyTime(like, draft)) return false
    renameSync(draft, path)
    return true
  } finally {
    rmSync(draft, { force: true })
  }
}

/**
 * `touch -r` copies nanoseconds, which Node's utimes cannot. False when the file has changed since,
 * or might change again within its second: not every file system and shell knows fractions of one.
 */
function copyTime({ path, timeNs }: Like, to: string): boolean {
  if ((BigInt(Date.now()) * 1_000_000n) / SECOND_NS <= timeNs / SECOND_NS) return false
  spawnSync('touch', ['-r', path, '--', to], { stdio: 'ignore' })
  return statSync(to, { bigint: true }).mtimeNs === timeNs
}

/** A file beside the fragments with the program's own time; null when it cannot be made. */
function stampOf(root: string, program: string): string | null {
  const { mtimeNs } = statSync(program, { bigint: true })
  const stamp = join(root, `built-${mtimeNs}`)
  if (exists(stamp)) return stamp
  return write(stamp, '', { path: program, timeNs: mtimeNs }) ? stamp : null
}

/** A file whose time is the beginning of a day (UTC): "not newer than it" is "before that day". */
function markDay(root: string, day: string): void {
  const path = join(root, `until-${day}`)
  if (exists(path)) return
  const draft = `${path}.${process.pid}.tmp`
  closeSync(openSync(draft, 'w', 0o600))
  const seconds = Date.parse(`${day}T00:00:00Z`) / 1000
  utimesSync(draft, seconds, seconds)
  renameSync(draft, path)
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined
}
