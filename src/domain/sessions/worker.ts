import { LlmselError } from '../errors.ts'

/** What is known of a path. */
export interface FileFacts {
  readonly kind: 'missing' | 'file' | 'directory' | 'unreadable'
  readonly executable: boolean
  /** The first line's text after `#!`, trimmed; null: there is none. */
  readonly shebang: string | null
}

export interface Programs {
  /** `path` is absolute. */
  inspect(path: string): FileFacts
  /** The absolute path of a command on the worker's PATH. */
  which(command: string): string | null
  /** This Node runs TypeScript files as they are (22.18 and later). */
  nodeRunsTypeScript(node: string): boolean
}

export interface WorkerRequest {
  readonly run: string
  readonly args: readonly string[]
  /** The session's, absolute. */
  readonly cwd: string
  /** The shell's in which llmsel was called, absolute. */
  readonly callerCwd: string
}

/** The interpreters of a kind of file, the first one on PATH is taken. */
const INTERPRETERS: Readonly<Record<string, readonly string[]>> = {
  py: ['python3', 'python'],
  js: ['node'],
  mjs: ['node'],
  cjs: ['node'],
  ts: ['tsx', 'bun', 'deno', 'node'],
  mts: ['tsx', 'bun', 'deno', 'node'],
  cts: ['tsx', 'bun', 'deno', 'node'],
  sh: ['sh'],
  bash: ['bash'],
  zsh: ['zsh'],
  fish: ['fish'],
  rb: ['ruby'],
  pl: ['perl'],
  php: ['php'],
  lua: ['lua'],
  r: ['Rscript'],
  jl: ['julia'],
  ps1: ['pwsh'],
}

const SHELL_CHARACTER = /[\s$`"'*?[\](){}<>|&;~!#\\=]/

/**
 * The argv of what `--run` means: a file is run by what its shebang or its extension says, anything
 * else is a shell command.
 * @throws LlmselError `not-found` or `tool-missing` before anything has been created.
 */
export function resolveWorker(request: WorkerRequest, programs: Programs): readonly string[] {
  const { run, args } = request
  if (run.trim() === '') throw new LlmselError('usage', '--run needs a file or a command')
  const found = findFile(request, programs)
  if (found !== null) return [...fileCommand(found, request, programs), ...args]
  if (looksLikePath(run)) throw missingFile(request)
  return args.length === 0
    ? ['/bin/sh', '-c', run]
    : ['/bin/sh', '-c', `${run} "$@"`, 'llmsel', ...args]
}

/**
 * The program given after `--` without a `--run`: nothing interprets its arguments. A path is one
 * from `cwd`, the session's.
 * @throws LlmselError `not-found` or `tool-missing` before anything has been created.
 */
export function resolveProgram(
  argv: readonly string[],
  cwd: string,
  programs: Programs,
): readonly string[] {
  const [command = '', ...args] = argv
  if (command.includes('/')) {
    const { executable } = programs.inspect(command.startsWith('/') ? command : `${cwd}/${command}`)
    if (executable) return argv
    throw new LlmselError('not-found', `no program that can be run: ${command}`, {
      hint: 'after -- comes a program; a script or a shell command: --run COMMAND',
    })
  }
  const path = programs.which(command)
  if (path === null) throw missingProgram(command, `the worker`)
  return [path, ...args]
}

interface FoundFile {
  readonly path: string
  readonly facts: FileFacts
}

function findFile({ run, cwd, callerCwd }: WorkerRequest, programs: Programs): FoundFile | null {
  for (const base of run.startsWith('/') ? [''] : [`${cwd}/`, `${callerCwd}/`]) {
    const path = `${base}${run.replace(/^(?:\.\/+)+/, '')}`
    const facts = programs.inspect(path)
    if (facts.kind === 'unreadable') {
      throw new LlmselError('io', `cannot read the worker file ${path}`)
    }
    if (facts.kind === 'directory' && run.includes('/')) {
      throw new LlmselError('not-found', `the worker is a directory: ${path}`)
    }
    // A bare word such as `make` is a command, unless a file of that name can be run.
    const isWorker = run.includes('/') || extensionOf(run) in INTERPRETERS || facts.executable
    if (facts.kind === 'file' && (isWorker || facts.shebang !== null)) return { path, facts }
  }
  return null
}

function looksLikePath(run: string): boolean {
  return !SHELL_CHARACTER.test(run) && (run.includes('/') || extensionOf(run) in INTERPRETERS)
}

function extensionOf(path: string): string {
  return /[^/]\.([A-Za-z0-9]+)$/.exec(path)?.[1]?.toLowerCase() ?? ''
}

function fileCommand(found: FoundFile, request: WorkerRequest, programs: Programs): string[] {
  const { path, facts } = found
  if (facts.shebang !== null) {
    const interpreter = shebangCommand(facts.shebang, path, programs)
    if (facts.executable) return [path]
    if (!(extensionOf(path) in INTERPRETERS) || extensionOf(path) === 'sh')
      return [...interpreter, path]
  }
  const names = INTERPRETERS[extensionOf(path)]
  if (names !== undefined) return [...interpreterOf(names, found.path, request, programs), path]
  if (facts.executable) return [path]
  throw new LlmselError('not-found', `cannot tell what runs ${path}`, {
    hint: `name its interpreter (--run 'PROGRAM ${request.run}'), or: chmod +x ${path}`,
  })
}

/** `/usr/bin/env NAME …` and plain paths; checked, since the kernel's own complaint names the script. */
function shebangCommand(shebang: string, path: string, programs: Programs): string[] {
  const words = shebang.split(/\s+/)
  const [interpreter = '', ...rest] = words
  if (!interpreter.endsWith('/env')) {
    if (programs.inspect(interpreter).kind === 'file') return words
    throw missingProgram(interpreter, path)
  }
  const start = rest.findIndex((word) => !word.startsWith('-') && !word.includes('='))
  const name = rest[start] ?? ''
  const program = name.includes('/') ? name : programs.which(name)
  if (program === null) throw missingProgram(name, path)
  return [program, ...rest.slice(start + 1)]
}

function interpreterOf(
  names: readonly string[],
  path: string,
  request: WorkerRequest,
  programs: Programs,
): string[] {
  const own = projectInterpreter(names, path, request, programs)
  if (own !== null) return [own]
  for (const name of names) {
    const program = programs.which(name)
    if (program === null) continue
    if (name === 'deno') return [program, 'run', '--allow-all']
    const isNodeForTypeScript = name === 'node' && names.length > 1
    if (!isNodeForTypeScript || programs.nodeRunsTypeScript(program)) return [program]
  }
  throw missingProgram(names.length > 2 ? 'tsx, bun, deno or Node 22.18' : (names[0] ?? ''), path)
}

/** The project's own `.venv` or `node_modules`, nearest first, from the file up to the session's folder. */
function projectInterpreter(
  names: readonly string[],
  path: string,
  { cwd }: WorkerRequest,
  programs: Programs,
): string | null {
  const places: Readonly<Record<string, string>> = {
    python3: '.venv/bin/python',
    tsx: 'node_modules/.bin/tsx',
  }
  const place = places[names[0] ?? '']
  if (place === undefined) return null
  const candidates = foldersUpTo(path, cwd).map((folder) => `${folder}/${place}`)
  return candidates.find((candidate) => programs.inspect(candidate).executable) ?? null
}

function foldersUpTo(path: string, top: string): string[] {
  const folders = []
  let folder = path.slice(0, path.lastIndexOf('/'))
  while (folder.startsWith(`${top}/`)) {
    folders.push(folder)
    folder = folder.slice(0, folder.lastIndexOf('/'))
  }
  return [...folders, ...(folder === top ? [] : [folder]), top]
}

function missingFile({ run, cwd }: WorkerRequest): LlmselError {
  return new LlmselError('not-found', `missing worker file: ${run}`, {
    hint: `looked in ${cwd}; a shell command contains a space or no "/": --run 'make crawl'`,
  })
}

function missingProgram(program: string, path: string): LlmselError {
  return new LlmselError('tool-missing', `${program} is not installed; it runs ${path}`, {
    hint: `install ${program}, or put its folder on PATH`,
  })
}
