import type { Rendered } from '../profiles/fragment.ts'
import { quote } from '../shell/quote.ts'
import type { ReadFile } from './noted-programs.ts'
import type { TextFile } from './rc-files.ts'

/** A session that `bin/llmsel` may start without Node, when it is asked for in the same words. */
export interface PreparedLaunch extends Rendered {
  readonly profile: string
  readonly cwd: string
  /** The same folder by the name that the shell has for it, if that is so. */
  readonly askedIn: string
  readonly run: string
  /** As sh has them, without a process. */
  readonly tests: readonly string[]
  /** They must be as they were. */
  readonly read: readonly ReadFile[]
  /** For sh. */
  readonly code: string
}

/**
 * A session that a shell can start by itself. Its texts have stand-ins for what each start has of its
 * own: those of `standInsOf`.
 */
export interface Prepared {
  /** Absolute; what each start makes is a folder in it. */
  readonly sessionsFolder: string
  /** The name where nobody asks for another. */
  readonly name: string
  readonly files: readonly TextFile[]
  /** For tmux. */
  readonly script: string
  /** Whether Ollama, at its default address, is asked meanwhile. */
  readonly asksOllama: boolean
  /** Null: its programs ask the providers themselves. */
  readonly gateway: PreparedGateway | null
  /** Of the terminal that `said` is for; null: it is for none. */
  readonly columns: number | null
  readonly said: readonly Said[]
  /** The script that does it, absolute. */
  readonly player: string
}

/** How the session is made known to the gateway, which must be as it was. */
export interface PreparedGateway {
  /** Its own, absolute. */
  readonly folder: string
  /** As it announces whose keys it has. */
  readonly keys: string
  /** JSON, with a stand-in for what is to be done with the session: `register` or `revoke`. */
  readonly letter: string
}

/** What is told of the start to one kind of reader. */
export interface Said {
  readonly ollama: 'listens' | 'silent'
  /** `short`: a terminal on which the log's path is too long for a line. */
  readonly to: 'pipe' | 'terminal' | 'short'
  readonly out: string
  readonly err: string
}

/** Of letters that no quoting changes, and in the form of what they stand for. */
export interface StandIns {
  readonly name: string
  readonly runId: string
  readonly startedAt: string
  readonly log: string
  readonly token: string
  readonly port: string
  readonly action: string
  /** For the value of that variable, which is in no file. */
  readonly ownValue: (variable: string) => string
}

/** Those of one preparation: nobody can have put them into a name or a value before. `run`: its id. */
export function standInsOf(run: string): StandIns {
  const mark = `THE-${run}`
  return {
    name: `${mark}-NAME`,
    runId: `${mark}-RUN`,
    startedAt: `${mark}-START`,
    log: `${mark}-LOG`,
    token: `llmsel-s-${mark}-TOKEN`,
    port: `4747${run.replaceAll(/\D/g, '')}`,
    action: `${mark}-ACTION`,
    ownValue: (variable) => `${mark}-OWN-${variable}`,
  }
}

/** What arrives unchanged between tmux's double quotes; also the test that a shell makes. */
const PLAIN_VALUE = 'A-Za-z0-9_./:+=@,-'
const IS_PLAIN = new RegExp(`^[${PLAIN_VALUE}]+$`)

/** The test for a variable whose value a session gets, or that it has none; null: it cannot be prepared. */
export function ownValueTest(name: string, value: string | undefined): string | null {
  if (value === undefined) return `[ -z "\${${name}+x}" ]`
  if (!IS_PLAIN.test(value)) return null
  return `case \${${name}-} in '' | llmsel-* | *[!${PLAIN_VALUE}]*) false ;; esac`
}

/** The test that a variable is what it was. */
export function sameValueTest(name: string, value: string | undefined): string {
  return value === undefined
    ? `[ -z "\${${name}+x}" ]`
    : `[ "\${${name}+x}" ] && [ "\${${name}-}" = ${quote('sh', value)} ]`
}

/** The code that `bin/llmsel` runs once it has found that all is as it was. */
export function preparedCode(prepared: Prepared, standIns: StandIns): string {
  const filled = fillerOf(standIns)
  const { files, script, said, gateway } = prepared
  const asked = prepared.asksOllama ? [...new Set(said.map(({ ollama }) => ollama))] : []
  const folders = new Set(
    files.flatMap(({ path }) => (path.includes('/') ? [path.slice(0, path.lastIndexOf('/'))] : [])),
  )
  const made = ['', ...[...folders].map((path) => `/${path}`)]
  return [
    `llmsel_sessions=${quote('sh', prepared.sessionsFolder)}`,
    `llmsel_columns=${prepared.columns ?? 0} llmsel_asks=${quote('sh', asked.join(' '))}`,
    `llmsel_gateway=${quote('sh', gateway?.folder ?? '')} llmsel_keys=${quote('sh', gateway?.keys ?? '')}`,
    ...(gateway === null
      ? []
      : [`llmsel_letter() {\n  llmsel_action=$1\n  llmsel_line=${filled(gateway.letter)}\n}`]),
    `[ -n "$llmsel_name" ] || llmsel_name=${quote('sh', prepared.name)}`,
    `llmsel_files() {\n  mkdir ${made.map((path) => `"$llmsel_folder"${path}`).join(' ')}${files.map((file) => fileCode(file, filled)).join('')}\n}`,
    `llmsel_script() {\n  printf %s ${filled(script)}\n}`,
    `llmsel_tell() {\n  case $llmsel_ollama:$llmsel_to in\n${said.map((text) => saidCode(text, filled)).join('')}  esac\n}`,
    `llmsel_player=${quote('sh', prepared.player)}`,
  ].join('\n')
}

type Filler = (text: string) => string

/** One word for sh, with variables where the stand-ins were. */
function fillerOf(standIns: StandIns): Filler {
  const variables = new Map([
    [standIns.name, 'llmsel_name'],
    [standIns.runId, 'llmsel_id'],
    [standIns.startedAt, 'llmsel_started'],
    [standIns.log, 'llmsel_log'],
    [standIns.token, 'llmsel_token'],
    [standIns.port, 'llmsel_port'],
    [standIns.action, 'llmsel_action'],
  ])
  const own = standIns.ownValue('')
  const pattern = new RegExp(`(${own}[A-Za-z0-9_]+|${[...variables.keys()].join('|')})`)
  const variableOf = (standIn: string) => variables.get(standIn) ?? standIn.slice(own.length)
  return (text) =>
    text
      .split(pattern)
      .map((part, index) => (index % 2 === 0 ? quote('sh', part) : `"$${variableOf(part)}"`))
      .filter((part) => part !== "''")
      .join('')
}

function fileCode({ path, text }: TextFile, filled: Filler): string {
  return ` &&\n    printf %s ${filled(text)} >"$llmsel_folder"/${path}`
}

function saidCode({ ollama, to, out, err }: Said, filled: Filler): string {
  const notes = err === '' ? '' : `printf %s ${filled(err)} >&2; `
  return `    ${ollama}:${to}) ${notes}printf %s ${filled(out)} 2>/dev/null ;;\n`
}
