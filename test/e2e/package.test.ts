import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { freshEnv, llmsel, ROOT } from '../support/launcher.ts'
import { nodeForTests } from '../support/node.ts'
import { sandbox } from '../support/tmux.ts'

let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmsel-package-'))
  // A packed tarball, installed as a person would: globally. Only the database's binary is downloaded.
  npm('pack', '--ignore-scripts', '--pack-destination', folder)
  const [tarball = ''] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
  const prefix = join(folder, 'prefix')
  npm('install', '--global', '--prefer-offline', '--prefix', prefix, join(folder, tarball))
})

/** Of the person, so that what is there need not be downloaded. */
const cache = process.env['npm_config_cache'] ?? join(homedir(), '.npm')

afterAll(() => rmSync(folder, { recursive: true }))

function npm(...args: string[]): void {
  const { status, stderr } = spawnSync('npm', args, {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, HOME: folder, npm_config_cache: cache },
  })
  expect({ status, stderr }).toMatchObject({ status: 0 })
}

test('the installed package runs, from its link, without development dependencies', () => {
  const launcher = join(folder, 'prefix/bin/llmsel')
  const home = join(folder, 'home')
  mkdirSync(home)
  const fresh = freshEnv(home)
  const env = { ...fresh, PATH: `${dirname(launcher)}:${fresh['PATH']}` }
  // Nothing is kept of a program that may still change within its second.
  utimesSync(join(folder, 'prefix/lib/node_modules/llmsel/dist/cli/cli.cjs'), 1e9, 1e9)
  const first = llmsel(['env', 'haiku'], env, { launcher }).stdout
  expect(first).toContain('claude-haiku-5-5')
  expect(llmsel(['env', 'haiku'], { ...env, PATH: '/nowhere' }, { launcher }).stdout).toBe(first)
  for (const words of [
    ['--version'],
    ['models'],
    ['costs', '--json'],
    ['config', 'set', 'default', 'budget'],
    ['which'],
  ]) {
    expect(llmsel(words, env, { launcher })).toMatchObject({ status: 0, stderr: '' })
  }
})

test('the installed package does the main job', () => {
  const box = sandbox()
  try {
    const run = (...words: readonly string[]) =>
      llmsel(words, box.env, { cwd: box.cwd, launcher: join(folder, 'prefix/bin/llmsel') })
    const crawler = join(
      folder,
      'prefix/lib/node_modules/llmsel/examples/workers/crawler_service.py',
    )
    const { status, stdout } = run('session', 'new', 'budget', '--run', crawler, '--wait')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^budget\tbudget\tclaude-haiku-5-5\t/)
    expect(run('session', 'logs', 'budget').stdout).toContain('done: 6 pages')
    expect(JSON.parse(run('session', 'list', '--json').stdout)).toMatchObject([
      { name: 'budget', state: 'exited', code: 0 },
    ])
    expect(JSON.parse(readFileSync(join(box.cwd, 'crawler_report.json'), 'utf8'))).toBeTruthy()
  } finally {
    box.close()
  }
})

test("the ledger's database is there, and its thread finds it", () => {
  const installed = join(folder, 'prefix/lib/node_modules/llmsel')
  const worker = join(installed, 'dist/cli/adapters-ledger-worker.cjs')
  const workerData = {
    place: { path: join(folder, 'state/ledger.db') },
    folder: join(folder, 'state/ledger'),
    owner: 'nobody',
    machine: 'here',
    retentionDays: null,
  }
  const script = `
    const { Worker } = require('node:worker_threads')
    const worker = new Worker(${JSON.stringify(worker)}, { workerData: ${JSON.stringify(workerData)} })
    worker.on('message', ({ value }) => console.log(JSON.stringify(value)))
    worker.postMessage({ id: 1, name: 'close', args: [true] })`
  const { stdout, stderr } = spawnSync(nodeForTests(), ['-e', script], { encoding: 'utf8' })
  expect(stderr).toBe('')
  expect(JSON.parse(stdout)).toEqual({
    attempts: 0,
    bytes: 0,
    newest: null,
    problem: null,
    unpriced: 0,
  })
})

test('it holds what it needs to run and nothing of the sources', () => {
  const installed = join(folder, 'prefix/lib/node_modules/llmsel')
  expect(readdirSync(installed).toSorted()).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'bin',
    'completions',
    'dist',
    'examples',
    'libexec',
    'man',
    'node_modules',
    'package.json',
    'schemas',
  ])
  expect(readdirSync(join(installed, 'dist/dashboard')).toSorted()).toEqual([
    'icon.svg',
    'index.html',
    'main.js',
    'style.css',
  ])
})

test('man finds its page', () => {
  const page = readFileSync(join(folder, 'prefix/share/man/man1/llmsel.1'), 'utf8')
  expect(page).toContain('.SH NAME\nllmsel \\- Put each terminal session')
})
