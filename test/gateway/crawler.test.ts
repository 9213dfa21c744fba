import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseSettings } from '../../src/domain/config/schema.ts'
import { profileSource } from '../../src/domain/config/source.ts'
import { environmentOf } from '../../src/domain/profiles/environment.ts'
import { tokenIn } from '../../src/domain/profiles/gateway-route.ts'
import { resolveProfile } from '../../src/domain/profiles/resolve.ts'
import { anthropicError, json } from '../support/fake-upstream.ts'
import { KEYS, testGateway, type TestGateway } from '../support/gateway.ts'
import { ollamaSays } from '../support/providers.ts'

const CRAWLER = resolve(import.meta.dirname, '../../examples/workers/crawler_service.py')

let folder: string
let gateway: TestGateway

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmsel-crawler-'))
})

afterEach(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true })
})

/** What a session on the profile gives its worker. */
function sessionVariables(profile: string, url: string): Readonly<Record<string, string>> {
  const source = profileSource(parseSettings({}), {}, new Date('2026-11-22T12:00:00Z'))
  const route = { url, token: tokenIn(url) ?? '', claudeToken: true, noProxy: '' }
  return environmentOf(resolveProfile(source, profile), source, route).set
}

test('the crawler of a budget session gets its summaries although Claude limits its rate', async () => {
  const limited = json(429, anthropicError('rate_limit_error', 'slow'), { 'retry-after': '60' })
  gateway = await testGateway({ claude: limited, ollama: ollamaSays('A light on a rock.') })
  const url = gateway.session('budget')
  const child = spawn('python3', [CRAWLER], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', HOME: folder, ...sessionVariables('budget', url) },
    stdio: 'ignore',
  })
  expect(await once(child, 'close')).toEqual([0, null])
  const report = JSON.parse(readFileSync(join(folder, 'crawler_report.json'), 'utf8'))
  expect(report).toMatchObject({
    model: 'claude-haiku-5-5',
    provider: 'claude',
    complete: true,
    summaries: { asked: gateway.url, written: 6, problem: null },
  })
  expect(gateway.claude.received).toHaveLength(1)
  expect(gateway.claude.received[0]?.headers['x-api-key']).toBe(KEYS.claude?.value)
  const circuits = await fetch(`${url}/api/llm/circuits`)
  expect(await circuits.json()).toEqual({
    circuits: [
      expect.objectContaining({
        target: expect.stringMatching(/^claude\/claude-haiku-5-5#/),
        state: 'open',
        reason: '429 rate limit',
        lastOutcome: 'rate-limited',
        nextProbe: '2026-11-22T12:01:00.000Z',
      }),
      expect.objectContaining({
        target: 'ollama/llama3.2#none',
        state: 'closed',
        lastOutcome: 'answered',
      }),
    ],
  })
  expect((await fetch(`${gateway.url}/api/llm/circuits`)).status).toBe(401)
})
