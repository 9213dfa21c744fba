import { quote } from '../shell/quote.ts'
import type { FileFacts, Programs } from './worker.ts'

/** A file with the time that it had before it was read, in ns since 1970; null: it was not there. */
export interface DatedFile {
  readonly path: string
  readonly timeNs: bigint | null
}

export interface ReadFile extends DatedFile {
  /** What follows `#!` in its first line; null: it has none. */
  readonly shebang: string | null
}

/** What was asked about this machine, for a shell that is to find out whether the answers still hold. */
export interface NotedPrograms extends Programs {
  /** As sh has them, without a process; null: some answer cannot be tested so. */
  tests(): readonly string[] | null
  /** Those whose first line decided something: they must be as they were. */
  read(): readonly ReadFile[]
}

interface Noting {
  readonly programs: Programs
  /** In which `programs` looks. */
  readonly path: string
  readonly timeNs: (path: string) => bigint | null
}

export function notedPrograms({ programs, path, timeNs }: Noting): NotedPrograms {
  const tests = new Set<string>()
  const read = new Map<string, ReadFile>()
  let isTestable = true
  return {
    inspect: (file) => {
      const before = timeNs(file)
      const facts = programs.inspect(file)
      return noted(facts, file, {
        test: (text) => tests.add(text),
        read: () => read.set(file, { path: file, timeNs: before, shebang: facts.shebang }),
      })
    },
    which: (command) => {
      const found = programs.which(command)
      const folders = path.split(':')
      // Another one is relative, or has another name in the answer.
      if (folders.some((folder) => !/^\/(?!.*\/(?:\.{0,2}\/|\.{1,2}$))/.test(folder)))
        isTestable = false
      for (const folder of folders) {
        const file = `${folder.replace(/\/+$/, '')}/${command}`
        const isIt = file === found
        tests.add(runnableTest(file, isIt))
        if (isIt) break
      }
      return found
    },
    nodeRunsTypeScript: (node) => {
      isTestable = false
      return programs.nodeRunsTypeScript(node)
    },
    tests: () => (isTestable ? [...tests] : null),
    read: () => [...read.values()],
  }
}

function runnableTest(path: string, isRunnable: boolean): string {
  const word = quote('sh', path)
  const test = `[ -f ${word} ] && [ -x ${word} ]`
  return isRunnable ? test : `! { ${test}; }`
}

interface Notes {
  readonly test: (text: string) => void
  readonly read: () => void
}

/** Only what is looked at is noted. */
function noted(facts: FileFacts, path: string, { test, read }: Notes): FileFacts {
  const word = quote('sh', path)
  return {
    get kind() {
      if (facts.kind === 'missing') test(`[ ! -e ${word} ]`)
      else test(`[ -${facts.kind === 'directory' ? 'd' : 'f'} ${word} ]`)
      return facts.kind
    },
    get executable() {
      test(runnableTest(path, facts.executable))
      return facts.executable
    },
    get shebang() {
      if (facts.kind === 'file') read()
      else test(`[ ! -f ${word} ]`)
      return facts.shebang
    },
  }
}
