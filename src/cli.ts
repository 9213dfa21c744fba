import { join } from 'node:path'
import { openConfigFile } from './adapters/config-file.ts'
import { folders } from './adapters/folders.ts'
import { EXIT, main } from './main.ts'
import type { Context, Streams } from './ports.ts'
import { VERSION } from './version.ts'

/** A reader that has gone, such as `head`, is no failure of ours; a full disk is. */
let isClosed = false
let outputFailed = false
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  isClosed = true
  if (error.code === 'EPIPE') return
  process.stderr.write(`llmsel: cannot write the output: ${error.message}\n`)
  outputFailed = true
  process.exitCode = EXIT.failed
})
// Then nobody can be told.
process.stderr.on('error', () => {})

function streams(): Streams {
  const { stdout, stderr, env } = process
  const isTty = stdout.isTTY
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isTty,
    // Only when asked: stdin and stderr, and node:net under them, cost every start 4 ms.
    get canPrompt() {
      return process.stdin.isTTY && process.stderr.isTTY
    },
    color: isTty && !process.argv.includes('--no-color') && (env['NO_COLOR'] ?? '') === '',
    columns: stdout.columns || 80,
    isClosed: () => isClosed,
  }
}

/** One that has been removed still has its name in PWD; what asks Node later must get an answer. */
function workingFolder(): string {
  try {
    return process.cwd()
  } catch {
    process.chdir('/')
    return process.env['PWD'] ?? '/'
  }
}

function context(): Context {
  const { config: configFolder, state } = folders(process.env)
  const config = openConfigFile(configFolder)
  const env = { ...process.env }
  return {
    streams: streams(),
    env,
    cwd: workingFolder(),
    clock: { now: () => new Date() },
    config,
    fragments: {
      keep: async (fragment) => {
        const { keepFragment } = await import('./adapters/fragments.ts')
        const configPath = configFolder === null ? null : config.path
        return keepFragment({ state, configPath, version: VERSION, program: __filename }, fragment)
      },
    },
    choose: async (message, choices) =>
      await (await import('./adapters/prompts.ts')).choose(message, choices),
    projects: {
      nearest: async (folder) =>
        (await import('./adapters/project-files.ts')).nearestProjectFile(folder),
      write: async (folder, profile) =>
        (await import('./adapters/project-files.ts')).writeProjectFile(folder, profile),
    },
    openSessions: async () => {
      const { sessionPorts } = await import('./adapters/session-ports.ts')
      return sessionPorts({ env, state, packageFolder: join(__dirname, '../..') })
    },
    openRcFiles: async () => {
      const { rcFiles } = await import('./adapters/rc-installer.ts')
      return rcFiles({ env, state, version: VERSION, packageFolder: join(__dirname, '../..') })
    },
    openSurroundings: async () => {
      const { surroundings } = await import('./adapters/surroundings.ts')
      const packageFolder = join(__dirname, '../..')
      return surroundings({ env, state, configFolder, version: VERSION, packageFolder })
    },
    outcome: { exitCode: 0 },
  }
}

void main(
  process.argv.slice(2).filter((word) => word !== '--no-color'),
  context(),
).then((code) => {
  if (!outputFailed) process.exitCode = code
})
