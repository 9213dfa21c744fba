import { spawn } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { LAUNCHER, freshEnv, llmsel } from '../support/launcher.ts'
import { answer } from '../support/logs.ts'
import { postgresOfFile } from '../support/postgres.ts'
import { until } from '../support/until.ts'

const postgres = postgresOfFile()

let home: string
let env: Record<string, string>
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'llmsel-costs-'))
  env = freshEnv(home)
})
afterEach(() => rmSync(home, { recursive: true }))

function log(...lines: readonly string[]): void {
  const path = join(home, '.claude/projects/-home-me/session.jsonl')
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, lines.join(''))
}

function costs(line: string): { readonly status: number | null; stdout: string; stderr: string } {
  return llmsel(['costs', ...line.split(' ')], env)
}

const since = '--since 2026-11-22 --timezone UTC'

test('in an empty home the reports say how to get a ledger, and leave nothing behind', () => {
  for (const line of ['spent', 'what-if']) {
    expect(costs(line)).toMatchObject({
      status: 0,
      stdout: '',
      stderr: expect.stringContaining('llmsel costs import'),
    })
    expect(JSON.parse(costs(`${line} --json`).stdout)).toMatchObject({
      catalogueDate: expect.any(String),
      refreshDate: null,
    })
  }
  expect(costs('export --format json').stdout).toBe('[\n]\n')
  expect(existsSync(join(home, '.local'))).toBe(false)
})

const OPUS = '--models opus,haiku,ollama'
const REPRICED = {
  anthropic: { models: { 'claude-opus-5-5': { cost: { input: 6, output: 30 } } } },
}

test('reports say when prices were refreshed, where such prices were used', () => {
  log(answer({ id: 'a' }))
  writeFileSync(join(home, 'list.json'), JSON.stringify(REPRICED))
  const refresh = ['models', 'refresh', '--from', join(home, 'list.json')]
  expect(llmsel(refresh, env).status).toBe(0)
  // As if that had been on the day before the answer.
  const path = join(home, '.config/llmsel/refreshed-models.json')
  const today = new Date().toISOString().slice(0, 10)
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll(today, '2026-11-22'))
  expect(costs('import').status).toBe(0)

  const said = 'from the catalogue of 2026-11-22, refreshed on 2026-11-22'
  for (const line of [`spent ${since}`, `what-if sonnet ${since}`, `${OPUS} --as-of 2026-11-24`]) {
    expect(costs(line).stderr).toContain(said)
    expect(JSON.parse(costs(`${line} --json`).stdout).refreshDate).toBe('2026-11-22')
  }
  for (const line of [`${OPUS} --as-of 2026-11-01`, '--as-of 2026-11-24']) {
    expect(costs(line).stderr).not.toContain('refreshed')
    expect(JSON.parse(costs(`${line} --json`).stdout).refreshDate).toBeNull()
  }
})

test.each(['its own ledger', 'PostgreSQL'])(
  'logs come in, and every report has them: %s',
  async (kind) => {
    if (kind === 'PostgreSQL') env['LLMSEL_LEDGER_URL'] = await postgres.database()
    log(answer({ id: 'a' }), answer({ id: 'b' }), answer({ id: 'b' }))
    expect(costs('import')).toMatchObject({ status: 0, stdout: 'claude-code\t2\t0\t0\t0\t0\n' })
    expect(costs('import').stderr).toBe('nothing new in the logs\n')
    const spent = JSON.parse(costs(`spent --by project --json ${since}`).stdout)
    expect(spent).toMatchObject({
      timeZone: 'UTC',
      rows: [{ key: '/home/me', requests: 2, input: 6, output: 14, usd: '0.000304' }],
    })
    const { models } = JSON.parse(costs(`what-if haiku --json ${since}`).stdout)
    expect(models).toMatchObject([
      { requests: 2, paid: { usd: '0.000304', thereUsd: '0.0000076' } },
    ])
    expect(costs(`export --to ${home}/out.csv`)).toMatchObject({ status: 0, stdout: '' })
    expect(readFileSync(join(home, 'out.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(3)
    expect(statSync(join(home, 'out.csv')).mode & 0o777).toBe(0o600)
    const database = join(home, '.local/state/llmsel/ledger.db')
    const mode = statSync(database, { throwIfNoEntry: false })?.mode ?? null
    expect(mode === null ? null : mode & 0o777).toBe(kind === 'PostgreSQL' ? null : 0o600)
  },
)

test('Ctrl-C stops an import with what it has, and the next one has the rest', async () => {
  const count = 60_000
  log(...Array.from({ length: count }, (_, i) => answer({ id: `a${i}` })))
  const child = spawn(LAUNCHER, ['costs', 'import', '--json'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let stdout = ''
  child.stdout.on('data', (text) => (stdout += String(text)))
  const ended = new Promise((resolve) => child.once('close', resolve))
  await until(() => existsSync(join(home, '.local/state/llmsel/ledger.db')))
  child.kill('SIGINT')
  expect(await ended).toBe(130)
  const first = JSON.parse(stdout)
  expect(first.interrupted).toBe(true)
  const before = first.agents[0]?.added ?? 0
  expect(before).toBeLessThan(count)
  const { agents } = JSON.parse(costs('import --json').stdout)
  expect(agents[0]).toMatchObject({ answers: count - before, added: count - before, known: 0 })
  const spent = JSON.parse(costs(`spent --json ${since}`).stdout)
  expect(spent.total.requests).toBe(count)
})

test('a ledger that cannot be used is the same words in each command and in doctor', () => {
  env['LLMSEL_LEDGER_URL'] = 'postgresql://me:s3cret@127.0.0.1:1/llmsel'
  const said = [costs('spent'), costs('what-if'), costs('import'), costs('export')]
  const doctor = llmsel(['doctor', '--json'], env)
  for (const { status, stderr } of said) {
    expect(status).toBe(1)
    expect(stderr).toContain('cannot use the ledger in PostgreSQL at 127.0.0.1:1/llmsel')
  }
  expect(doctor.stdout).toContain('cannot use the ledger in PostgreSQL at 127.0.0.1:1/llmsel')
  const all = said.map(({ stdout, stderr }) => stdout + stderr).join('') + doctor.stdout
  expect(all).not.toContain('s3cret')
})
