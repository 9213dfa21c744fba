import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { bundled, ledgerScript } from './ledger-script.ts'
import type { WriterOptions } from './ledger-writer.ts'

export interface Writer {
  readonly pid: number
  /** What it has said so far. */
  readonly said: readonly string[]
  /** Once it has said so many lines, or ended. */
  lines(count: number): Promise<void>
  /** Once it has written everything. */
  done(): Promise<void>
  /** Lets it close its ledger; gives its exit code. */
  close(): Promise<number | null>
  /** At once and for good, in the middle of whatever it does. */
  kill(): Promise<void>
}

/** `under`: a command that the process is started by. */
export function startWriter(
  options: Omit<WriterOptions, 'script' | 'url'> & { readonly url?: string },
  under: readonly string[] = [],
): Writer {
  const program = bundled('test/support/ledger-writer.ts')
  const words: WriterOptions = { url: null, ...options, script: ledgerScript() }
  const argv = [...under, process.execPath, program, JSON.stringify(words)]
  const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
  const said: string[] = []
  const waiting = new Set<() => void>()
  const look = () => {
    for (const each of waiting) each()
  }
  createInterface({ input: child.stdout }).on('line', (line) => {
    said.push(line)
    look()
  })
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  void exited.then(look)
  const until = async (holds: () => boolean) =>
    await new Promise<void>((resolve) => {
      const each = () => {
        if (!holds() && child.exitCode === null && child.signalCode === null) return
        waiting.delete(each)
        resolve()
      }
      waiting.add(each)
      each()
    })
  return {
    pid: child.pid ?? 0,
    said,
    lines: async (count) => await until(() => said.length >= count),
    done: async () => await until(() => said.includes('all')),
    close: async () => {
      child.stdin.end('close\n')
      return await exited
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}
