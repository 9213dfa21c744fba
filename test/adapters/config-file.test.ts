import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openConfigFile } from '../../src/adapters/config-file.ts'
import { NO_SETTINGS } from '../../src/domain/config/settings.ts'

let root: string
let folder: string
let path: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'llmsel-config-'))
  folder = join(root, 'a b', 'llmsel')
  path = join(folder, 'config.json')
})

afterEach(() => rmSync(root, { recursive: true }))

function given(text: string): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(path, text, { mode: 0o600 })
}

test('no file, and no home at all, set nothing', () => {
  expect(openConfigFile(folder).read()).toEqual(NO_SETTINGS)
  const homeless = openConfigFile(null)
  expect(homeless.read()).toEqual(NO_SETTINGS)
  expect(() => homeless.path).toThrow('HOME is not set')
})

test('a write makes the folder, is private, and leaves neither lock nor draft', async () => {
  await openConfigFile(folder).update(() => ({
    default: 'budget',
    models: { 'gpt-5.4': { provider: 'openai' } },
  }))
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    default: 'budget',
    models: { 'gpt-5.4': { provider: 'openai' } },
  })
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect(readdirSync(folder)).toEqual(['config.json'])
})

test('a FIFO is refused, not waited for', () => {
  mkdirSync(folder, { recursive: true })
  spawnSync('mkfifo', [path])
  expect(() => openConfigFile(folder).read()).toThrow(`cannot read ${path}: it is no regular file`)
})

test('a link to the file, as dotfile managers make them, stays a link', async () => {
  const real = join(root, 'real.json')
  writeFileSync(real, '{"default":"free"}')
  mkdirSync(folder, { recursive: true })
  symlinkSync(real, path)
  await openConfigFile(folder).update((document) => ({ ...document, default: 'budget' }))
  expect(JSON.parse(readFileSync(real, 'utf8'))).toEqual({ default: 'budget' })
})

test.each([
  ['{"default":', 'is not JSON'],
  ['', 'is not JSON'],
  ['[]', 'must hold one JSON object'],
  ['{"defualt":"x"}', 'unknown key "defualt"'],
  ['{"default":7}', '"default" must be'],
])('a file that holds %j is named, refused and left as it is', async (text, message) => {
  given(text)
  const config = openConfigFile(folder)
  expect(() => config.read()).toThrow(message)
  expect(() => config.read()).toThrow(path)
  await expect(config.update((document) => ({ ...document }))).rejects.toThrow(message)
  expect(readFileSync(path, 'utf8')).toBe(text)
  expect(existsSync(join(folder, 'config.lock'))).toBe(false)
})

test('a folder in the place of the file is named', () => {
  mkdirSync(path, { recursive: true })
  expect(() => openConfigFile(folder).read()).toThrow(`cannot read ${path}`)
})

test('a change that is refused writes nothing', async () => {
  given('{"default":"free"}')
  const refuse = openConfigFile(folder).update(() => ({ default: 7 }))
  await expect(refuse).rejects.toThrow('"default" must be')
  expect(readFileSync(path, 'utf8')).toBe('{"default":"free"}')
})

test('writers at the same instant lose nothing', async () => {
  const names = Array.from({ length: 12 }, (_, index) => `alias${index}`)
  await Promise.all(
    names.map((name) =>
      openConfigFile(folder).update((document) => ({
        ...document,
        pins: { ...(document['pins'] as object), [name]: 'x' },
      })),
    ),
  )
  expect(Object.keys(openConfigFile(folder).read().pins).toSorted()).toEqual(names.toSorted())
})

test('the lock of a writer that died is taken over', async () => {
  mkdirSync(join(folder, 'config.lock'), { recursive: true })
  utimesSync(join(folder, 'config.lock'), 1, 1)
  await openConfigFile(folder).update(() => ({ default: 'free' }))
  expect(openConfigFile(folder).read().default).toBe('free')
})

test('a folder that cannot be written is named', async () => {
  writeFileSync(join(root, 'a b'), 'a file in its place')
  await expect(openConfigFile(folder).update(() => ({}))).rejects.toThrow(`cannot write ${path}`)
  chmodSync(root, 0o700)
})
