import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isLlmselError, LlmselError } from '../domain/errors.ts'
import { diff, hasBlock, isNewFile, withBlock, withoutBlock } from '../domain/shell/rc-block.ts'
import {
  LOGIN_FILES,
  rcLines,
  readsBashrc,
  type InstallShell,
  type RcRole,
  type RcTexts,
} from '../domain/shell/rc-lines.ts'
import { quote } from '../domain/shell/quote.ts'
import type { Env, RcChange, RcFiles, RcPlan } from '../ports.ts'
import {
  findFile,
  missingFolders,
  removeFolders,
  swapFiles,
  type FoundFile,
  type Swap,
} from './file-swap.ts'
import { required } from './folders.ts'

export interface RcHost {
  readonly env: Env
  /** llmsel's state folder; null: the environment names no home. */
  readonly state: string | null
  readonly version: string
  /** The installed package's folder, absolute. */
  readonly packageFolder: string
}

export function rcFiles(host: RcHost): RcFiles {
  const { version, packageFolder } = host
  return {
    initOptions: { version, completionsFolder: join(packageFolder, 'completions') },
    install: (shell, text) => installing(placesOf(host, shell), text),
    uninstall: (shell) => uninstalling(placesOf(host, shell)),
  }
}

interface Places {
  readonly shell: InstallShell
  /** Of a home folder, by name, or the one file of zsh or fish. */
  readonly rcPaths: Readonly<Record<string, string>>
  /** What the block sources. */
  readonly script: string
  readonly scriptsFolder: string
  /** Names the folders that llmsel made, so that it removes no others. */
  readonly foldersFile: string
}

function placesOf({ env, state }: RcHost, shell: InstallShell): Places {
  const home = required(env['HOME']?.startsWith('/') === true ? env['HOME'] : null, 'HOME')
  const scriptsFolder = join(required(state, 'XDG_STATE_HOME'), 'shell')
  return {
    shell,
    rcPaths: rcPathsOf(shell, home, env),
    script: join(scriptsFolder, `init.${shell}`),
    scriptsFolder,
    foldersFile: join(scriptsFolder, 'folders.json'),
  }
}

function rcPathsOf(shell: InstallShell, home: string, env: Env): Places['rcPaths'] {
  const folder = (name: string, otherwise: string) =>
    env[name]?.startsWith('/') === true ? env[name] : otherwise
  switch (shell) {
    case 'bash':
      return Object.fromEntries(['.bashrc', ...LOGIN_FILES].map((name) => [name, join(home, name)]))
    case 'zsh':
      return { '.zshrc': join(folder('ZDOTDIR', home), '.zshrc') }
    case 'fish':
      // A file of our own that fish reads by itself, and config.fish after it.
      return {
        'llmsel.fish': join(
          folder('XDG_CONFIG_HOME', join(home, '.config')),
          'fish/conf.d/llmsel.fish',
        ),
      }
  }
}

interface RcFile {
  readonly name: string
  readonly path: string
  readonly found: FoundFile | null
  readonly text: string | null
  /** Without our block. */
  readonly own: string | null
}

function readAll({ rcPaths }: Places, hint: (name: string, path: string) => string): RcFile[] {
  return Object.entries(rcPaths).map(([name, path]) => {
    const found = findFile({ path, hint: hint(name, path) })
    const text = found?.bytes.toString('latin1') ?? null
    try {
      return { name, path, found, text, own: withoutBlock(text) }
    } catch (cause) {
      if (!isLlmselError(cause)) throw cause
      const { code, message } = cause
      throw new LlmselError(code, `${path}: ${message}`, { hint: cause.hint ?? '', cause })
    }
  })
}

function installing(places: Places, text: string): RcPlan {
  const { shell, script } = places
  const all = readAll(places, (name, path) => byHand(places, path, roleOf(name, null)))
  const wanted = wantedFiles(shell, all)
  const edits = all
    .filter((file) => wanted.has(file.name) || hasBlock(file.text))
    .map((file): Swap => {
      const role = roleOf(file.name, file.text)
      const after = withBlock(file.text, blockLines(places, role))
      return {
        path: file.path,
        found: file.found,
        after: Buffer.from(after, 'latin1'),
        backup: file.found === null || exists(backupOf(file.path)) ? null : backupOf(file.path),
        mode: 0o644,
        hint: byHand(places, file.path, role),
      }
    })
  const scriptSwap = scriptWith(places, text, edits[0]?.path ?? '')
  const swaps = [scriptSwap, ...edits].filter(isChange)
  const folders = [...new Set(swaps.flatMap(({ path }) => missingFolders(path)))]
  return {
    files: edits.map((swap) => described(swap, swap.backup ?? existing(backupOf(swap.path)))),
    script: { path: script, changed: isChange(scriptSwap) },
    carryOut: () => swapFiles([...swaps, ...withFolders(places, folders)]),
  }
}

function wantedFiles(shell: InstallShell, files: readonly RcFile[]): Set<string> {
  if (shell !== 'bash') return new Set(files.map(({ name }) => name))
  const texts: RcTexts = Object.fromEntries(files.map(({ name, own }) => [name, own]))
  const present = new Set(files.filter(({ text }) => text !== null).map(({ name }) => name))
  const login = LOGIN_FILES.find((name) => present.has(name)) ?? LOGIN_FILES[0]
  return new Set(['.bashrc', ...(readsBashrc(texts, login) ? [] : [login])])
}

function roleOf(name: string, text: string | null): RcRole {
  if (name === '.profile') return 'profile'
  return name === '.bash_profile' && isNewFile(text) ? 'own-bash-profile' : 'rc'
}

/** The block's lines as bytes, one char each. */
function blockLines({ shell, script }: Places, role: RcRole): string[] {
  return rcLines(shell, script, role).map((line) => Buffer.from(line).toString('latin1'))
}

function byHand(places: Places, path: string, role: RcRole): string {
  const { shell, script, scriptsFolder } = places
  const word = (text: string) => quote(shell === 'fish' ? 'fish' : 'sh', text)
  const block = decoded(withBlock('', blockLines(places, role)))
  return `nothing was changed; by hand, run
  mkdir -p ${word(scriptsFolder)}; llmsel init ${shell} >${word(script)}
and add these lines to ${path}:
${block.replaceAll(/^/gm, '  ').trimEnd()}`
}

const EVALUATED: Readonly<Record<InstallShell, string>> = {
  bash: 'eval "$(llmsel init bash)"',
  zsh: 'eval "$(llmsel init zsh)"',
  fish: 'llmsel init fish | source',
}

function scriptWith({ shell, script }: Places, text: string, rcPath: string): Swap {
  const hint = `nothing was changed; add this line to ${rcPath} instead: ${EVALUATED[shell]}`
  const found = findFile({ path: script, hint })
  return ownFile(script, { found, text, hint })
}

/** Of llmsel's own files, which are private. */
function ownFile(
  path: string,
  { found, text, hint }: { found: FoundFile | null; text: string | null; hint: string },
): Swap {
  return {
    path,
    found: found === null ? null : { ...found, mode: 0o600 },
    after: text === null ? null : Buffer.from(text),
    backup: null,
    mode: 0o600,
    hint,
  }
}

function uninstalling(places: Places): RcPlan {
  const { script, scriptsFolder, foldersFile } = places
  const hint = (_: string, path: string) =>
    `nothing was changed; take the lines between llmsel's markers out of ${path} by hand`
  const edits = readAll(places, hint)
    .map(({ name, path, found, own }): Swap => {
      // A file that has become a link since belongs to someone who keeps it elsewhere.
      const rest = own === null && found?.isLink === true ? '' : own
      const after = rest === null ? null : Buffer.from(rest, 'latin1')
      return { path, found, after, backup: null, mode: 0o644, hint: hint(name, path) }
    })
    .filter(isChange)
  const backups = edits.flatMap(({ path, after }) => needlessBackup(backupOf(path), after))
  const others = entries(scriptsFolder).filter(
    (name) => ![script, foldersFile].includes(join(scriptsFolder, name)),
  )
  const ownPaths = others.length === 0 ? [script, foldersFile] : [script]
  const swaps = [...edits, ...backups, ...ownPaths.map(removal)].filter(isChange)
  const folders = madeFolders(foldersFile)
  const gone = new Set(backups.map(({ path }) => path))
  return {
    files: edits.map((swap) => {
      const backup = existing(backupOf(swap.path))
      return described(swap, backup !== null && gone.has(backup) ? null : backup)
    }),
    script: { path: script, changed: swaps.some(({ path }) => path === script) },
    carryOut: () => {
      swapFiles(swaps)
      removeFolders(folders)
    },
  }
}

function removal(path: string): Swap {
  const hint = `nothing was changed; remove ${path} by hand`
  return ownFile(path, { found: findFile({ path, hint }), text: null, hint })
}

/** One that says no more than the file itself. */
function needlessBackup(path: string, file: Buffer | null): Swap[] {
  // What else may bear the name is not llmsel's.
  if (file === null || lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return []
  const swap = removal(path)
  return swap.found?.bytes.equals(file) === true ? [swap] : []
}

function withFolders({ foldersFile }: Places, folders: readonly string[]): Swap[] {
  if (folders.length === 0) return []
  const all = [...new Set([...madeFolders(foldersFile), ...folders])]
  const hint = `nothing was changed; remove ${foldersFile} and run this again`
  const found = findFile({ path: foldersFile, hint })
  return [ownFile(foldersFile, { found, text: `${JSON.stringify(all)}\n`, hint })]
}

/** Written by llmsel only, so another shape counts as none. */
function madeFolders(foldersFile: string): string[] {
  try {
    const folders: unknown = JSON.parse(readFileSync(foldersFile, 'utf8'))
    return Array.isArray(folders) ? folders.filter((each) => typeof each === 'string') : []
  } catch {
    return []
  }
}

function described({ path, found, after }: Swap, backup: string | null): RcChange {
  const [from, to] = [found?.bytes ?? null, after].map((bytes) => bytes?.toString('latin1') ?? null)
  const change = from === to ? 'none' : from === null ? 'made' : to === null ? 'removed' : 'changed'
  const bytes = diff(Buffer.from(path).toString('latin1'), from ?? null, to ?? null)
  return { path, change, backup, diff: decoded(bytes) }
}

function decoded(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString()
}

function isChange({ found, after }: Swap): boolean {
  return after === null ? found !== null : found?.bytes.equals(after) !== true
}

function backupOf(path: string): string {
  return `${path}.llmsel-backup`
}

function existing(path: string): string | null {
  return exists(path) ? path : null
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
