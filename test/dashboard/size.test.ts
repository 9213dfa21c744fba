import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'

const FOLDER = join(import.meta.dirname, '../../dist/dashboard')
const names = readdirSync(FOLDER)
const textOf = (name: string) => readFileSync(join(FOLDER, name))

test('all of the page is 150 kB at most as a browser would fetch it', () => {
  expect(names.toSorted()).toEqual(['icon.svg', 'index.html', 'main.js', 'style.css'])
  const bytes = names.reduce((sum, name) => sum + gzipSync(textOf(name)).length, 0)
  expect(bytes).toBeLessThan(150_000)
})

test('nothing in it has a way from a text to markup, or names another server', () => {
  const all = names.map((name) => String(textOf(name))).join('\n')
  expect(all).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(/)
  const urls = [...all.matchAll(/https?:\/\/[^\s"'`)]+/g)].map(([url]) => url)
  expect(new Set(urls)).toEqual(new Set(['http://www.w3.org/2000/svg']))
})
