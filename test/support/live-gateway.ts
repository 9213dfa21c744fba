import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask } from './ask.ts'
import { anthropicMessage, fakeUpstream, json, type FakeUpstream } from './fake-upstream.ts'
import { contentOf, eventually, sandbox, type Ran, type Sandbox } from './tmux.ts'

/** The built program on a machine of its own, with a fake server for each provider. */
export interface LiveGateway {
  readonly box: Sandbox
  readonly claude: FakeUpstream
  readonly ollama: FakeUpstream
  readonly openai: FakeUpstream
  /** Where the gateway keeps its files. */
  readonly folder: string
  /** Without blocking the fake servers. */
  llmsel(words: string, env?: Readonly<Record<string, string | undefined>>): Promise<Ran>
  /** Starts it with a key of Claude in its environment; its process id. */
  start(env?: Readonly<Record<string, string | undefined>>): Promise<number>
  status(): Promise<{
    readonly running: boolean
    readonly pid: number
    readonly url: string
    readonly version: string
  }>
  /** The base URL of a shell on a profile. */
  base(profile?: string): Promise<string>
  /** What a new session's worker has in this variable. */
  inSession(variable: string, words: string, env?: Record<string, string>): Promise<string>
  log(): string
  /** What its files hold. */
  kept(): string[]
  /** Ends all of it and waits until nothing of it runs. */
  close(): Promise<void>
}

export const KEY = 'sk-ant-of-the-gateway-0123456789'

export async function liveGateway(): Promise<LiveGateway> {
  const box = sandbox('/bin/bash', { gateway: true })
  const [claude, ollama, openai] = await Promise.all([
    fakeUpstream(json(200, anthropicMessage('hi'))),
    fakeUpstream(),
    fakeUpstream(),
  ])
  writeConfig(box, { claude, ollama, openai })
  const folder = join(box.home, '.local/state/llmsel/gateway')
  const llmsel: LiveGateway['llmsel'] = async (words, env = {}) =>
    await box.start(words.split(' '), env)
  const status: LiveGateway['status'] = async () =>
    JSON.parse((await llmsel('gateway status --json')).stdout)
  return {
    box,
    claude,
    ollama,
    openai,
    folder,
    llmsel,
    status,
    start: async (env = {}) => {
      const { code, stdout, stderr } = await llmsel('gateway start --json', {
        ANTHROPIC_API_KEY: KEY,
        ...env,
      })
      if (code !== 0) throw new Error(stderr)
      return JSON.parse(stdout).pid
    },
    base: async (profile = 'budget') => (await llmsel(`gateway url ${profile}`)).stdout.trim(),
    inSession: async (variable, words, env = {}) => {
      const script = box.file(
        'tell.sh',
        'printf "%s." "${!1}" >"$LLMSEL_SESSION.told"; sleep 300\n',
      )
      const line = `session new ${words} --json --run`
      const run = await box.start([...line.split(' '), `bash ${script} ${variable}`], env)
      if (run.code !== 0) throw new Error(run.stderr)
      const file = join(box.cwd, `${JSON.parse(run.stdout).name}.told`)
      return (await eventually(() => contentOf(file)?.endsWith('.') && contentOf(file))).slice(
        0,
        -1,
      )
    },
    log: () => contentOf(join(folder, 'log')) ?? '',
    kept: () => {
      // A FIFO, which waits for whoever writes to it.
      const names = readdirSync(folder).filter((name) => name !== 'letters')
      return names.map((name) => readFileSync(join(folder, name), 'latin1'))
    },
    close: async () => {
      // What hangs in a provider's server would keep the gateway.
      const stopped = llmsel('gateway stop')
      await Promise.all([claude.close(), ollama.close(), openai.close()])
      await stopped
      try {
        await eventually(() => gatewayProcesses(box.home).length === 0)
      } finally {
        box.close()
      }
    },
  }
}

function writeConfig(
  box: Sandbox,
  servers: Pick<LiveGateway, 'claude' | 'ollama' | 'openai'>,
): void {
  const providers = Object.fromEntries(
    (['claude', 'ollama', 'openai'] as const).map((name) => [name, { baseUrl: servers[name].url }]),
  )
  box.file('../home/.config/llmsel/config.json', JSON.stringify({ providers }), 0o600)
}

/** Of the machine with this home: the supervisor, its logger and the worker. */
export function gatewayProcesses(home: string): { readonly pid: number; readonly argv: string }[] {
  return readdirSync('/proc').flatMap((name) => {
    const argv = contentOf(`/proc/${name}/cmdline`)?.replaceAll('\0', ' ') ?? ''
    const own = `${contentOf(`/proc/${name}/environ`)}`.split('\0').includes(`HOME=${home}`)
    return own && /gateway/.test(argv) ? [{ pid: Number(name), argv }] : []
  })
}

/** Whether a base URL gets an answer; the status where it is refused, 0 where nobody listens. */
export async function askStatus(base: string): Promise<number> {
  try {
    const reply = await ask(base)
    await reply.arrayBuffer()
    return reply.status
  } catch {
    return 0
  }
}
