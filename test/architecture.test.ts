import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SRC = resolve(import.meta.dirname, '../src')

/** Which layer may import which. Absent from a row means forbidden. Rows stand from the top down. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'start.ts': ['node', 'adapters'],
  'cli.ts': ['main.ts', 'node', 'adapters', 'gateway', 'ports.ts', 'version.ts', 'exit.ts'],
  'main.ts': ['program.ts', 'ui', 'ports.ts', 'domain', 'commander', 'exit.ts'],
  'program.ts': ['commands', 'ui', 'ports.ts', 'version.ts', 'commander'],
  'index.ts': ['client', 'domain'],
  // It runs wherever there is a fetch.
  client: ['client', 'domain'],
  commands: ['commands', 'ui', 'ports.ts', 'domain', 'commander'],
  gateway: ['gateway', 'adapters', 'ports.ts', 'domain', 'node', 'undici', 'prom-client'],
  adapters: [
    'adapters',
    'ports.ts',
    'domain',
    'node',
    'conf',
    '@inquirer/prompts',
    'libsql',
    'pg',
    'pgpass',
  ],
  ui: ['ui', 'ports.ts', 'domain', 'chalk', 'cli-table3'],
  // It runs in a browser; what it shares with the terminal is how things are put into words.
  dashboard: ['dashboard', 'ui', 'ports.ts', 'domain', 'uplot'],
  'ports.ts': ['domain'],
  'version.ts': [],
  'exit.ts': [],
  domain: ['domain'],
}

/** The domain's folders from the bottom up: each may import itself and those before it. */
const DOMAIN = [
  '',
  'shell',
  'models',
  'costs',
  'wire',
  'failover',
  'ledger',
  'reports',
  'profiles',
  'sessions',
  'config',
  'completion',
  'doctor',
  'setup',
  'where',
]

/** Their import costs start-up, so it stands in files that are loaded when they are used. */
const LAZY = [
  'chalk',
  'cli-table3',
  'conf',
  '@inquirer/prompts',
  'undici',
  'prom-client',
  'libsql',
  'pg',
  'pgpass',
]

const IMPORT = /(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"\s]+)['"]/g
const STATIC_IMPORT = /^(?:import|export)\b(?! type)[^'"]*?['"](\.[^'"]+)['"]/gm

function layerOf(path: string): string {
  return relative(SRC, path).split('/')[0] ?? ''
}

function domainFolderOf(path: string): string {
  const inner = relative(join(SRC, 'domain'), path).split('/')
  return inner.length === 1 ? '' : (inner[0] ?? '')
}

function target(file: string, specifier: string): string {
  if (specifier.startsWith('node:')) return 'node'
  if (specifier.startsWith('.')) return layerOf(resolve(dirname(file), specifier))
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

function climbs(file: string, specifier: string): boolean {
  if (layerOf(file) !== 'domain' || !specifier.startsWith('.')) return false
  const from = DOMAIN.indexOf(domainFolderOf(file))
  const to = DOMAIN.indexOf(domainFolderOf(resolve(dirname(file), specifier)))
  return from < 0 || to < 0 || to > from
}

function violations(file: string, source: string): string[] {
  const allowed = ALLOWED[layerOf(file)] ?? []
  return [...source.matchAll(IMPORT)]
    .map(([, specifier = '']) => specifier)
    .filter((specifier) => !allowed.includes(target(file, specifier)) || climbs(file, specifier))
    .map((specifier) => `${relative(SRC, file)} must not import ${specifier}`)
}

function staticallyReached(entry: string): Set<string> {
  const reached = new Set([entry])
  for (const file of reached) {
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(STATIC_IMPORT)) {
      reached.add(resolve(dirname(file), specifier))
    }
  }
  return reached
}

/** Files that lead back to themselves, types included. */
function inCircles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  return [...imports.keys()].filter((start) => {
    const reached = new Set(imports.get(start))
    for (const file of reached) for (const next of imports.get(file) ?? []) reached.add(next)
    return reached.has(start)
  })
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, 'utf8').matchAll(IMPORT)]
    .filter(([, specifier = '']) => specifier.startsWith('.'))
    .map(([, specifier = '']) => resolve(dirname(file), specifier))
}

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(SRC, name))

test('every import follows the layer table', () => {
  expect(files.length).toBeGreaterThan(40)
  expect(files.flatMap((file) => violations(file, readFileSync(file, 'utf8')))).toEqual([])
})

test('the layer check notices what is planted', () => {
  const inDomain = join(SRC, 'domain/models/planted.ts')
  expect(violations(inDomain, `import { x } from '../../adapters/folders.ts'`)).toHaveLength(1)
  expect(violations(inDomain, `const fs = await import('node:fs')`)).toHaveLength(1)
  expect(violations(inDomain, `import type { P } from '../profiles/profile.ts'`)).toHaveLength(1)
  expect(violations(inDomain, `import { LlmselError } from '../errors.ts'`)).toHaveLength(0)
  const inCommands = join(SRC, 'commands/planted.ts')
  expect(violations(inCommands, `import { x } from '../adapters/folders.ts'`)).toHaveLength(1)
  expect(violations(join(SRC, 'client/planted.ts'), `import 'node:fs'`)).toHaveLength(1)
  expect(violations(join(SRC, 'unknown/planted.ts'), `import 'conf'`)).toHaveLength(1)
})

test('no file leads back to itself', () => {
  expect(inCircles(new Map(files.map((file) => [file, importsOf(file)])))).toEqual([])
  const planted = new Map([
    ['a', ['b', 'd']],
    ['b', ['c']],
    ['c', ['a']],
    ['d', []],
  ])
  expect(inCircles(planted)).toEqual(['a', 'b', 'c'])
})

test('start-up reaches no heavy package, and no command before it is named', () => {
  const parts = ['start.ts', 'cli.ts', 'main.ts'].map((name) => staticallyReached(join(SRC, name)))
  const reached = new Set(parts.flatMap((files) => [...files]))
  expect([...reached].map(layerOf)).toEqual(expect.arrayContaining(['program.ts', 'adapters']))
  const commands = [...reached].filter((file) => layerOf(file) === 'commands')
  expect(commands).toEqual([join(SRC, 'commands/attach.ts')])
  const heavy = [...reached].filter((file) =>
    [...readFileSync(file, 'utf8').matchAll(IMPORT)].some(([, name = '']) => LAZY.includes(name)),
  )
  expect(heavy).toEqual([])
  const planted = staticallyReached(join(SRC, 'adapters/config-writer.ts'))
  expect([...planted].some((file) => readFileSync(file, 'utf8').includes("from 'conf'"))).toBe(true)
})
