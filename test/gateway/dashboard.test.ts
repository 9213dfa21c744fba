import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask } from '../support/ask.ts'
import { anthropicMessage, json } from '../support/fake-upstream.ts'
import { testGateway, type TestGateway } from '../support/gateway.ts'

const SESSION = {
  name: 'crawler',
  profile: 'budget',
  model: 'claude-haiku-5-5',
  state: { kind: 'killed', signal: 'KILL', code: 137 },
  startedAt: '2026-11-22T11:00:00.000Z',
  attached: false,
  pid: null,
  restarts: 2,
  fleet: null,
  spentUsd: '0.0121',
  spentMore: false,
  limit: null,
  folder: '/somewhere',
  id: '$1',
  outputAt: new Date('2026-11-22T11:30:00Z'),
} as const

/** Of the answers here, the parts that are looked at. */
interface Body {
  readonly code: string
  readonly token: string
  readonly until: string
  readonly error: string
  readonly chains: unknown
  readonly circuits: readonly { readonly target: string }[]
}

let gateway: TestGateway
beforeEach(async () => {
  gateway = await testGateway({
    claude: json(200, anthropicMessage('hi')),
    sessions: {
      list: async () => [SESSION],
      logTail: (name, lines) => (name === 'crawler' ? `the last ${lines}\n` : null),
    },
  })
})
afterEach(async () => await gateway.close())

async function body(reply: Response): Promise<Body> {
  return (await reply.json()) as Body
}

async function newCode(): Promise<string> {
  return (await body(await gateway.control('link'))).code
}

async function redeem(code: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${gateway.url}/api/llm/dashboard/token`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ code }),
  })
}

async function newToken(): Promise<string> {
  return (await body(await redeem(await newCode()))).token
}

async function get(path: string, token: string): Promise<Response> {
  return await fetch(gateway.url + path, { headers: { authorization: `Bearer ${token}` } })
}

async function reset(target: unknown, token: string): Promise<Response> {
  return await fetch(`${gateway.url}/api/llm/circuits/reset`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify({ target }),
  })
}

test.each([
  ['/', 'text/html'],
  ['/dashboard/main.js', 'text/javascript'],
  ['/dashboard/style.css', 'text/css'],
  ['/dashboard/icon.svg', 'image/svg+xml'],
])(
  '%s is there for everybody on this machine, with a strict policy and no data',
  async (path, type) => {
    const reply = await fetch(gateway.url + path)
    expect(reply.status).toBe(200)
    const { headers } = reply
    expect(headers.get('content-type')).toContain(type)
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self';/,
    )
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|https?:|\*|data:/)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(headers.get('set-cookie')).toBeNull()
  },
)

test('a link opens once, and what it opened reads what the gateway knows', async () => {
  const code = await newCode()
  const reply = await redeem(code)
  expect(reply.status).toBe(200)
  const { token, until } = await body(reply)
  expect(token).toMatch(/^llmsel-d-[\w-]{43}$/)
  expect(Date.parse(until) - gateway.clock.nowMs).toBe(12 * 3_600_000)
  expect(await (await get('/api/llm/circuits', token)).json()).toEqual({ circuits: [] })
  expect(await (await get('/api/llm/sessions', token)).json()).toEqual({
    sessions: [
      {
        name: 'crawler',
        profile: 'budget',
        model: 'claude-haiku-5-5',
        state: 'killed',
        stateText: 'killed KILL · restarted 2 ×',
        startedAt: '2026-11-22T11:00:00.000Z',
        outputAt: '2026-11-22T11:30:00.000Z',
        attached: false,
        spentUsd: '0.0121',
        spentMore: false,
      },
    ],
  })
  const { chains } = await body(await get('/api/llm/chains', token))
  expect(chains).toMatchObject([
    { profile: 'premium', hops: [{ provider: 'claude', ready: true }] },
    { profile: 'budget', hops: [{}, { provider: 'ollama' }, { provider: 'openai' }] },
    { profile: 'free' },
  ])
  const again = await redeem(code)
  expect(again.status).toBe(410)
  expect(await again.json()).toEqual({
    error: 'this link was used already: run llmsel gateway open for a new one',
  })
})

test('a link that is a minute old, or of nobody, opens nothing', async () => {
  const code = await newCode()
  gateway.clock.nowMs += 60_000
  expect(await (await redeem(code)).json()).toEqual({
    error: 'this link is older than a minute: run llmsel gateway open for a new one',
  })
  const unknown = await redeem('guessed')
  expect(unknown.status).toBe(410)
  expect((await body(unknown)).error).toContain('this link is not known')
  expect((await redeem(12 as never)).status).toBe(400)
})

test('links are made for the command line alone', async () => {
  const url = `${gateway.url}/api/llm/control/link`
  expect((await fetch(url, { method: 'POST', body: '{}' })).status).toBe(401)
  const headers = { authorization: `Bearer ${await newToken()}` }
  expect((await fetch(url, { method: 'POST', body: '{}', headers })).status).toBe(401)
})

test('the token ends after 12 hours', async () => {
  const token = await newToken()
  gateway.clock.nowMs += 12 * 3_600_000 - 1
  expect((await get('/api/llm/sessions', token)).status).toBe(200)
  gateway.clock.nowMs += 1
  expect((await get('/api/llm/sessions', token)).status).toBe(401)
  expect((await get('/api/llm/circuits', token)).status).toBe(401)
})

test('no other page may ask for a token or use one', async () => {
  const origin = { origin: 'http://evil.example' }
  const code = await newCode()
  expect((await redeem(code, origin)).status).toBe(403)
  const token = await newToken()
  const headers = { authorization: `Bearer ${token}`, ...origin }
  expect((await fetch(`${gateway.url}/api/llm/sessions`, { headers })).status).toBe(403)
  expect((await redeem(code, { origin: gateway.url })).status).toBe(200)
})

test('the token spends nothing, and does nothing else', async () => {
  const token = await newToken()
  const headers = { authorization: `Bearer ${token}` }
  const reply = await ask(gateway.url, undefined, headers)
  expect(reply.status).toBe(403)
  expect(await reply.text()).toContain('and nothing else')
  expect((await get('/v1/models', token)).status).toBe(403)
  expect((await ask(`${gateway.url}/s/${token}`)).status).toBe(401)
  expect((await fetch(`${gateway.url}/s/${token}/api/llm/circuits`)).status).toBe(401)
  expect(gateway.claude.received).toEqual([])
})

test.each(['/api/llm/sessions', '/api/llm/sessions/crawler/log', '/api/llm/chains'])(
  '%s is for the dashboard, not for a program with a token of its own',
  async (path) => {
    expect((await fetch(gateway.url + path)).status).toBe(401)
    const program = gateway.base('budget').replace(/.*\/s\//, '')
    expect((await get(path, program)).status).toBe(401)
    expect((await reset('x', program)).status).toBe(401)
  },
)

test('the log of a session is shown by its last lines', async () => {
  const token = await newToken()
  const log = async (query: string) => await get(`/api/llm/sessions/crawler/log${query}`, token)
  expect(await (await log('?lines=7')).json()).toEqual({ name: 'crawler', text: 'the last 7\n' })
  expect(await (await log('')).json()).toEqual({ name: 'crawler', text: 'the last 100\n' })
  expect((await log('?lines=0')).status).toBe(400)
  expect((await log('?lines=1e9')).status).toBe(400)
  expect((await get('/api/llm/sessions/other/log', token)).status).toBe(404)
  expect((await get('/api/llm/sessions/..%2fother/log', token)).status).toBe(404)
  expect((await get('/api/llm/nothing', token)).status).toBe(404)
})

test('a circuit is reset by its name', async () => {
  gateway.claude.answer(json(401, { type: 'error', error: { type: 'x', message: 'bad key' } }))
  await ask(gateway.base('budget'))
  const token = await newToken()
  const { circuits } = await body(await get('/api/llm/circuits', token))
  expect(circuits).toMatchObject([{ state: 'open' }, {}, {}])
  expect(await (await reset(circuits[0]?.target, token)).json()).toEqual({ reset: 1 })
  const after = await body(await get('/api/llm/circuits', token))
  expect(after.circuits[0]).toMatchObject({ state: 'closed', reason: null })
  expect((await reset('', token)).status).toBe(400)
})

test('a page that is open is no news in the log', async () => {
  const token = await newToken()
  await fetch(gateway.url)
  await get('/api/llm/sessions', token)
  await get('/api/llm/sessions', 'llmsel-d-wrong')
  expect(gateway.log).toEqual(['GET /api/llm/sessions 401 0 ms'])
})

test('what asks whether Ollama is there, with a token in its path, asks Ollama', async () => {
  gateway.ollama.answer((response) => response.end('Ollama is running'))
  expect(await (await fetch(`${gateway.base('free')}/`)).text()).toBe('Ollama is running')
})
