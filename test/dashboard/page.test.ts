import axe from 'axe-core'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ListedSession } from '../../src/adapters/live-sessions.ts'
import { moneyText } from '../../src/dashboard/words.ts'
import type { SpentReport } from '../../src/domain/reports/spent-report.ts'
import { newSessionToken, tokenHash } from '../../src/gateway/proof.ts'
import { ask, limited, ollama, ollamaReply } from '../support/ask.ts'
import { CHROMIUM, startChromium } from '../support/chromium.ts'
import { anthropicMessage, json } from '../support/fake-upstream.ts'
import { SESSION, testGateway, type TestGateway } from '../support/gateway.ts'
import { moneyAnswer } from '../support/spending.ts'

const answers = json(200, anthropicMessage('hi'))
const pulled = json(200, { models: [{ name: 'llama3.2:latest' }] })

function session(name: string, profile: string, model: string): ListedSession {
  return {
    name,
    profile,
    model,
    state: { kind: 'running' },
    startedAt: '2026-11-22T11:00:00.000Z',
    attached: false,
    pid: 1,
    restarts: 0,
    fleet: null,
    spentUsd: null,
    spentMore: false,
    limit: null,
    folder: '/somewhere',
    id: '$1',
    outputAt: new Date('2026-11-22T11:59:00Z'),
  }
}

let browser: Browser
let gateway: TestGateway
/** What the pages of a test asked for, and what they complained of. */
let asked: string[]
let complaints: string[]

beforeAll(async () => {
  if (CHROMIUM !== null) browser = await startChromium()
})
afterAll(async () => await browser?.close())

beforeEach(async () => {
  ;[asked, complaints] = [[], []]
  gateway = await testGateway({
    claude: answers,
    ollama: (response, request) =>
      (request.path === '/api/tags' ? pulled : ollama(ollamaReply))(response, request),
    sessions: {
      list: async () => [
        session('crawler', 'budget', 'claude-haiku-5-5'),
        session('review', 'premium', 'claude-sonnet-5-5'),
      ],
      logTail: (name) => `${name} says <b>hi</b>\n`,
    },
  })
})
afterEach(async () => {
  for (const context of browser?.contexts() ?? []) await context.close()
  await gateway.close()
})

async function link(): Promise<string> {
  // The control channel's own shape.
  const { code } = (await (await gateway.control('link')).json()) as { code: string }
  return `${gateway.url}/#code=${code}`
}

async function newPage(options: BrowserContextOptions = {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
  page.on('request', (request) => asked.push(request.url()))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(error.message))
  // The browser's clock is the gateway's; timers go on.
  await page.clock.setFixedTime(gateway.clock.nowMs)
  return page
}

async function withMoney(page: Page): Promise<Page> {
  await page.route(/\/api\/llm\/(?:costs|limits)/, async (route) => {
    const url = new URL(route.request().url())
    await route.fulfill({ json: moneyAnswer(url, gateway.clock.nowMs) ?? {} })
  })
  return page
}

async function opened(page: Page): Promise<Page> {
  await page.goto(await link())
  await page.getByText('live', { exact: true }).waitFor()
  return page
}

const cellsOf = async (page: Page, row: number) =>
  await page.locator('.requests tbody tr').nth(row).locator('td').allTextContents()

describe.skipIf(CHROMIUM === null)(
  'in Chromium (without one at /usr/bin/chromium: skipped)',
  () => {
    test('the link opens the page, which shows what happens as it happens', async () => {
      const page = await opened(await newPage())
      await ask(gateway.session('budget'))
      await page.getByText('1 request since this page was opened').waitFor()
      expect(await cellsOf(page, 0)).toEqual([
        expect.stringMatching(/^\d\d:\d\d:\d\d$/),
        'test',
        'claude-haiku-5-5',
        'answered',
        '0 ms',
        '+0 ms',
        '$0.00001',
      ])
      await page.getByText('1 request in the last minute').waitFor()
      expect(page.url()).toBe(`${gateway.url}/`)
      expect(await page.context().cookies()).toEqual([])
      await page.reload()
      await page.getByText('live', { exact: true }).waitFor()
    })

    test('a circuit opens and is seen to; its button closes it again', async () => {
      const page = await opened(await newPage())
      const hop = page.locator('.chain', { hasText: 'budget' }).locator('li').first()
      await hop.getByText('not asked yet').waitFor()
      gateway.claude.answer(limited)
      await ask(gateway.base('budget'))
      await hop.getByText('asked again in 0:20').waitFor()
      expect(await hop.locator('.state').textContent()).toContain('open')
      expect(await hop.locator('.why').textContent()).toBe('429 rate limit')
      const next = page.locator('.chain', { hasText: 'budget' }).locator('li.next')
      expect(await next.locator('.model').textContent()).toContain('llama3.2')
      expect(await page.locator('.tiles').textContent()).toContain('1 open')
      expect(await page.getByRole('status').allTextContents()).toContain(
        'claude-haiku-5-5 is left alone: 429 rate limit',
      )
      expect((await cellsOf(page, 0)).slice(2, 4)).toEqual([
        'claude-haiku-5-5 rate-limited → llama3.2',
        'answered at try 2',
      ])
      await page.getByRole('button', { name: 'reset claude-haiku-5-5' }).press('Enter')
      await hop.locator('b', { hasText: 'closed' }).waitFor()
    })

    test('an answer that is older than what was heard since is not shown', async () => {
      const page = await newPage()
      let answered = (): void => {}
      const waits = new Promise<void>((resolve) => (answered = resolve))
      let turn = 0
      await page.route('**/api/llm/circuits', async (route) => {
        const reply = await route.fetch()
        if (++turn === 1) await waits
        await route.fulfill({ response: reply })
      })
      await opened(page)
      gateway.claude.answer(limited)
      await ask(gateway.base('budget'))
      await page.locator('.tiles', { hasText: '1 open' }).waitFor()
      const again = page.waitForResponse((reply) => reply.url().endsWith('/circuits') && turn === 2)
      answered()
      await again
      expect(await page.locator('.tiles').textContent()).toContain('1 open')
    })

    test('a link that was used, or is old, opens nothing, and says what does', async () => {
      const url = await link()
      const first = await newPage()
      await first.goto(url)
      await first.getByText('live', { exact: true }).waitFor()
      await first.context().close()
      asked = []
      const again = await newPage()
      await again.goto(url)
      const alert = again.getByRole('alert')
      await alert.waitFor()
      expect(await alert.textContent()).toContain('this link was used already')
      const old = await link()
      gateway.clock.nowMs += 60_000
      const late = await newPage()
      await late.goto(old)
      await late.getByRole('alert').waitFor()
      expect(await late.getByRole('alert').textContent()).toContain('older than a minute')
      expect(await late.locator('pre').textContent()).toBe('llmsel gateway open')
      const none = await newPage()
      await none.goto(gateway.url)
      await none.getByText('This page opens by a link').waitFor()
      for (const page of [again, late, none]) expect(await page.locator('.tiles').count()).toBe(0)
      const data = asked.filter((each) => each.includes('/api/') && !each.endsWith('/token'))
      expect(data).toEqual([])
    })

    test('nothing is asked of anybody else, and the browser refuses nothing', async () => {
      const page = await opened(await withMoney(await newPage()))
      await page.locator('.plot canvas').waitFor()
      await page.getByText('as a table').click()
      await ask(gateway.base('budget'))
      await page.getByText('1 request since this page was opened').waitFor()
      expect(asked.length).toBeGreaterThan(10)
      expect(asked.filter((url) => !url.startsWith(`${gateway.url}/`))).toEqual([])
      expect(asked.filter((url) => url.includes('llmsel-d-') || url.includes('code='))).toEqual([])
      expect(complaints).toEqual([])
    })

    test('names are texts, whatever is in them', async () => {
      const page = await opened(await newPage())
      const token = newSessionToken()
      const name = '<img src=x onerror=alert(1)>'
      gateway.sessions.register(tokenHash(token), { ...SESSION, session: name })
      await ask(`${gateway.url}/s/${token}`)
      await page.locator('td.who').waitFor()
      expect((await cellsOf(page, 0))[1]).toBe(name)
      expect(await page.locator('.log pre').textContent()).toBe('crawler says <b>hi</b>')
      expect(await page.locator('main img, main pre b').count()).toBe(0)
    })

    test('when the gateway goes away the page says so, and comes back by itself or ends', async () => {
      const page = await opened(await newPage())
      gateway.server.closeAllConnections()
      await page.getByText('live', { exact: true }).waitFor({ state: 'hidden' })
      await page.getByText('live', { exact: true }).waitFor()
      gateway.clock.nowMs += 13 * 3_600_000
      gateway.server.closeAllConnections()
      await page.getByText('the gateway was restarted, or 12 hours are over').waitFor()
      expect(await page.evaluate('sessionStorage.length')).toBe(0)
    })

    test('the sums are those of the reports; the period and the question are the person’s', async () => {
      const page = await opened(await withMoney(await newPage()))
      const since = (name: string) =>
        asked.filter((url) => url.includes(`/api/llm/costs${name}`) && url.includes('since=7d'))
      const today = new URL('/api/llm/costs?by=model&since=today', gateway.url)
      // What the test itself answers.
      const { total } = moneyAnswer(today, gateway.clock.nowMs) as SpentReport
      await page.locator('.tiles', { hasText: `today${moneyText(total.usd)}` }).waitFor()
      await page.getByText('as a table').click()
      await page.locator('.spend tbody tr').nth(29).waitFor()
      await page.getByRole('radio', { name: '7 days' }).press('ArrowLeft')
      await page.getByRole('radio', { name: '7 days' }).check({ force: true })
      await page.locator('.spend tbody tr').nth(7).waitFor({ state: 'detached' })
      expect(since('?by=day').length).toBeGreaterThan(0)
      expect(since('/what-if').length).toBeGreaterThan(0)
      await page.getByLabel('all of it had gone to').selectOption('premium')
      await page.locator('.what-if', { hasText: 'all on claude-sonnet-5-5' }).waitFor()
      expect(await page.locator('.limits').textContent()).toContain('$4.37 of $5.00 a day')
    })

    test('more requests than anybody reads do not fill the page', async () => {
      const page = await opened(await newPage())
      const base = gateway.base('budget')
      for (let batch = 0; batch < 15; batch++)
        await Promise.all(Array.from({ length: 20 }, async () => await ask(base)))
      await page.getByText('300 requests since this page was opened').waitFor()
      expect(await page.locator('.requests tbody tr').count()).toBe(200)
    })

    test('the keys are enough to choose a session, and what is chosen stays so', async () => {
      const page = await opened(await newPage())
      await page.getByRole('button', { name: 'review' }).press('Enter')
      await page.locator('.log pre', { hasText: 'review says' }).waitFor()
      const button = page.getByRole('button', { name: 'review' })
      expect(await button.getAttribute('aria-pressed')).toBe('true')
      expect(await button.evaluate((each) => each === each.ownerDocument.activeElement)).toBe(true)
    })

    test.each([
      ['light', 1280],
      ['dark', 1280],
      ['light', 360],
      ['dark', 360],
    ] as const)('axe finds nothing, %s, %d px wide', async (colorScheme, width) => {
      const page = await withMoney(await newPage({ colorScheme, viewport: { width, height: 900 } }))
      await page.addInitScript({ content: axe.source })
      await page.goto(gateway.url)
      await page.getByText('This page opens by a link').waitFor()
      expect(await faultsOf(page)).toEqual([])
      await page.goto('about:blank')
      await opened(page)
      gateway.claude.answer(limited)
      await ask(gateway.base('budget'))
      gateway.claude.answer(json(400, { type: 'error', error: { type: 'x', message: 'bad' } }))
      await ask(gateway.base('premium'))
      await page.getByText('2 requests since this page was opened').waitFor()
      await page.getByText('asked again in').waitFor()
      await page.locator('.plot canvas').waitFor()
      await page.getByText('as a table').click()
      expect(await faultsOf(page)).toEqual([])
      const overflow = await page.evaluate('document.documentElement.scrollWidth')
      expect(overflow).toBeLessThanOrEqual(width)
      await page.evaluate("document.querySelector('select').removeAttribute('id')")
      expect(await faultsOf(page)).toEqual([expect.stringMatching(/^select-name: /)])
    })
  },
)

async function faultsOf(page: Page): Promise<readonly string[]> {
  return await page.evaluate(async () => {
    // This runs in the page, where the script above has made it.
    const { axe: here } = globalThis as never as { axe: typeof axe }
    const { violations } = await here.run()
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
    )
  })
}
