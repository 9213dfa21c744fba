import { spawnSync, type SpawnSyncReturns } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { execa } from 'execa'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freshEnv, LAUNCHER, llmsel, ROOT } from '../support/launcher.ts'
import { nodeForTests } from '../support/node.ts'

let home: string
let env: Record<string, string>

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "llmsel it's a home "))
  env = freshEnv(home)
  mkdirSync(dirname(program()), { recursive: true })
  cpSync(join(ROOT, 'dist/cli/start.cjs'), program())
  writeFileSync(bundle(), bundleThatSays('one'))
  mkdirSync(join(state(), 'env'), { recursive: true })
})

afterEach(() => rmSync(home, { recursive: true }))

/** The built loader, with a small bundle of ours in the place of the command line. */
function program(): string {
  return join(home, 'package/dist/cli/start.cjs')
}

function bundle(): string {
  return join(dirname(program()), 'cli.cjs')
}

function bundleThatSays(word: string): string {
  return `(function(module,require,__filename,__dirname){
"use strict";function say(){require('fs').writeSync(1,'${word}')}say()
})`
}

function state(): string {
  return join(home, '.local/state/llmsel')
}

function keptFolder(): string {
  const [folder = 'none'] = readdirSync(join(state(), 'code'))
  return join(state(), 'code', folder)
}

function kept(): string {
  return join(keptFolder(), 'cli.cjs')
}

function node(
  args: readonly string[],
  more: Record<string, string> = {},
): SpawnSyncReturns<string> {
  return spawnSync(nodeForTests(), args, { env: { ...env, ...more }, encoding: 'utf8' })
}

function says(...options: readonly string[]): string {
  const { status, stdout, stderr } = node([...options, program()])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return stdout
}

/** Keeps, for the bundle that says "one", the code of the one that says "two": so its use shows. */
function plantTwo(): Buffer {
  writeFileSync(bundle(), bundleThatSays('two'))
  expect(says()).toBe('two')
  const two = readFileSync(kept())
  writeFileSync(bundle(), bundleThatSays('one'))
  const planted = Buffer.concat([
    Buffer.from(bundleThatSays('one')),
    two.subarray(bundleThatSays('two').length),
  ])
  writeFileSync(kept(), planted)
  return planted
}

test('the second run uses the code that the first has kept, private to the person', () => {
  plantTwo()
  expect(says()).toBe('two')
  expect(statSync(kept()).mode & 0o777).toBe(0o600)
  expect(statSync(keptFolder()).mode & 0o777).toBe(0o700)
  expect(readdirSync(keptFolder())).toEqual(['cli.cjs'])
})

test('another build is never met with the code of the one before, whatever its size and time', () => {
  expect(says()).toBe('one')
  const { atime, mtime } = statSync(bundle())
  writeFileSync(bundle(), bundleThatSays('two'))
  utimesSync(bundle(), atime, mtime)
  expect(says()).toBe('two')
  expect(says()).toBe('two')
})

const byOther: [string, () => void][] = [
  ['others may write', () => chmodSync(kept(), 0o620)],
  ['is a folder', () => (rmSync(kept()), mkdirSync(kept()))],
  ['is a pipe', () => (rmSync(kept()), spawnSync('mkfifo', [kept()]))],
  // Only root can give a file away.
  ...(process.getuid?.() === 0
    ? [['another user owns', () => chownSync(kept(), 65534, 65534)] satisfies [string, () => void]]
    : []),
]

test.each(byOther)('what %s is not used', (_, spoil) => {
  plantTwo()
  spoil()
  expect(says()).toBe('one')
})

test.each([
  ['cut short', (bytes: Buffer) => bytes.subarray(0, bytes.length - 100)],
  ['empty', () => Buffer.alloc(0)],
  ['without code', (bytes: Buffer) => bytes.subarray(0, bundleThatSays('one').length)],
  ['of a bit that has turned', (bytes: Buffer) => withBit(bytes, bytes.length - 200)],
  ['of a hole', (bytes: Buffer) => Buffer.from(bytes).fill(0, 300, 600)],
  [
    'of another V8',
    (bytes: Buffer) => {
      const half = (bytes.length - bundleThatSays('one').length) / 2
      return withBit(withBit(bytes, bytes.length - 2 * half + 4), bytes.length - half + 4)
    },
  ],
])('a file %s is made anew', (_, damage) => {
  const planted = plantTwo()
  writeFileSync(kept(), damage(planted))
  expect(says()).toBe('one')
  expect(readFileSync(kept()).equals(damage(planted))).toBe(false)
  expect(says()).toBe('one')
})

function withBit(bytes: Buffer, at: number): Buffer {
  const turned = Buffer.from(bytes)
  turned.writeUInt8(turned.readUInt8(at) ^ 1, at)
  return turned
}

test('a Node with other flags has its own code, and spoils nothing', () => {
  for (const options of [[], ['--no-opt'], [], ['--no-opt', '--stack-size=500']]) {
    expect(says(...options)).toBe('one')
  }
})

/** A module that Node loads first, which spoils a function of node:fs. */
function hook(code: string): string {
  const path = join(home, 'hook.cjs')
  writeFileSync(path, `const fs = require('node:fs')\n${code}\n`)
  return path
}

test('a writer that is killed leaves what was there, and its draft goes in time', () => {
  says()
  writeFileSync(bundle(), bundleThatSays('two'))
  const killer = hook(`fs.renameSync = () => process.kill(process.pid, 'SIGKILL')`)
  expect(node(['-r', killer, program()])).toMatchObject({ signal: 'SIGKILL', stdout: 'two' })
  const [draft = ''] = readdirSync(keptFolder()).filter((name) => name !== 'cli.cjs')
  expect(draft).not.toBe('')
  expect(readFileSync(kept(), 'utf8')).toContain('one')
  utimesSync(join(keptFolder(), draft), 1, 1)
  expect(says()).toBe('two')
  expect(readdirSync(keptFolder())).toEqual(['cli.cjs'])
})

test('what a Node that has gone has left is removed a month later', () => {
  says()
  const old = join(state(), 'code/v18.0.0-x64')
  const recent = join(state(), 'code/v19.0.0-x64')
  for (const folder of [old, recent]) mkdirSync(folder)
  utimesSync(old, 1, 1)
  rmSync(keptFolder(), { recursive: true })
  says()
  expect(readdirSync(join(state(), 'code'))).toHaveLength(2)
  expect(statSync(recent).isDirectory()).toBe(true)
})

test.each([
  ['a full disk', `fs.writeFileSync = () => { throw new Error('ENOSPC') }`],
  [
    'a disk that fills up',
    `const write = fs.writeFileSync
    fs.writeFileSync = (path, data, ...rest) => {
      if (data.length > 0) throw new Error('ENOSPC')
      write(path, data, ...rest)
    }`,
  ],
  ['a read-only disk', `fs.mkdirSync = () => { throw new Error('EROFS') }`],
])('%s costs only time', (_, code) => {
  expect(says('-r', hook(code))).toBe('one')
  const names = readdirSync(state(), { recursive: true, encoding: 'utf8' })
  expect(names.filter((name) => name.includes('cli.cjs'))).toEqual([])
})

test.each([['code'], ['']])(
  'a file in the place of the state folder’s %j costs only time',
  (path) => {
    rmSync(join(state(), path), { recursive: true, force: true })
    writeFileSync(join(state(), path), '')
    expect(says()).toBe('one')
  },
)

test('HOME unset: nothing is kept', () => {
  delete env['HOME']
  expect(says()).toBe('one')
  expect(readdirSync(state())).toEqual(['env'])
})

test('for somebody who only looks at llmsel nothing is kept, but once a session was started', () => {
  rmSync(join(home, '.local'), { recursive: true })
  expect(says()).toBe('one')
  expect(readdirSync(home)).toEqual(['package'])
  mkdirSync(join(state(), 'sessions'), { recursive: true })
  expect(says()).toBe('one')
  expect(statSync(kept()).isFile()).toBe(true)
})

test.runIf(process.getuid?.() === 0)("root leaves nothing in another user's home", () => {
  chownSync(join(state(), 'env'), 65534, 65534)
  expect(says()).toBe('one')
  expect(readdirSync(state())).toEqual(['env'])
})

test('many first runs at once each say the same, and leave whole files', async () => {
  const runs = Array.from({ length: 12 }, async () => {
    const { stdout } = await execa(LAUNCHER, ['models'], { env, extendEnv: false })
    return stdout
  })
  const [first, ...others] = await Promise.all(runs)
  for (const text of others) expect(text).toBe(first)
  expect(readdirSync(keptFolder()).toSorted()).toEqual([
    'cli.cjs',
    'commander.cjs',
    'commands-models-noun.cjs',
    'main.cjs',
  ])
  expect(llmsel(['models'], env).stdout.trimEnd()).toBe(first)
})

test('a command that is new adds its functions to those that are kept', () => {
  const sizes = ['--version', 'models', 'costs'].map((command) => {
    llmsel([command], env)
    return statSync(join(keptFolder(), 'commander.cjs')).size
  })
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b))
  expect(new Set(sizes).size).toBeGreaterThan(1)
  const before = statSync(join(keptFolder(), 'commander.cjs'), { bigint: true }).mtimeNs
  llmsel(['costs', '--json'], env)
  const after = statSync(join(keptFolder(), 'commander.cjs'), { bigint: true }).mtimeNs
  expect(after).toBe(before)
})
