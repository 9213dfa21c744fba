import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { makeFolder } from './make-folder.ts'

/** What another Node or a writer that was killed has left is removed when it is so old. */
const FORGET_AFTER_MS = 30 * 24 * 60 * 60 * 1000

export interface Bundles {
  /** The folder of `dist/cli`. */
  readonly folder: string
  /** llmsel's state folder; null: nothing is kept. */
  readonly state: string | null
  /** For Node's own modules. */
  readonly require: NodeJS.Require
}

interface Bundle {
  readonly name: string
  readonly source: string
  readonly script: Script
  /** It had to be compiled. */
  readonly isNew: boolean
}

type Module = { exports: unknown }
type Body = (module: Module, require: unknown, __filename: string, __dirname: string) => void

/**
 * Loads llmsel's own bundles with the code that V8 made of them in an earlier run, which saves a
 * command 4 to 6 ms of compiling. Where one has none yet, the code of all is kept as this process
 * exits: with that of the functions that it called, added to those that were kept before. But only
 * for somebody who uses llmsel: a first look at it, a dry run or `doctor` leaves nothing behind.
 *
 * A file that is kept is SOURCE CODE CODE: the whole source, since V8 itself compares only lengths
 * and an upgrade must never meet the code of another build; the code twice, since V8 crashes on
 * what is damaged and reading it twice costs less than any checksum. The code of another V8, or of
 * one with other flags, V8 refuses.
 */
export function bundleLoader({ folder, state, require }: Bundles): (name: string) => unknown {
  const kept = state === null ? null : join(state, 'code', `${process.version}-${process.arch}`)
  const modules = new Map<string, Module>()
  const bundles: Bundle[] = []
  const readOwn = ownReader()
  if (state !== null && kept !== null) {
    process.once('exit', () => {
      if (bundles.some(({ isNew }) => isNew)) keep(state, kept, bundles)
    })
  }
  return load

  function load(name: string): unknown {
    if (!name.startsWith('./')) return require(name)
    const loaded = modules.get(name)
    if (loaded !== undefined) return loaded.exports
    const module = { exports: {} }
    modules.set(name, module)
    const path = join(folder, name)
    body(name, path)(module, load, path, folder)
    return module.exports
  }

  function body(name: string, path: string): Body {
    // ASCII by the build, which Node reads as a string at once.
    const source = readFileSync(path, 'utf8')
    const cachedData = kept === null ? undefined : keptCode(readOwn(join(kept, name)), source)
    const script = new Script(source, { filename: path, cachedData })
    const isNew = cachedData === undefined || script.cachedDataRejected === true
    bundles.push({ name, source, script, isNew })
    // The build has made each bundle one.
    return script.runInThisContext() as Body
  }
}

/** Undefined: there is none that is whole, of this very source, and this user's alone to write. */
function keptCode(bytes: Buffer | null, source: string): Buffer | undefined {
  if (bytes?.subarray(0, source.length).equals(Buffer.from(source, 'latin1')) !== true)
    return undefined
  const middle = (source.length + bytes.length) / 2
  const code = bytes.subarray(source.length, middle)
  return code.equals(bytes.subarray(middle)) ? code : undefined
}

/**
 * Reads one file after the other into the same memory, since V8 takes what it is given at once, and
 * each page that is new to a process costs it a microsecond.
 */
function ownReader(): (path: string) => Buffer | null {
  let room = Buffer.allocUnsafeSlow(512 * 1024)
  return (path) => {
    try {
      // Of what is no file, a FIFO would wait for a writer.
      const handle = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
      try {
        const stat = fstatSync(handle)
        const isOwn = stat.uid === process.getuid?.() && (stat.mode & 0o022) === 0
        if (!isOwn || !stat.isFile()) return null
        if (stat.size > room.length) room = Buffer.allocUnsafeSlow(stat.size)
        return room.subarray(0, readSync(handle, room, 0, stat.size, 0))
      } finally {
        closeSync(handle)
      }
    } catch {
      return null
    }
  }
}

/** As far as it goes: a start without it only takes longer. */
function keep(state: string, folder: string, bundles: readonly Bundle[]): void {
  try {
    if (!isInUse(state)) return
    makeFolder(folder)
    tidy(folder)
    for (const bundle of bundles) keepOne(folder, bundle)
  } catch {
    // A full or read-only disk, or something else in the place of a folder.
  }
}

/** So that whoever reads it at this moment has the whole file of before, or of now. */
function keepOne(folder: string, { name, source, script }: Bundle): void {
  const draft = join(folder, `${name}.${process.pid}-${process.hrtime.bigint()}`)
  try {
    writeFileSync(draft, '', { mode: 0o600, flag: 'wx' })
    const code = script.createCachedData()
    writeFileSync(draft, Buffer.concat([Buffer.from(source, 'latin1'), code, code]))
    renameSync(draft, join(folder, name))
  } finally {
    rmSync(draft, { force: true })
  }
}

/** By this very user, who may be root under another's HOME. */
function isInUse(state: string): boolean {
  return ['env', 'sessions'].some((name) => {
    const stat = statSync(join(state, name), { throwIfNoEntry: false })
    return stat !== undefined && stat.uid === process.getuid?.()
  })
}

function tidy(folder: string): void {
  const others = pathsIn(dirname(folder)).filter((path) => path !== folder)
  const drafts = pathsIn(folder).filter((path) => !path.endsWith('.cjs'))
  for (const path of [...others, ...drafts]) {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined || Date.now() - stat.mtimeMs < FORGET_AFTER_MS) continue
    rmSync(path, { recursive: true, force: true })
  }
}

function pathsIn(folder: string): string[] {
  return readdirSync(folder).map((name) => join(folder, name))
}
