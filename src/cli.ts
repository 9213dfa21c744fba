import { fstatSync } from 'node:fs'
import { join } from 'node:path'
import { openConfigFile } from './adapters/config-file.ts'
import { folders, required } from './adapters/folders.ts'
import type { FragmentFolders } from './adapters/fragments.ts'
import { handedBy, hasHand, tellExit, type Handed } from './adapters/handed.ts'
import type { SessionHost } from './adapters/session-ports.ts'
import { mayBeTerminal, openOutput } from './adapters/output.ts'
import { EXIT } from './exit.ts'
import type { ProcessHost } from './gateway/process.ts'
import type {
  Context,
  Env,
  Gateway,
  GatewayWishes,
  Interrupt,
  LedgerPorts,
  SessionPorts,
  Streams,
} from './ports.ts'
import { VERSION } from './version.ts'

const given = process.argv.slice(2)
const dashes = given.indexOf('--')
/** What follows `--` is for the worker. */
const words = given.filter(
  (word, index) => word !== '--no-color' || (dashes !== -1 && index > dashes),
)
const isColorRefused = words.length < given.length

let isClosed = false
let outputFailed = false

/** A reader that has gone, such as `head`, is no failure of ours; a full disk is. */
function noteFailure(error: NodeJS.ErrnoException): void {
  isClosed = true
  if (error.code === 'EPIPE') return
  err.write(`llmsel: cannot write the output: ${error.message}\n`)
  outputFailed = true
  process.exitCode = EXIT.failed
}

const out = openOutput({ fd: 1, stream: () => process.stdout, failed: noteFailure })
// Its failure nobody can be told.
const err = openOutput({ fd: 2, stream: () => process.stderr, failed: () => {} })

/** Each is found out when it is asked for: stdin and stderr, and node:net under them, cost 4 ms. */
function streams(): Streams {
  let isTty: boolean | null = null
  return {
    out: out.write,
    err: err.write,
    get isTty() {
      return (isTty ??= mayBeTerminal(1) && process.stdout.isTTY)
    },
    get canPrompt() {
      return process.stdin.isTTY && process.stderr.isTTY
    },
    get color() {
      return this.isTty && !isColorRefused && (process.env['NO_COLOR'] ?? '') === ''
    },
    get columns() {
      return (this.isTty && process.stdout.columns) || 80
    },
    isClosed: () => isClosed,
  }
}

/** Their package knows the variable alone; set here, it reaches no session. */
async function openPrompts() {
  if (isColorRefused) process.env['NO_COLOR'] = '1'
  return await import('./adapters/prompts.ts')
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

function ledgerPorts(env: Env, state: string | null): LedgerPorts {
  const place = (url: string | null) => ({ state: required(state, 'XDG_STATE_HOME'), url })
  return {
    openLedger: async (url, flush = async () => {}) => {
      const { openLedgerReader } = await import('./adapters/ledger/command.ts')
      return await openLedgerReader(place(url), flush)
    },
    ledgerFacts: async (url) => {
      const { ledgerFacts } = await import('./adapters/ledger/facts.ts')
      return await ledgerFacts(place(url).state, url)
    },
    openLedgerImport: async (url) => {
      const { openLedgerImport } = await import('./adapters/ledger/import.ts')
      return openLedgerImport({
        ...place(url),
        script: join(packageFolder, 'dist', 'cli', 'adapters-ledger-worker.cjs'),
      })
    },
    draftFile: async (path) => (await import('./adapters/file-draft.ts')).openDraft(path),
    openAgentLogs: async () => (await import('./adapters/agent-logs.ts')).openAgentLogs(env),
  }
}

function noteInterrupt(): Interrupt {
  let hasHappened = false
  const note = (): void => {
    hasHappened = true
  }
  process.once('SIGINT', note)
  return { happened: () => hasHappened, forget: () => process.off('SIGINT', note) }
}

/** A terminal or a file takes what it is given; a program may be slow, and is not waited for. */
async function logKeeper(): Promise<(text: string) => void> {
  const kind = fstatSync(1)
  if (!kind.isFIFO() && !kind.isSocket()) return out.write
  return (await import('./adapters/log-pipe.ts')).openLogPipe(1, Date.now)
}

async function runGateway(host: Omit<ProcessHost, 'log'>, wishes: GatewayWishes): Promise<number> {
  const gateway = await import('./gateway/process.ts')
  const { openLogWriter } = await import('./adapters/log-writer.ts')
  const log = openLogWriter(await logKeeper(), Date.now)
  try {
    return await gateway.runGateway({ ...host, log: (line) => log.line(line) }, wishes)
  } finally {
    log.flush()
  }
}

/** The installed package's. */
const packageFolder = join(__dirname, '../..')

async function openGateway(env: Env, state: string | null): Promise<Gateway> {
  const { gatewayClient } = await import('./gateway/client.ts')
  const notice = (line: string) => err.write(`llmsel: ${line}\n`)
  return gatewayClient({ env, state, packageFolder, version: VERSION, notice })
}

interface Places {
  readonly env: Context['env']
  readonly state: string | null
  readonly config: Context['config']
  readonly configFolder: string | null
}

function gatewayPorts({
  env,
  state,
  config,
  configFolder,
}: Places): Pick<Context, 'openGateway' | 'openBrowser' | 'runGateway' | 'runDrill'> {
  let gateway: Promise<Gateway> | null = null
  return {
    openGateway: async () => await (gateway ??= openGateway(env, state)),
    runGateway: async (wishes) => {
      const keys = (await import('./adapters/key-file.ts')).openKeyFile(configFolder)
      const host = { env, state, version: VERSION, config, keys, packageFolder }
      return await runGateway(host, wishes)
    },
    openBrowser: async (url, folder) => {
      const { openBrowser } = await import('./adapters/browser.ts')
      return await openBrowser(url, { env, folder, platform: process.platform })
    },
    runDrill: async (profile, played) =>
      await (await import('./gateway/drill.ts')).runDrill(profile, played),
  }
}

async function openSessions(host: SessionHost): Promise<SessionPorts> {
  return (await import('./adapters/session-ports.ts')).sessionPorts(host)
}

function fragmentStore(folders: FragmentFolders): Context['fragments'] {
  const adapter = async () => await import('./adapters/fragments.ts')
  return {
    keep: async (fragment) => (await adapter()).keepFragment(folders, fragment),
    keepLaunch: async (launch) => (await adapter()).keepLaunch(folders, launch),
  }
}

function modelList(env: Env, folder: string | null): Context['modelList'] {
  return {
    read: async (from) => await (await import('./gateway/model-list.ts')).readModelList(from, env),
    keep: async (refresh) => {
      const { writeRefreshFile } = await import('./adapters/refresh-file.ts')
      writeRefreshFile(required(folder, 'XDG_CONFIG_HOME'), refresh)
    },
  }
}

const prompts: Pick<Context, 'choose' | 'chooseSeveral' | 'askSecret'> = {
  choose: async (message, choices) => await (await openPrompts()).choose(message, choices),
  chooseSeveral: async (message, choices) =>
    await (await openPrompts()).chooseSeveral(message, choices),
  askSecret: async (message) => await (await openPrompts()).askSecret(message),
}

function context(handed: Handed | null): Context {
  let sessions: Promise<SessionPorts> | null = null
  const { config: configFolder, state } = folders(process.env)
  const config = openConfigFile(configFolder)
  const env = { ...process.env }
  return {
    streams: streams(),
    env,
    cwd: workingFolder(),
    clock: { now: () => new Date() },
    config,
    fragments: fragmentStore({ state, configFolder, version: VERSION, program: __filename }),
    modelList: modelList(env, configFolder),
    ...prompts,
    readInput: async () => (await import('./adapters/standard-input.ts')).readInput(),
    agentLogs: async function* (sinceMs) {
      yield* (await import('./adapters/recent-logs.ts')).recentLogs(env, sinceMs)
    },
    openKeys: async () => (await import('./adapters/key-file.ts')).openKeyFile(configFolder),
    ...gatewayPorts({ env, state, config, configFolder }),
    projects: {
      nearest: async (folder) =>
        (await import('./adapters/project-files.ts')).nearestProjectFile(folder),
      write: async (folder, profile) =>
        (await import('./adapters/project-files.ts')).writeProjectFile(folder, profile),
    },
    openSessions: async () =>
      await (sessions ??= openSessions({ env, state, packageFolder, handed })),
    openRcFiles: async () => {
      const { rcFiles } = await import('./adapters/rc-installer.ts')
      return rcFiles({ env, state, version: VERSION, packageFolder })
    },
    ...ledgerPorts(env, state),
    noteInterrupt,
    openSurroundings: async () => {
      const { surroundings } = await import('./adapters/surroundings.ts')
      return surroundings({ env, state, configFolder, version: VERSION, packageFolder })
    },
    outcome: { exitCode: 0 },
  }
}

const handed = handedBy(words[0])

const DOES_NOTHING = ['--dry-run', '--help', '-h', 'help']

async function run(argv: readonly string[]): Promise<void> {
  const ctx = context(handed)
  if (hasHand(handed)) process.once('exit', tellExit)
  // tmux's server, where none runs, starts while the command line is read.
  if (handed === '@hand' && !DOES_NOTHING.some((word) => argv.includes(word)))
    (await ctx.openSessions()).tmux.prepare('guess')
  const code = await (await import('./main.ts')).main(argv, ctx)
  if (!outputFailed) process.exitCode = code
  // Everything is written and nothing is waited for; Node would take itself apart for 1 ms more.
  // oxlint-disable-next-line unicorn/no-process-exit
  if (out.isDone() && err.isDone()) process.exit()
}

void run(handed === null ? words : words.slice(1))
