import { spawnSync } from 'node:child_process'
import {
  appendFileSync,
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
import { dirname, join, normalize } from 'node:path'
import { quote } from '../domain/shell/quote.ts'
import type { Fragment, Rendered } from '../domain/profiles/fragment.ts'
import type { DatedFile, ReadFile } from '../domain/sessions/noted-programs.ts'
import type { PreparedLaunch } from '../domain/sessions/prepared.ts'
import { configFile, refreshFile } from './folders.ts'
import { makeFolder } from './make-folder.ts'

export interface FragmentFolders {
  /** The state folder; null: nothing is kept. */
  readonly state: string | null
  readonly configFolder: string | null
  readonly version: string
  /** The CLI's own file: a fragment dies with the build that rendered it. */
  readonly program: string
}

/**
 * Fragments are what `bin/llmsel` prints without starting Node. Each is a script that tests its own
 * freshness by file times alone, since a shell can compare those without a process: the config file
 * must still have the very time that the fragment has, the program and the refreshed prices those of
 * their stamps, and the day on which the text ends must not have come. One that cannot be made
 * exactly so is not kept.
 */
export function keepFragment(folders: FragmentFolders, fragment: Fragment): boolean {
  const { syntax, name } = fragment
  if (!NAME.test(name)) return false
  return keep(folders, fragment, (state, files) => {
    // What shells read without the launcher is at a place that no upgrade moves.
    const root = join(state, 'env', name.startsWith('@') ? 'shared' : folders.version)
    const folder = join(root, syntax)
    makeFolder(folder)
    const tests = testsOf(root, files, fragment.until)
    const script =
      tests === null ? null : when(tests, `llmsel_served=${quote('sh', fragment.text)}`)
    const kept = script !== null && write(join(folder, name), script, likeOf(files.config))
    if (syntax === 'fish' && name === '@default') {
      const own = kept ? fishScript(files, fragment) : null
      keepForFish(join(folder, `${name}.fish`), own, files.config)
    }
    return kept
  })
}

/** The same for what starts a session; `bin/llmsel` looks for it by the words that ask for one. */
export function keepLaunch(folders: FragmentFolders, launch: PreparedLaunch): boolean {
  const { profile, cwd, askedIn, run } = launch
  if (!NAME.test(profile)) return false
  return keep(folders, launch, (state, files) => {
    const root = join(state, 'env', folders.version)
    const isPlace = normalize(askedIn) === askedIn && realpathSync(askedIn) === realpathSync(cwd)
    const place = isPlace ? askedIn : cwd
    const path = join(root, 'launch', profile, place, '@', `${run}:`)
    // Before its stamps: one of an earlier launch must not be true once more.
    rmSync(path, { force: true })
    makeRoom(root, path)
    makeFolder(dirname(path))
    const tests = testsOf(root, files, launch.until)
    const read = launch.read.map((file, index) => likeStamp(`${path}${index}`, file))
    if (tests === null || read.includes(null)) return false
    const own = [
      `[ "$llmsel_root" = ${quote('sh', root)} ]`,
      `[ . -ef ${quote('sh', cwd)} ]`,
      ...launch.read.flatMap(contentTests),
      `[ "$llmsel_profile $llmsel_run" = ${quote('sh', `${profile} ${run}`)} ]`,
    ]
    const script = when([...own, ...tests, ...read, ...launch.tests], launch.code)
    return write(path, script, likeOf(files.config))
  })
}

/** A link may be turned to another file of the same time, and such a file be put in its place. */
function contentTests({ path, shebang }: ReadFile): string[] {
  const word = quote('sh', path)
  const isSame = sameFile(word, path)
  // Of one without, whose first line may be all of it, a shell would read byte by byte.
  if (shebang === null) return [isSame]
  const line = quote('sh', `#!${shebang}`)
  return [isSame, `read -r llmsel_line <${word} && [ "$llmsel_line" = ${line} ]`]
}

/** A list of 600 or so, of 20 kB each; folders and words that are used no more would stay for ever. */
const MAX_LIST_BYTES = 1 << 16

function makeRoom(root: string, path: string): void {
  const list = join(root, 'launches')
  if ((statSync(list, { throwIfNoEntry: false })?.size ?? 0) > MAX_LIST_BYTES) {
    rmSync(join(root, 'launch'), { recursive: true, force: true })
    rmSync(list)
  }
  makeFolder(root)
  appendFileSync(list, `${path}\n`, { mode: 0o600 })
}

/** What a fragment was rendered from, and by. */
type Files = Readonly<Record<'config' | 'refreshed' | 'built', DatedFile>>

function keep(
  { state, configFolder, program }: FragmentFolders,
  { configChangedAtNs, refreshedAtNs }: Rendered,
  write: (state: string, files: Files) => boolean,
): boolean {
  if (state === null || configFolder === null) return false
  try {
    makeFolder(state)
    if (statSync(state).uid !== process.getuid?.()) return false
    return write(state, {
      config: { path: configFile(configFolder), timeNs: configChangedAtNs },
      refreshed: { path: refreshFile(configFolder), timeNs: refreshedAtNs },
      built: { path: program, timeNs: statSync(program, { bigint: true }).mtimeNs },
    })
  } catch {
    return false
  }
}

/** For a shell that has set `llmsel_config`, `_root`, `_now` and `_fragment`; null: they cannot be made. */
function testsOf(
  root: string,
  { config, refreshed, built }: Files,
  until: Rendered['until'],
): (string | null)[] | null {
  const stamps = [asStamped(root, 'built', built), asStamped(root, 'refreshed', refreshed)]
  if (stamps.includes(null)) return null
  if (until !== null) markDay(root, until)
  const day = `"$llmsel_root/until-${until}"`
  return [
    `[ "$llmsel_config" = ${quote('sh', config.path)} ]`,
    ...(config.timeNs === null
      ? ['[ ! -e "$llmsel_config" ]']
      : [
          sameFile('"$llmsel_config"', config.path),
          unchanged('"$llmsel_config"', '"$llmsel_fragment"'),
        ]),
    ...stamps,
    ...(until === null ? [] : [`[ -e ${day} ] && ! [ "$llmsel_now" -nt ${day} ]`]),
  ]
}

function when(tests: readonly (string | null)[], code: string): string {
  return `if ${tests.join(' &&\n  ')}\nthen\n  ${code}\nfi\n`
}

/** A config that fish reads and compares at each start. */
const MAX_COMPARED_BYTES = 4096

/** What fish sources by itself, or nothing where that could not be true. */
function keepForFish(path: string, script: string | null, config: DatedFile): void {
  // With the time that the config had: it still has it, so that is the content that was read.
  if (script === null || !write(path, script, likeOf(config))) rmSync(path, { force: true })
}

/**
 * Run where `config` and `now`, in seconds, are set. fish's `test` compares no times: the config's
 * own text stands in it, and times are compared to the second.
 */
function fishScript({ config, refreshed, built }: Files, { text, until }: Fragment): string | null {
  const content = config.timeNs === null ? null : readFileSync(config.path)
  if (content !== null && content.length > MAX_COMPARED_BYTES) return null
  const word = (value: string) => quote('fish', value)
  const ofSecond = ({ path, timeNs }: DatedFile) =>
    timeNs === null
      ? `not test -e ${word(path)}`
      : `test "$(path mtime -- ${word(path)})" = ${timeNs / SECOND_NS}`
  const same =
    content === null
      ? ['not test -e "$config"']
      : [
          'test -f "$config"',
          'read -z content <$config',
          `test "$content" = ${word(content.toString())}`,
        ]
  const tests = [
    `test "$config" = ${word(config.path)}`,
    ...same,
    ofSecond(built),
    ofSecond(refreshed),
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

interface Like extends DatedFile {
  readonly timeNs: bigint
}

function likeOf({ path, timeNs }: DatedFile): Like | null {
  return timeNs === null ? null : { path, timeNs }
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

/** Tests a file against one beside the fragments with its very time; null when that cannot be made. */
function asStamped(root: string, name: string, file: DatedFile): string | null {
  const stamp = join(root, `${name}-${file.timeNs}`)
  if (file.timeNs === null || !exists(stamp)) return likeStamp(stamp, file)
  return unchanged(quote('sh', file.path), quote('sh', stamp))
}

function likeStamp(stamp: string, file: DatedFile): string | null {
  const path = quote('sh', file.path)
  const like = likeOf(file)
  if (like === null) return `[ ! -e ${path} ]`
  return write(stamp, '', like) ? unchanged(path, quote('sh', stamp)) : null
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
