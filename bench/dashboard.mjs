// `npm run bench:dashboard`: the page in a headless Chromium, over the gateway as `llmsel gateway
// start` runs it, with a year of days in its ledger: when it is first painted, what a browser fetches
// of it, and how even its frames are while a hundred requests end each second.
// LLMSEL_TEST_CHROMIUM names another Chromium than /usr/bin/chromium.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { chromium } from 'playwright-core'
import { ensureBuilt } from '../scripts/build.mjs'
import { ensureInstalled, root, runScript } from '../scripts/prepare.mjs'
import { writeLedger } from './ledger.mjs'
import { llmsel, median, sandbox } from './timing.mjs'

const PORT = 15_000 + (process.pid % 10_000)
const LOADS = 20
const FRAMES_MS = 10_000
const EVENTS_A_SECOND = 100
const DAYS = 365

/** Requests at an even pace, by one connection each. */
function startTraffic(url) {
  const agent = new Agent({ keepAlive: true })
  const head = { 'content-type': 'application/json' }
  const messages = [{ role: 'user', content: 'hi' }]
  const body = JSON.stringify({ model: 'claude-haiku-5-5', max_tokens: 10, messages })
  const timer = setInterval(() => {
    const asked = request(`${url}/v1/messages`, { method: 'POST', agent, headers: head })
    asked.on('response', (response) => response.resume()).on('error', () => {})
    asked.end(body)
  }, 1000 / EVENTS_A_SECOND)
  return () => {
    clearInterval(timer)
    agent.destroy()
  }
}

/** Milliseconds from the navigation to the first contentful paint, of each load. */
async function firstPaints(page) {
  const times = []
  for (let n = 0; n < LOADS; n++) {
    await page.reload()
    await page.getByText('live', { exact: true }).waitFor()
    times.push(
      await page.evaluate(
        () => performance.getEntriesByName('first-contentful-paint')[0].startTime,
      ),
    )
  }
  return times
}

/** Milliseconds between frames, and the rows that came meanwhile. */
async function frames(page) {
  return await page.evaluate(
    (forMs) =>
      new Promise((resolve) => {
        const gaps = []
        const began = performance.now()
        let last = began
        requestAnimationFrame(function frame(now) {
          gaps.push(now - last)
          last = now
          if (now - began < forMs) requestAnimationFrame(frame)
          else resolve(gaps.slice(1))
        })
      }),
    FRAMES_MS,
  )
}

/** Gives the seconds that the page's main thread has worked: others on the machine do not count. */
async function processorTime(page) {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain: 'threadTicks' })
  return async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return metrics.find(({ name }) => name === 'TaskDuration').value
  }
}

function weight() {
  const folder = join(root, 'dist', 'dashboard')
  const sizes = readdirSync(folder).map((name) => gzipSync(readFileSync(join(folder, name))).length)
  return sizes.reduce((sum, size) => sum + size, 0) / 1000
}

async function measureIn(browser, env) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
  await page.goto(llmsel(env, 'gateway', 'open', '--print'))
  await page.getByText('live', { exact: true }).waitFor()
  const paints = await firstPaints(page)
  await page.getByText('a year', { exact: true }).click()
  const stop = startTraffic(llmsel(env, 'gateway', 'url', 'haiku'))
  await pause(2000)
  const busyOf = await processorTime(page)
  const began = performance.now()
  const before = await busyOf()
  const gaps = (await frames(page)).toSorted((a, b) => a - b)
  const busy = (1000 * ((await busyOf()) - before)) / (performance.now() - began)
  stop()
  return { paints, gaps, busy }
}

async function measured(env) {
  const executablePath = process.env['LLMSEL_TEST_CHROMIUM'] ?? '/usr/bin/chromium'
  // Its sandbox does not work as root.
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    return await measureIn(browser, env)
  } finally {
    await browser.close()
  }
}

function report({ paints, gaps, busy }) {
  const at = (part) => gaps[Math.floor((gaps.length - 1) * part)].toFixed(0)
  const verdict = (value, target) => (value <= target ? 'ok' : 'miss')
  const paint = median(paints)
  const [least, most] = [Math.min(...paints), Math.max(...paints)].map((ms) => ms.toFixed(0))
  const kilobytes = weight()
  console.log(
    `first paint ${paint.toFixed(0)} ms (${least} to ${most}), target 200, ${verdict(paint, 200)}`,
  )
  console.log(`fetched ${kilobytes.toFixed(0)} kB gzipped, target 150, ${verdict(kilobytes, 150)}`)
  console.log(
    `${EVENTS_A_SECOND} events a second, ${DAYS} days: a frame every ${at(0.5)} ms, 99 of 100 within ${at(0.99)}, all within ${at(1)}; the page's thread works ${(100 * busy).toFixed(0)} % of the time`,
  )
}

await runScript(async () => {
  await ensureInstalled()
  await ensureBuilt()
  const world = sandbox()
  const script = join(root, 'bench', 'gateway-servers.mjs')
  const upstream = spawn(process.execPath, [script, 'upstream'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const env = { ...world.env, ANTHROPIC_API_KEY: 'sk-ant-bench', LLMSEL_GATEWAY_PORT: String(PORT) }
  try {
    const port = await new Promise((resolve) =>
      upstream.stdout.once('data', (text) => resolve(+text)),
    )
    console.error(`writing ${DAYS} days …`)
    await writeLedger(world, { rows: DAYS * 48, days: DAYS })
    llmsel(env, 'config', 'set', 'providers.claude.baseUrl', `http://127.0.0.1:${port}`)
    llmsel(env, 'gateway', 'start')
    console.log(`Node ${process.versions.node}, ${availableParallelism()} cores`)
    report(await measured(env))
    return 0
  } finally {
    llmsel(env, 'gateway', 'stop')
    upstream.stdin.end()
    rmSync(world.folder, { recursive: true, force: true })
  }
})
