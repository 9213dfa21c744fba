import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'

const CRAWLER = resolve(import.meta.dirname, '../../examples/workers/crawler_service.py')
const SECRET = 'sk-ant-test-3f9c'

interface Asked {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: { readonly model: string; readonly stream?: boolean }
}

interface Report {
  readonly model: string
  readonly provider: string
  readonly complete: boolean
  readonly pages: readonly { readonly path: string; readonly summary: string | null }[]
  readonly broken: readonly unknown[]
  readonly external: readonly string[]
  readonly summaries: { readonly asked: string | null; readonly written: number }
}

let folder: string
let servers: Server[]

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmsel-crawler-'))
  servers = []
})

afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(folder, { recursive: true, force: true })
})

/** An upstream that gives every request the same answer and remembers what it was asked. */
async function upstream(status: number, answer: unknown) {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request
      asked.push({ method, url, headers, body: JSON.parse(body) })
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
  }).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { asked, host: `127.0.0.1:${address.port}` }
}

function start(env: Record<string, string>, args: readonly string[] = []) {
  const hand = { PATH: process.env['PATH'] ?? '', HOME: folder, CLAUDE_MODEL: 'claude-haiku-5-5' }
  return spawn('python3', [CRAWLER, ...args], {
    cwd: folder,
    env: { ...hand, LLM_DEFAULT_PROVIDER: 'claude', LLM_FAILOVER_ENABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

async function crawl(env: Record<string, string>, args: readonly string[] = []) {
  const child = start(env, args)
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ])
  return { code, stdout, stderr, said: stdout.match(/^no summaries: .*$/gm) ?? [] }
}

function report(name = 'crawler_report.json'): Report {
  return JSON.parse(readFileSync(join(folder, name), 'utf8'))
}

test('without a model server every page is crawled and that is said once', async () => {
  const run = await crawl({})
  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).toContain('model claude-haiku-5-5 provider claude failover true\n')
  expect(run.said).toEqual([
    'no summaries: neither ANTHROPIC_BASE_URL nor OLLAMA_HOST is set, so no model is asked; going on without them',
  ])
  const { pages, ...rest } = report()
  expect(pages.map(({ path }) => path).sort()).toEqual([
    '/history.html',
    '/index.html',
    '/keeper/log.html',
    '/seabirds.html',
    '/tides.html',
    '/visit.html',
  ])
  expect(rest).toMatchObject({
    model: 'claude-haiku-5-5',
    provider: 'claude',
    complete: true,
    broken: [{ path: '/plans/tower.html', status: 404, linked_from: ['/history.html'] }],
    external: ['https://example.org/marine-forecast'],
    summaries: { asked: null, written: 0 },
  })
  expect(readdirSync(folder)).toEqual(['crawler_report.json'])
})

test('each page is summarised by the session’s model through ANTHROPIC_BASE_URL', async () => {
  const content = [
    { type: 'thinking', thinking: 'hm' },
    { type: 'text', text: 'A light\non a \u001b[31mrock.' },
  ]
  const { asked, host } = await upstream(200, { type: 'message', content })
  const run = await crawl(
    {
      ANTHROPIC_BASE_URL: `http://${host}/s/${SECRET}/`,
      ANTHROPIC_API_KEY: SECRET,
      ANTHROPIC_AUTH_TOKEN: SECRET,
      OLLAMA_HOST: '127.0.0.1:1',
    },
    ['--report', 'out.json'],
  )
  expect(run).toMatchObject({ code: 0, stderr: '', said: [] })
  expect(asked).toHaveLength(6)
  for (const { method, url, headers, body } of asked) {
    expect({ method, url }).toEqual({ method: 'POST', url: `/s/${SECRET}/v1/messages` })
    expect(headers).toMatchObject({
      'anthropic-version': '2023-06-01',
      'x-api-key': SECRET,
      authorization: `Bearer ${SECRET}`,
    })
    expect(body.model).toBe('claude-haiku-5-5')
  }
  expect(run.stdout).toContain('Gull Rock Lighthouse, 5 links: A light on a [31mrock.\n')
  expect(report('out.json').pages.map(({ summary }) => summary)).toEqual(
    Array<string>(6).fill('A light on a [31mrock.'),
  )
  expect(report('out.json').summaries).toMatchObject({ asked: `http://${host}`, written: 6 })
  expect(run.stdout + readFileSync(join(folder, 'out.json'), 'utf8')).not.toContain(SECRET)
})

test.each([
  ['a host and port', (host: string) => host],
  ['an address to listen on', (host: string) => host.replace('127.0.0.1', '0.0.0.0')],
  ['a URL', (host: string) => `http://${host}`],
])('OLLAMA_HOST is asked in its own format when it is %s', async (_name, value) => {
  const { asked, host } = await upstream(200, { message: { content: 'A light.' }, done: true })
  const run = await crawl({
    CLAUDE_MODEL: '',
    LLMSEL_MODEL: 'llama3.2',
    LLM_DEFAULT_PROVIDER: 'ollama',
    OLLAMA_HOST: value(host),
  })
  expect(run).toMatchObject({ code: 0, stderr: '', said: [] })
  expect(asked.map(({ url }) => url)).toEqual(Array<string>(6).fill('/api/chat'))
  expect(asked[0]?.body).toMatchObject({ model: 'llama3.2', stream: false })
  expect(report()).toMatchObject({
    model: 'llama3.2',
    provider: 'ollama',
    summaries: { written: 6 },
  })
})

test.each([
  [
    500,
    { error: { type: 'api_error', message: `out of order, ${SECRET}` } },
    'answered 500: out of order, …',
  ],
  [404, { error: 'model not found' }, 'answered 404: model not found'],
  [503, '<html>', 'answered 503'],
  [200, { content: 'hello' }, 'answered with something that is no reply of its API'],
])(
  'an answer %d without a summary is said once, and asked for once',
  async (status, answer, why) => {
    const { asked, host } = await upstream(status, answer)
    const run = await crawl({ ANTHROPIC_BASE_URL: `http://${host}`, ANTHROPIC_API_KEY: SECRET })
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.said).toEqual([
      `no summaries: claude-haiku-5-5 at http://${host} (ANTHROPIC_BASE_URL) ${why}; going on without them`,
    ])
    expect(asked).toHaveLength(1)
    expect(report().pages).toHaveLength(6)
  },
)

test('a server that is not there is said once', async () => {
  const run = await crawl({ ANTHROPIC_BASE_URL: 'http://127.0.0.1:1' })
  expect(run.code).toBe(0)
  expect(run.said).toEqual([expect.stringContaining('does not answer: Connection refused')])
})

test('SIGTERM ends it with 143 and the report of what it has', async () => {
  const child = start({}, ['--delay', '60'])
  const closed = once(child, 'close')
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    if (String(chunk).includes('200 /index.html')) child.kill('SIGTERM')
  }
  expect(await closed).toEqual([143, null])
  expect(report()).toMatchObject({ complete: false, pages: [{ path: '/index.html' }] })
})

test.each([
  ['--pages', 'nowhere', 'no index.html in nowhere'],
  ['--report', 'nowhere/report.json', 'no folder for the report'],
  ['--delay', 'nan', '--delay takes 0 to 3600 seconds'],
])('%s %s is a usage error', async (option, value, message) => {
  const run = await crawl({}, [option, value])
  expect(run).toMatchObject({ code: 2, stdout: '' })
  expect(run.stderr).toContain(message)
})
