import { expect, test } from 'vitest'
import { parseSettings } from '../../../src/domain/config/schema.ts'
import { profileSource } from '../../../src/domain/config/source.ts'
import { diagnose, type Observed } from '../../../src/domain/doctor/diagnose.ts'
import type { Provider } from '../../../src/domain/models/model.ts'
import { HEALTHY } from '../../support/machine.ts'

interface Change {
  readonly config?: object
  readonly env?: Record<string, string>
  readonly machine?: object
  readonly ollama?: Observed['ollama']
  readonly claudeLogin?: boolean
  readonly kept?: readonly Provider[]
  readonly ledger?: Partial<Observed['ledger']>
}

/** The findings that a change to a healthy machine brings, without those that are ok. */
function findings(change: Change) {
  const {
    config = {},
    env = {},
    machine = {},
    ollama,
    claudeLogin = true,
    kept = [],
    ledger,
  } = change
  const settings = parseSettings(config)
  const variables = { OPENAI_API_KEY: 'sk-openai', ...env }
  return diagnose({
    machine: { ...HEALTHY, ...machine },
    source: profileSource(settings, {}, new Date('2026-11-22T12:00:00Z')),
    settings,
    configProblem: null,
    env: variables,
    claudeFiles: [],
    keys: { claudeLogin, kept },
    ollama:
      ollama === undefined
        ? { models: ['llama3.2:latest'], loaded: [{ model: 'llama3.2', contextTokens: 65_536 }] }
        : ollama,
    ledger: { place: '/l.db', state: 'fine', problem: null, waitingBytes: 0, ...ledger },
  })
    .filter(({ state }) => state !== 'ok')
    .map(({ check, state, message, fix }) => [`${check} ${state}`, message, fix])
}

test('a healthy machine has no finding', () => {
  expect(findings({})).toEqual([])
})

const { tmux, files } = HEALTHY

test.each<[string, Change, [string, string, string | null]]>([
  [
    'an old Node',
    { machine: { nodeVersion: '20.18.3' } },
    [
      'node broken',
      'Node.js 20.18.3 is too old: llmsel needs 20.19 or newer',
      'install a newer Node.js: https://nodejs.org/en/download',
    ],
  ],
  [
    'no llmsel on PATH',
    { machine: { launcher: { onPath: null, own: "/o'dd/bin/llmsel" } } },
    [
      'path warning',
      'PATH finds no llmsel: rc lines and completions do nothing',
      String.raw`export PATH='/o'\''dd/bin':"$PATH"`,
    ],
  ],
  [
    'another llmsel',
    { machine: { launcher: { onPath: '/a/llmsel', own: '/b/bin/llmsel' } } },
    [
      'path warning',
      'PATH finds another llmsel: /a/llmsel, not /b/bin/llmsel',
      `export PATH='/b/bin':"$PATH"`,
    ],
  ],
  [
    'a damaged ledger',
    {
      ledger: {
        state: 'broken',
        problem: { message: 'the ledger /l.db is damaged', fix: 'mv' },
        waitingBytes: 3000,
      },
    },
    [
      'ledger broken',
      'the ledger /l.db is damaged; 3 kB of a gateway that ended wait for it',
      'mv',
    ],
  ],
  [
    'a journal that waits',
    { ledger: { waitingBytes: 10 } },
    [
      'ledger note',
      'the ledger /l.db can be used; 1 kB of a gateway that ended wait for it',
      'llmsel costs spent',
    ],
  ],
  [
    'no tmux',
    { machine: { tmux: { ...tmux, version: null } } },
    ['tmux broken', 'tmux is not installed: there can be no sessions', 'install it: apt'],
  ],
  [
    'an old tmux',
    { machine: { tmux: { ...tmux, version: 'tmux 3.1c' } } },
    ['tmux broken', 'tmux 3.1c is too old: sessions need tmux 3.2 or later', 'install it: apt'],
  ],
  [
    'a tmux that loses codes',
    { machine: { tmux: { ...tmux, version: 'tmux 3.3a' } } },
    [
      'tmux note',
      "tmux 3.3a; before 3.6 tmux loses some exit codes, so llmsel's wrapper records them",
      null,
    ],
  ],
  [
    'a stale socket',
    { machine: { tmux: { ...tmux, socket: { path: '/tmp/s', state: 'stale' } } } },
    [
      'tmux-socket note',
      'no tmux server answers at /tmp/s; the next session starts one',
      'rm /tmp/s',
    ],
  ],
  [
    'update-environment',
    {
      machine: {
        tmux: {
          ...tmux,
          updateEnvironment: [
            'update-environment[0] DISPLAY',
            'update-environment[8] CLAUDE_MODEL',
          ],
        },
      },
    },
    [
      'update-environment warning',
      "tmux's update-environment holds CLAUDE_MODEL: each attach changes it in the session",
      "tmux set-option -gu 'update-environment[8]', and take it out of tmux.conf",
    ],
  ],
  [
    'an open config',
    { machine: { files: { ...files, config: { path: '/c', mode: 0o644, mine: true } } } },
    ['permissions warning', 'others can read /c (0644)', 'chmod 600 /c'],
  ],
  [
    "another user's config",
    { machine: { files: { ...files, config: { path: '/c', mode: 0o600, mine: false } } } },
    ['permissions broken', '/c belongs to another user', 'sudo chown "$(id -u)" /c'],
  ],
  [
    'a state folder that cannot be written',
    { machine: { files: { ...files, state: { path: '/s', writable: false } } } },
    [
      'state broken',
      '/s cannot be written: no sessions, and every shell waits for Node.js',
      'chmod u+rwx /s',
    ],
  ],
  [
    'old fragments',
    { machine: { files: { ...files, oldFragments: ['/s/env/0.0.9'] } } },
    ['fragments note', 'other versions of llmsel left behind: /s/env/0.0.9', 'llmsel doctor --fix'],
  ],
  [
    'a retired default',
    { config: { default: 'haiku-3.5' } },
    [
      'models broken',
      'default: claude-3-5-haiku-20241022 was retired on 2026-02-19: requests fail; use claude-haiku-4-5-20251001',
      'llmsel config set default claude-haiku-4-5-20251001',
    ],
  ],
  [
    'an ending pin',
    { config: { pins: { sonnet: 'claude-sonnet-4-5-20250929' } } },
    [
      'models warning',
      'pins.sonnet: claude-sonnet-4-5-20250929 retires on 2026-11-30; use claude-sonnet-5-5',
      'llmsel models unpin sonnet',
    ],
  ],
  [
    'an ending hop',
    {
      config: {
        profiles: { night: { model: 'haiku', failover: true, chain: ['gpt', 'sonnet-4.5'] } },
      },
    },
    [
      'models warning',
      'profiles.night.chain: claude-sonnet-4-5-20250929 retires on 2026-11-30; use claude-sonnet-5-5',
      'llmsel config set profiles.night.chain gpt,claude-sonnet-5-5',
    ],
  ],
  [
    'an unknown model',
    { config: { profiles: { night: { model: 'haiko' } } } },
    [
      'models broken',
      'no profile or model "haiko", which profile "night" names',
      'did you mean "haiku"? run: llmsel models',
    ],
  ],
  [
    'an ending model in this shell',
    { env: { CLAUDE_MODEL: 'claude-sonnet-4-5-20250929' } },
    [
      'models warning',
      'CLAUDE_MODEL in this shell: claude-sonnet-4-5-20250929 retires on 2026-11-30; use claude-sonnet-5-5',
      'llmsel use claude-sonnet-5-5',
    ],
  ],
  [
    'no key',
    { claudeLogin: false },
    ['keys note', 'claude: no key', 'llmsel keys set claude, or log in with claude'],
  ],
  [
    'no Ollama',
    { ollama: null },
    [
      'ollama note',
      'no Ollama answers at http://127.0.0.1:11434: there are no free models',
      'ollama serve',
    ],
  ],
  [
    'no Ollama where it is needed',
    { ollama: null, config: { default: 'free' } },
    [
      'ollama broken',
      'no Ollama answers at http://127.0.0.1:11434: there are no free models',
      'ollama serve',
    ],
  ],
  [
    'an Ollama that asks for a key',
    { ollama: 'locked' },
    ['ollama note', 'Ollama at http://127.0.0.1:11434 asks for a key', 'llmsel keys set ollama'],
  ],
  [
    'a model that is not pulled',
    { ollama: { models: ['llama3.2:1b'], loaded: [] } },
    [
      'ollama note',
      'Ollama at http://127.0.0.1:11434 has not pulled llama3.2',
      'ollama pull llama3.2',
    ],
  ],
  [
    'an unknown window',
    { ollama: { models: ['llama3.2'], loaded: [] } },
    [
      'ollama-context note',
      'Ollama cuts long prompts silently; its window is 4k tokens on most laptops',
      'OLLAMA_CONTEXT_LENGTH=65536 ollama serve',
    ],
  ],
  [
    'a small window',
    {
      ollama: { models: ['llama3.2'], loaded: [{ model: 'llama3.2:latest', contextTokens: 4096 }] },
    },
    [
      'ollama-context warning',
      "llama3.2:latest is loaded with a window of 4096 tokens: an agent's prompts do not fit and are cut silently",
      'OLLAMA_CONTEXT_LENGTH=65536 ollama serve',
    ],
  ],
])('%s', (_, change, finding) => {
  expect(findings(change)).toEqual([finding])
})

test('an Ollama whose key the gateway has is none to be mended', () => {
  expect(findings({ ollama: 'locked', kept: ['ollama'] })).toEqual([])
})

test('no key is ever in a finding', () => {
  const env = { ANTHROPIC_API_KEY: 'sk-ant-secret', ANTHROPIC_AUTH_TOKEN: 'sk-token' }
  expect(JSON.stringify(findings({ env, ollama: null }))).not.toMatch(/sk-/)
})
