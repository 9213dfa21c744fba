import { spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  anthropicError,
  anthropicStream,
  dead,
  json,
  stream,
  type Script,
} from '../support/fake-upstream.ts'
import { testGateway, type GatewayWishes, type TestGateway } from '../support/gateway.ts'
import { CALL, claudeCalls, ollamaCalls, ollamaSays, ollamaServer } from '../support/providers.ts'

/** The official packages are no part of a Python: `.ci/run` names one that has them. */
const PYTHON = process.env['LLMSEL_TEST_PYTHON']
const PROGRAM = resolve(import.meta.dirname, 'official_clients.py')

const CLIENTS = ['anthropic', 'chat', 'responses'] as const
const WAYS = ['whole', 'streamed'] as const

let gateway: TestGateway
afterEach(async () => await gateway.close())

async function started(wishes: GatewayWishes): Promise<string> {
  gateway = await testGateway({ ollama: ollamaSays('from ollama'), ...wishes })
  return gateway.base('budget')
}

interface Job {
  readonly client: (typeof CLIENTS)[number]
  readonly way: (typeof WAYS)[number]
}

const EACH: readonly Job[] = CLIENTS.flatMap((client) => WAYS.map((way) => ({ client, way })))

let ask: (job: object) => Promise<unknown>
let stop = (): void => {}
afterAll(() => stop())

beforeAll(() => {
  if (PYTHON === undefined) return
  const child = spawn(PYTHON, [PROGRAM], {
    // A proxy that a program's environment names is not for loopback.
    env: { HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.1,localhost,::1' },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
  ask = async (job) => {
    child.stdin.write(`${JSON.stringify(job)}\n`)
    const { value } = await answers.next()
    return JSON.parse(String(value))
  }
  stop = () => void child.kill()
})

/** What each got, one after the other. */
async function python(base: string, jobs: readonly Job[]): Promise<unknown[]> {
  const results: unknown[] = []
  for (const job of jobs) results.push(await ask({ ...job, base }))
  return results
}

function asked(): { claude: number; ollama: number } {
  const { claude, ollama } = gateway
  const chats = ollama.received.filter(({ path }) => path === '/api/chat')
  return { claude: claude.received.length, ollama: chats.length }
}

describe.skipIf(PYTHON === undefined)('the official Python clients', () => {
  test('each gets Claude’s answer and tool call', async () => {
    const base = await started({ claude: claudeCalls })
    const said = { text: 'One moment.', calls: [CALL] }
    expect(await python(base, EACH)).toEqual(EACH.map(() => said))
    expect(asked()).toEqual({ claude: EACH.length, ollama: 0 })
  })

  test('each gets Ollama’s after a rate limit, which is asked for once', async () => {
    const limited = json(429, anthropicError('rate_limit_error', 'slow down'))
    const base = await started({ claude: limited, ollama: ollamaCalls })
    const said = { text: 'One moment.', calls: [CALL] }
    expect(await python(base, EACH)).toEqual(EACH.map(() => said))
    expect(asked()).toEqual({ claude: 1, ollama: EACH.length })
  })

  test.each<[string, Script]>([
    ['a dead socket', dead],
    ['garbage', json(200, '<html>no</html>')],
    [
      'a redirect',
      (response) => response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
    ],
  ])('each gets the next hop’s answer after %s', async (_, claude) => {
    const base = await started({ claude })
    const said = { text: 'from ollama', calls: [] }
    expect(await python(base, EACH)).toEqual(EACH.map(() => said))
  })

  test.each<[string, Script]>([
    ['an end', stream(anthropicStream('Hello').slice(0, 3))],
    ['a broken socket', stream(anthropicStream('Hello').slice(0, 3), 'destroy')],
  ])('after content %s is an error for each, and nobody is asked again', async (_, claude) => {
    const base = await started({ claude })
    const jobs = EACH.filter(({ way }) => way === 'streamed')
    for (const result of await python(base, jobs)) {
      expect(result).toMatchObject({ texts: ['Hello'], error: expect.stringMatching(/brok|fail/) })
    }
    expect(asked()).toEqual({ claude: jobs.length, ollama: 0 })
  })

  test('when all fail none of them asks again', async () => {
    const base = await started({
      claude: json(429, anthropicError('rate_limit_error', 'slow down')),
      ollama: ollamaServer(json(500, { error: 'no memory' })),
      openai: json(503, { error: { message: 'down', type: 'server_error', code: null } }),
    })
    const [first] = await python(base, EACH.slice(0, 1))
    expect(first).toMatchObject({ error: expect.stringContaining('slow down') })
    expect(asked()).toEqual({ claude: 1, ollama: 1 })
    expect(gateway.openai.received).toHaveLength(1)
  })
})
