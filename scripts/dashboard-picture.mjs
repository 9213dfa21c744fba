// `npm run picture`: docs/images/dashboard-*.png, from the real page over a real gateway with demo
// traffic; the figures of a year are made up. In another folder than that, a narrow one, too.
// It needs tmux and Chromium (LLMSEL_TEST_CHROMIUM names another one than /usr/bin/chromium).
import { spawnSync } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { build } from 'esbuild'
import { chromium } from 'playwright-core'
import { ensureBuilt } from './build.mjs'
import { root } from './prepare.mjs'
import { smallPng } from './small-png.mjs'

const SIZES = [
  { name: 'dashboard-light', colorScheme: 'light', width: 1440, height: 1180 },
  { name: 'dashboard-dark', colorScheme: 'dark', width: 1440, height: 1180 },
]
/** To look at, not to show. */
const NARROW = { name: 'dashboard-narrow', colorScheme: 'light', width: 360, height: 780 }
/** Until there is something to see. */
const TRAFFIC_MS = 9000

/** What the demo's sessions run: requests through the gateway, and a line about each. */
const WORKER = `
import json, os, random, sys, time, urllib.request
pause = float(sys.argv[1])
base, model = os.environ['ANTHROPIC_BASE_URL'], os.environ['LLMSEL_MODEL']
for page in range(1, 1000):
    body = {'model': model, 'max_tokens': 200, 'messages': [{'role': 'user', 'content': f'page {page}'}]}
    head = {'content-type': 'application/json', 'anthropic-version': '2023-06-01'}
    try:
        asked = urllib.request.Request(base + '/v1/messages', json.dumps(body).encode(), head)
        with urllib.request.urlopen(asked) as reply:
            by = reply.headers.get('x-llmsel-target')
        print(f'{time.strftime("%H:%M:%S")} page {page}: \\033[32mdone\\033[0m by {by}', flush=True)
    except Exception as error:
        print(f'{time.strftime("%H:%M:%S")} page {page}: \\033[31m{error}\\033[0m', flush=True)
    time.sleep(pause * random.uniform(0.6, 1.4))
`

const [argument] = process.argv.slice(2)
const folder = argument ?? join(root, 'docs', 'images')

function listen(answer) {
  return new Promise((resolve) => {
    const server = createServer((request, response) => {
      const chunks = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => answer(request, response, Buffer.concat(chunks).toString()))
    })
    server.listen(0, '127.0.0.1', () =>
      resolve({ server, url: `http://127.0.0.1:${server.address().port}` }),
    )
  })
}

function send(response, status, body, headers = {}) {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}

/** Claude is asked too often after a while, as happens; the others answer. */
async function providers() {
  let haikus = 0
  const claude = await listen(async (_, response, text) => {
    const { model } = JSON.parse(text)
    await pause(150 + Math.random() * 500)
    if (model.includes('haiku') && ++haikus > 14) {
      const error = { type: 'rate_limit_error', message: 'slow down' }
      return send(response, 429, { type: 'error', error }, { 'retry-after': '45' })
    }
    send(response, 200, {
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model,
      content: [{ type: 'text', text: 'done' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 900, output_tokens: 80 },
    })
  })
  const ollama = await listen(async ({ url }, response) => {
    if (url === '/api/tags') return send(response, 200, { models: [{ name: 'llama3.2:latest' }] })
    if (url !== '/api/chat')
      return send(response, 200, {
        capabilities: ['completion', 'tools'],
        model_info: { 'llama.context_length': 131_072 },
      })
    await pause(400 + Math.random() * 900)
    send(response, 200, {
      model: 'llama3.2',
      created_at: '2026-11-22T12:00:00Z',
      message: { role: 'assistant', content: 'done' },
      done: true,
      done_reason: 'stop',
      prompt_eval_count: 900,
      eval_count: 80,
    })
  })
  return { claude, ollama }
}

/** The figures of a year, typed as the gateway's own: the tests use the same. */
async function moneyAnswers() {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'test', 'support', 'spending.ts')],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  })
  const text = Buffer.from(outputFiles[0].contents).toString('base64')
  return (await import(`data:text/javascript;base64,${text}`)).moneyAnswer
}

function machine({ claude, ollama }) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'llmsel-picture-')))
  const home = join(folder, 'home')
  const config = join(home, '.config', 'llmsel')
  for (const path of [config, join(folder, 'tmux')]) mkdirSync(path, { recursive: true })
  const urls = { claude: { baseUrl: claude.url }, ollama: { baseUrl: ollama.url } }
  writeFileSync(join(config, 'config.json'), JSON.stringify({ providers: urls }), { mode: 0o600 })
  writeFileSync(join(folder, 'worker.py'), WORKER)
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    TMUX_TMPDIR: join(folder, 'tmux'),
    LLMSEL_TMUX_SOCKET: `picture-${randomBytes(6).toString('hex')}`,
    LLMSEL_GATEWAY_PORT: String(randomInt(15_000, 30_000)),
    ANTHROPIC_API_KEY: 'sk-ant-of-the-picture',
  }
  const llmsel = (...words) => {
    const options = { env, cwd: folder, encoding: 'utf8' }
    const { status, stdout, stderr } = spawnSync(join(root, 'bin', 'llmsel'), words, options)
    if (status !== 0) throw new Error(`llmsel ${words.join(' ')}: ${stderr}`)
    return stdout
  }
  return {
    llmsel,
    close: () => {
      llmsel('gateway', 'stop')
      spawnSync('tmux', ['-L', env.LLMSEL_TMUX_SOCKET, 'kill-server'], { env })
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 })
    },
  }
}

async function takePictures(llmsel, answer) {
  const executablePath = process.env['LLMSEL_TEST_CHROMIUM'] ?? '/usr/bin/chromium'
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  const pages = []
  const sizes = argument === undefined ? SIZES : [...SIZES, NARROW]
  for (const { name, colorScheme, width, height } of sizes) {
    const page = await browser.newPage({ colorScheme, viewport: { width, height } })
    await page.route(/\/api\/llm\/(?:costs|limits)/, async (route) => {
      await route.fulfill({ json: answer(new URL(route.request().url()), Date.now()) })
    })
    await page.goto(llmsel('gateway', 'open', '--print').trim())
    pages.push({ page, name })
  }
  await pause(TRAFFIC_MS)
  const pictures = []
  for (const { page, name } of pages) {
    await page.getByRole('button', { name: 'crawler' }).click()
    await pause(500)
    await page.evaluate(() => scrollTo(0, 0))
    pictures.push({ name, png: await page.screenshot({ animations: 'disabled', fullPage: true }) })
  }
  await browser.close()
  for (const { name, png } of pictures) writeFileSync(join(folder, `${name}.png`), smallPng(png))
}

await ensureBuilt()
mkdirSync(folder, { recursive: true })
const servers = await providers()
const box = machine(servers)
try {
  box.llmsel('gateway', 'start')
  const run = (profile, name, seconds) =>
    box.llmsel('session', 'new', profile, '--name', name, '--run', `python3 worker.py ${seconds}`)
  run('premium', 'review', 2.5)
  run('free', 'nightly', 1.5)
  run('budget', 'crawler', 0.4)
  await takePictures(box.llmsel, await moneyAnswers())
} finally {
  box.close()
  for (const { server } of Object.values(servers)) {
    server.closeAllConnections()
    server.close()
  }
}
