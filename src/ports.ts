import type { LogBatch, LogCursor } from './domain/costs/logs/batch.ts'
import type { Refresh } from './domain/models/catalogue.ts'
import type { ChainReport, CircuitReport } from './domain/failover/report.ts'
import type { JsonObject } from './domain/json.ts'
import type { Agent } from './domain/costs/logs/record.ts'
import type { LedgerImport, LedgerReader } from './domain/ledger/ledger.ts'
import type { Provider } from './domain/models/model.ts'
import type { Settings } from './domain/config/settings.ts'
import type { PaneRow } from './domain/sessions/listing.ts'
import type { PreparedLaunch } from './domain/sessions/prepared.ts'
import type { ProcessRow } from './domain/sessions/process-tree.ts'
import type { FileContent, SettingsFile } from './domain/doctor/claude-settings.ts'
import type { MachineFacts, OllamaSays, ShellFile } from './domain/doctor/facts.ts'
import type { LedgerFacts } from './domain/doctor/ledger.ts'
import type { Repair } from './domain/doctor/finding.ts'
import type { TextFile } from './domain/sessions/rc-files.ts'
import type { ServerNote } from './domain/sessions/restorable.ts'
import type { Run, SessionRecord } from './domain/sessions/session.ts'
import type { Programs } from './domain/sessions/worker.ts'
import type { Fragment } from './domain/profiles/fragment.ts'
import type { Profile } from './domain/profiles/profile.ts'
import type { PulledModel } from './domain/setup/local-models.ts'
import type { InitOptions } from './domain/shell/init-text.ts'
import type { InstallShell } from './domain/shell/rc-lines.ts'

/** The process's environment variables, as they were when it started. */
export type Env = Readonly<Record<string, string | undefined>>

export interface Streams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** stdout is a terminal: tables; otherwise tab-separated lines. */
  readonly isTty: boolean
  readonly canPrompt: boolean
  readonly color: boolean
  readonly columns: number
  /** Whoever read stdout has gone. */
  readonly isClosed: () => boolean
}

export interface Clock {
  now(): Date
}

export interface ConfigStore {
  readonly path: string
  /** The checked settings; an `invalid-config` error names the key. No file: nothing is set. */
  read(): Settings
  /** The file's own JSON, checked. */
  document(): JsonObject
  /** Under a lock: read, change, check, write atomically with mode 0600. A bad result writes nothing. */
  update(change: (document: JsonObject) => JsonObject): Promise<void>
  /** The file's time when it was last read here, in ns; null: there is none. */
  changedAtNs(): bigint | null
  /** The time of the refreshed prices' file before the last read; null: nothing was refreshed. */
  refreshedAtNs(): bigint | null
}

export interface FragmentStore {
  /** False when it could not be kept; then the next call renders it again. */
  keep(fragment: Fragment): Promise<boolean>
  /** The same. */
  keepLaunch(launch: PreparedLaunch): Promise<boolean>
}

/** `output` is what was printed before a failure, too; `message` is null where all went well. */
export interface TmuxReply {
  readonly output: string
  readonly message: string | null
}

/** The person's tmux server, or the one that LLMSEL_TMUX_SOCKET names. */
export interface Tmux {
  /** The `-L` of the server; null is the default one. */
  readonly socket: string | null
  /** The path of the server's socket. */
  readonly socketPath: string
  /** This process runs in a pane of that very server. */
  readonly inside: boolean
  /** Every pane of the server; none where no server runs. */
  list(): PaneRow[]
  /** Feeds a command file on standard input, so that nothing of it is in any argv. Starts a server. */
  run(script: string): TmuxReply
  /**
   * The same, where something else can be done until its end is asked for. `last`: what it prints at
   * last, if all goes well.
   */
  begin(script: string, last: string): () => TmuxReply
  /**
   * Soon there is something to begin: what it takes is made while that is written. A `guess` may turn
   * out wrong, and then nothing must tell that there was one.
   */
  prepare(certainty: 'guess' | 'sure'): void
  /** Shows a session on this terminal until the person leaves it. */
  attach(sessionId: string): void
  /** `over`: the time was, or `stillWaiting` said no. `interrupted`: the person pressed Ctrl-C. */
  waitFor(channel: string, options: WaitOptions): Promise<'signalled' | 'over' | 'interrupted'>
}

export interface WaitOptions {
  readonly timeoutMs: number | null
  /** Asked each second, since what should signal may have been killed. */
  readonly stillWaiting: () => boolean
}

/** Where the sessions' files are: `NAME.RUNID/` under the state folder. */
export interface SessionFolders {
  /** Names a run's folder, different from every other, without making it. */
  newRun(name: string): Run
  /** Makes it, private to the person, with the files; `io` when it cannot, and then nothing is left. */
  create(run: Run, files: readonly TextFile[]): void
  remove(folder: string): void
  /** Of every session that ever ran, newest first. */
  runs(): Run[]
  record(folder: string): SessionRecord | null
  /** The exit code that its wrapper recorded; null: none. */
  exit(folder: string): number | null
  /** Before the same run's worker is started again. */
  clearExit(folder: string): void
  /** The log has the whole output of a worker that has ended. */
  isLogged(folder: string): boolean
  /** Each file whole or as it was. */
  rewrite(folder: string, files: readonly TextFile[]): void
  /** Claims the run for a change of its process, for 15 seconds; false: it is being changed. */
  hold(folder: string): boolean
  release(folder: string): void
  /** Whoever waits for the worker's end waits for the next worker's. */
  isHeld(folder: string): boolean
  /** Notes that the person ended it, whatever else is known of its end. */
  markEnded(folder: string): void
  /** Its end was recorded or noted. */
  hasEnded(folder: string): boolean
  /** The tmux server that it was started in; null: nobody knows. */
  server(folder: string): ServerNote | null
  /** When the log last grew; null: there was no output. */
  lastOutput(folder: string): Date | null
  /** From the log's last lines on; `Infinity`: all that is kept. Null: there is no log. */
  openLog(folder: string, lines: number): LogReader | null
}

export interface LogReader {
  /** What comes next; empty where nothing more has come. */
  read(): Uint8Array
  close(): void
}

/** The whole terminal, until it is closed. */
export interface Screen {
  size(): { readonly columns: number; readonly rows: number }
  draw(lines: readonly string[]): void
  /** `again`: the time is over or the size has changed; `over`: the person wants to leave. */
  pause(ms: number): Promise<'again' | 'over'>
  close(): void
}

export interface Processes {
  /**
   * Ends them: TERM, two seconds, KILL. `choose` is asked again and again, because processes fork
   * meanwhile, until it chooses none or two more seconds have shown that nothing helps.
   */
  end(select: ProcessSelection): Promise<void>
  /** This process. */
  readonly self: number
}

export interface ProcessSelection {
  readonly choose: (rows: readonly ProcessRow[]) => readonly ProcessRow[]
  /** These end by themselves once what they started has, and record how. */
  readonly waitFor: ReadonlySet<number>
  /** Interactive shells, which ignore TERM; HUP is what their terminal would send them. */
  readonly hangUp: ReadonlySet<number>
}

export interface SessionPorts {
  readonly tmux: Tmux
  readonly folders: SessionFolders
  /** Null: the PATH of this process. */
  programs(path: string | null): Programs
  /** Of the wrapper that records a worker's exit. */
  readonly wrapperPath: string
  /** Of what keeps a pane's output. */
  readonly loggerPath: string
  /** The folder of `bin/llmsel`. */
  readonly launcherFolder: string
  /** The person's interactive shell, absolute. */
  readonly shell: string
  /** Plays what was prepared of a session for the launcher. */
  readonly playerPath: string
  /** When a file was last changed, in ns since 1970; null: it is not there. */
  changedAtNs(path: string): bigint | null
  /** The path made absolute, or null when it is no directory. */
  directory(path: string, base: string): string | null
  /** Whether something listens at the origin, within 300 ms. */
  listens(url: string): Promise<boolean>
  fleetFiles(): Promise<FleetFiles>
  processes(): Promise<Processes>
  pause(ms: number): Promise<void>
  openScreen(): Promise<Screen>
}

export interface FleetFiles {
  /** The file that a person names in a folder, as it is now. */
  read(path: string, folder: string): FleetSource
}

export interface FleetSource {
  /** Absolute and without links, so that one file has one name; also where it is no longer there. */
  readonly path: string
  /** Null: there is none. */
  readonly content: FileContent | null
}

/** A provider's key, or what prints it. */
export type StoredKey =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'command'; readonly command: string }

/** The keys that `llmsel keys` keeps, in a file that nobody else can read. */
export interface KeyStore {
  readonly path: string
  /** @throws LlmselError `io` where others could read it. */
  read(): Readonly<Partial<Record<Provider, StoredKey>>>
  set(provider: Provider, key: StoredKey): void
  /** False: there was none. */
  remove(provider: Provider): boolean
}

export interface GatewayStatus {
  readonly url: string
  readonly port: number
  readonly pid: number
  readonly version: string
  /** ISO 8601. */
  readonly startedAt: string
  /** How many sessions have a token. */
  readonly sessions: number
  /** Started in the background, and again when it dies. */
  readonly supervised: boolean
}

export interface FoundGateway {
  /** Null: none does. */
  readonly running: GatewayStatus | null
  /** One that lives and does not prove that it is the user's, said in words; null: there is none. */
  readonly stray: { readonly pid: number; readonly port: number; readonly words: string } | null
}

export interface SessionOfGateway {
  readonly session: string
  readonly profile: string
  /** The person's own servers, which become the upstreams. */
  readonly baseUrls: Readonly<Partial<Record<Provider, string>>>
  /** The one that it has already; null: it gets one. */
  readonly token: string | null
  /** Its folder. */
  readonly project: string
  readonly limit: string | null
  /** The path of its tmux server's socket. */
  readonly tmuxSocket: string
}

export interface GatewayWishes {
  /** Something starts it again when it dies. */
  readonly supervised: boolean
  /** The process id of the gateway whose place it takes; null: of none. */
  readonly inPlaceOf: number | null
}

/** What a running gateway says at once. */
export interface GatewayGlance {
  readonly url: string
  /** Of every target that was asked; null: it does not say, since it is busy or of another version. */
  readonly circuits: readonly CircuitReport[] | null
}

/** Where a session or a shell reaches the gateway. */
export interface GatewayPlace {
  /** With the token in its path. */
  readonly url: string
  readonly token: string
  /** Of which the gateway knows a key. */
  readonly keys: readonly Provider[]
}

/** The user's own gateway. A listener that cannot prove that it is it counts as none. */
export interface Gateway {
  /** Where it keeps its log, among other things. */
  readonly folder: string
  find(): Promise<FoundGateway>
  /** What it says within 200 ms. Null: none runs. */
  glance(): Promise<GatewayGlance | null>
  /** The one that runs, or a new one. `withKeys`: it may use this shell's keys for every session. */
  start(withKeys: boolean): Promise<GatewayStatus>
  /** Once its process is gone; false: none ran. */
  stop(): Promise<boolean>
  restart(withKeys: boolean): Promise<GatewayStatus>
  /** A session's own place, after handing over this shell's keys. Null: none runs. */
  register(session: SessionOfGateway): Promise<GatewayPlace | null>
  /** Takes sessions' tokens away. */
  revoke(tokens: readonly string[]): Promise<void>
  /** For a shell on this profile, after handing over its keys. Null: none runs. */
  shell(profile: string, baseUrls: SessionOfGateway['baseUrls']): Promise<GatewayPlace | null>
  /** A profile's chain as the gateway finds it; `token`: for whom. Null: none runs. */
  chain(profile: string, token: string | null): Promise<ChainReport | null>
  /** Null: none runs. */
  ask(action: string, body?: JsonObject): Promise<JsonObject | null>
  /** Whose keys it has, as it tells the launcher; null: it does not, or is of another version. */
  keysWord(): string | null
  /** What makes a session known by letter, with the keys of that shell; null: none of this version reads any. */
  letter(session: SessionOfGateway, env: Env): GatewayLetter | null
  /** What it has at hand goes into the ledger; false: not within 2 s. */
  flush(): Promise<boolean>
}

export interface GatewayLetter {
  /** Whose keys the gateway has, in its own words. */
  readonly keys: string
  /** Those that it has a key of, the session's own included. */
  readonly providers: readonly Provider[]
  readonly body: JsonObject
}

/** One failure that was played, and what came of it. */
export interface PlayedFailure {
  /** What the first hop did. */
  readonly failure: string
  /** In order, who was asked and what they did: `claude/claude-haiku-5-5 rate-limited`. */
  readonly trail: readonly string[]
  /** What the client got. */
  readonly answer: string
  readonly status: number
  /** From the request to the end of its answer. */
  readonly ms: number
  /** Whether that is what the gateway promises. */
  readonly asExpected: boolean
}

export interface Choice {
  readonly name: string
  readonly value: string
}

export interface CheckedChoice extends Choice {
  readonly checked: boolean
}

/** The nearest project file. */
export interface FoundProjectFile {
  readonly path: string
  /** Null where it is refused unread. */
  readonly text: string | null
  readonly refusal: string | null
}

export interface ProjectFiles {
  nearest(folder: string): Promise<FoundProjectFile | null>
  /** Names a profile in the folder's own file, atomically; `conflict` when another kind of file is there. */
  write(folder: string, profile: string): Promise<string>
}

/** The files that a person's shell reads at its start, in which `init` keeps a block. */
export interface RcFiles {
  readonly initOptions: InitOptions
  /** Reads and checks every file, and writes none. `text` is what the block is to source. */
  install(shell: InstallShell, text: string): RcPlan
  uninstall(shell: InstallShell): RcPlan
}

export interface RcPlan {
  readonly files: readonly RcChange[]
  /** The file that the block sources. */
  readonly script: { readonly path: string; readonly changed: boolean }
  /** All of it, or an `io` error and nothing. */
  carryOut(): void
}

export interface RcChange {
  readonly path: string
  readonly change: 'made' | 'changed' | 'removed' | 'none'
  /** The copy of the file as llmsel found it; null: none is there afterwards. */
  readonly backup: string | null
  /** A unified diff; empty where nothing changes. */
  readonly diff: string
}

/** What stands around llmsel on this machine, for `doctor` and `which`. */
export interface Surroundings {
  machine(): Promise<MachineFacts>
  /** What the person's shell reads at its start, the last last. */
  startupFiles(): Promise<readonly ShellFile[]>
  /** Claude Code's own, those that exist: the person's, the project's, the project's local ones. */
  claudeSettings(): readonly SettingsFile[]
  /** Whether Claude Code keeps a login; nothing of it is read. */
  claudeLogin(): boolean
  /** Where it would be; null: there is no home folder. */
  readonly claudeLoginPath: string | null
  /** Something accepts a connection there within a second; nothing is sent. */
  accepts(origin: string): Promise<boolean>
  /** Null: nothing answers as Ollama does within a second. No key is sent. */
  ollama(origin: string): Promise<OllamaSays>
  /** The same of what it has pulled, with what the list says of each model. */
  pulledModels(origin: string): Promise<readonly PulledModel[] | 'locked' | null>
  /** An `io` error where it could not be done. */
  repair(repair: Repair): void
}

/** What coding agents log by themselves. */
export interface AgentLogs {
  /** What an agent's logs have that the cursor does not cover. */
  read(agent: Agent, cursor: LogCursor): AsyncIterable<LogBatch>
}

export interface Interrupt {
  readonly happened: () => boolean
  /** Ctrl-C ends the process again. */
  forget(): void
}

/** A file in the making. */
export interface FileDraft {
  /** An `io` error where it cannot. */
  readonly write: (text: string) => void
  /** Puts it in its place, over what is there. */
  keep(): void
  /** What was not kept is gone. */
  close(): void
}

export interface LedgerPorts {
  /**
   * `url`: of PostgreSQL; null: this machine's own. One that is not there yet reads as empty.
   * `flush`: awaited where a gateway on this machine has a journal for it.
   */
  openLedger(url: string | null, flush?: () => Promise<void>): Promise<LedgerReader>
  /** Whether it can be used, without bringing anything in. */
  ledgerFacts(url: string | null): Promise<LedgerFacts>
  /** To bring in what others have logged. */
  openLedgerImport(url: string | null): Promise<LedgerImport>
  openAgentLogs(): Promise<AgentLogs>
  /** At an absolute path. */
  draftFile(path: string): Promise<FileDraft>
}

/** Everything a command may touch outside its own arguments. */
export interface Context extends LedgerPorts {
  readonly streams: Streams
  readonly env: Env
  /** Absolute. */
  readonly cwd: string
  readonly clock: Clock
  readonly config: ConfigStore
  readonly fragments: FragmentStore
  readonly projects: ProjectFiles
  /** A public list of models, and what is kept of it. */
  readonly modelList: {
    /** A file's or URL's text. */
    read(from: string): Promise<string>
    /** Null forgets it. */
    keep(refresh: Refresh | null): Promise<void>
  }
  /** Asks on the terminal; only where `streams.canPrompt`. */
  choose(message: string, choices: readonly Choice[]): Promise<string>
  /** The same; any number of them, in their order. */
  chooseSeveral(message: string, choices: readonly CheckedChoice[]): Promise<readonly string[]>
  /** The same, without showing what is typed. */
  askSecret(message: string): Promise<string>
  /** All that stands on standard input. */
  readInput(): Promise<string>
  /** What the logs of the person's agents hold, but for files that were last written before. */
  agentLogs(sinceMs: number): AsyncIterable<LogBatch>
  openKeys(): Promise<KeyStore>
  openGateway(): Promise<Gateway>
  /** `folder`: private to the person. False: there is nothing that would show it. */
  openBrowser(url: string, folder: string): Promise<boolean>
  /** The gateway itself, in this process, until it is told to stop. Returns its exit code. */
  runGateway(wishes: GatewayWishes): Promise<number>
  /** Plays failures on the profile's chain with the gateway's own parts, and asks no provider. */
  runDrill(profile: Profile, played: (step: PlayedFailure) => void): Promise<void>
  /** Loaded when a command needs it. */
  openSessions(): Promise<SessionPorts>
  openRcFiles(): Promise<RcFiles>
  /** From now on Ctrl-C does not end this process, and is noted; a second time it does. */
  noteInterrupt(): Interrupt
  openSurroundings(): Promise<Surroundings>
  /** The command's own verdict when it is not an error, such as a worker's exit code. */
  readonly outcome: { exitCode: number }
}

/** What the gateway commands get. */
export interface GatewayContext extends Context {
  readonly gateway: Gateway
}

/** What the session commands get. */
export interface SessionContext extends Context {
  readonly sessions: SessionPorts
}
