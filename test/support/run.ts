import type { JsonObject } from '../../src/domain/json.ts'
import { parseSettings } from '../../src/domain/config/schema.ts'
import { main } from '../../src/main.ts'
import type { Fragment } from '../../src/domain/profiles/fragment.ts'
import type { ConfigStore, Context, KeyStore, Surroundings } from '../../src/ports.ts'

export interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A config store that lives in memory; `current` is what the file would hold. */
export function memoryConfig(document: JsonObject = {}): ConfigStore & { current: JsonObject } {
  const store = {
    current: document,
    path: '/home/me/.config/llmsel/config.json',
    read: () => parseSettings(store.current),
    document: () => store.current,
    update: async (change: (document: JsonObject) => JsonObject) => {
      const after = change(store.current)
      parseSettings(after)
      store.current = after
    },
    changedAtNs: () => null,
    refreshedAtNs: () => null,
  }
  return store
}

/** Keeps fragments in a list, and no launches. */
export function memoryFragments(): Context['fragments'] & { readonly kept: Fragment[] } {
  const kept: Fragment[] = []
  return {
    kept,
    keep: async (fragment) => kept.push(fragment) > 0,
    keepLaunch: async () => false,
  }
}

/** Any use of it is an error: a test that needs one brings its own. */
function absent<T extends object>(port: string): T {
  const refuse = (): never => {
    throw new Error(`this test brings no ${port}`)
  }
  // The proxy has every member that T may have, and none that works.
  return new Proxy({}, { get: refuse }) as T
}

/** Nothing of Claude Code's, no login, and no network. */
export const bareMachine: Surroundings = {
  machine: async () => {
    throw new Error('this test brings no machine')
  },
  startupFiles: async () => [],
  claudeSettings: () => [],
  claudeLogin: () => false,
  claudeLoginPath: null,
  accepts: async () => false,
  ollama: async () => null,
  pulledModels: async () => null,
  repair: () => {
    throw new Error('this test repairs nothing')
  },
}

const noKeys: KeyStore = {
  path: '/home/me/.config/llmsel/keys.json',
  read: () => ({}),
  set: () => {
    throw new Error('this test keeps no key')
  },
  remove: () => false,
}

/** Runs a command line in process, on 2026-11-22 unless the overrides say otherwise. */
export async function run(
  line: string | readonly string[],
  overrides: Partial<Context> = {},
): Promise<Run> {
  const out: string[] = []
  const err: string[] = []
  const { streams, ...ports } = overrides
  const code = await main(typeof line === 'string' ? line.split(' ') : line, {
    env: {},
    cwd: '/work',
    clock: { now: () => new Date('2026-11-22T12:00:00Z') },
    config: memoryConfig(),
    fragments: absent('fragments'),
    projects: absent('projects'),
    modelList: absent('model list'),
    choose: async () => {
      throw new Error('this test answers no question')
    },
    chooseSeveral: async () => {
      throw new Error('this test answers no question')
    },
    askSecret: async () => {
      throw new Error('this test answers no question')
    },
    agentLogs: () => {
      throw new Error('this test brings no logs')
    },
    readInput: async () => '',
    openKeys: async () => noKeys,
    openGateway: async () => absent('gateway'),
    openBrowser: async () => false,
    runGateway: async () => {
      throw new Error('this test runs no gateway')
    },
    runDrill: async () => {
      throw new Error('this test runs no drill')
    },
    openSessions: async () => absent('sessions'),
    openRcFiles: async () => absent('rc files'),
    openLedger: async () => absent('ledger'),
    ledgerFacts: async () => ({ place: 'x', state: 'none', problem: null, waitingBytes: 0 }),
    openLedgerImport: async () => absent('ledger'),
    draftFile: async () => absent('files'),
    openAgentLogs: async () => absent('logs'),
    noteInterrupt: () => ({ happened: () => false, forget: () => {} }),
    openSurroundings: async () => bareMachine,
    outcome: { exitCode: 0 },
    ...ports,
    streams: {
      isTty: false,
      canPrompt: false,
      color: false,
      columns: 100,
      isClosed: () => false,
      ...streams,
      out: (text) => out.push(text),
      err: (text) => err.push(text),
    },
  })
  return { code, stdout: out.join(''), stderr: err.join('') }
}
