import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import type { ListedSession } from '../../src/adapters/live-sessions.ts'
import { ollama, ollamaReply } from './ask.ts'
import { CHROMIUM, startChromium } from './chromium.ts'
import { anthropicMessage, json, type Script } from './fake-upstream.ts'
import { testGateway, type TestGateway } from './gateway.ts'
import { moneyAnswer } from './spending.ts'

/** A browser for a file of tests, and a gateway for each of them. */
export interface PageBox {
  /** Another one that a test puts in its place is closed in the same way. */
  gateway: TestGateway
  /** What the pages of a test asked for, and what they complained of. */
  asked: string[]
  readonly complaints: string[]
  /** A new link. */
  link(): Promise<string>
  newPage(options?: BrowserContextOptions): Promise<Page>
  /** With the figures of a year. */
  withMoney(page: Page): Promise<Page>
  /** By a link, and live. */
  opened(page: Page): Promise<Page>
  /** Of the requests, the newest first. */
  cellsOf(page: Page, row: number): Promise<string[]>
}

const pulled = json(200, { models: [{ name: 'llama3.2:latest' }] })
const answerOfOllama: Script = (response, request) =>
  (request.path === '/api/tags' ? pulled : ollama(ollamaReply))(response, request)

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

function openGateway(): Promise<TestGateway> {
  return testGateway({
    claude: json(200, anthropicMessage('hi')),
    ollama: answerOfOllama,
    sessions: {
      list: async () => [
        session('crawler', 'budget', 'claude-haiku-5-5'),
        session('review', 'premium', 'claude-sonnet-5-5'),
      ],
      logTail: (name) => `${name} says <b>hi</b>\n`,
    },
  })
}

/** Begins and ends with the tests of the file that calls it. */
export function pageBox(): PageBox {
  let browser: Browser
  beforeAll(async () => {
    if (CHROMIUM !== null) browser = await startChromium()
  })
  afterAll(async () => await browser?.close())
  beforeEach(async () => {
    box.gateway = await openGateway()
    box.asked = []
    box.complaints.length = 0
  })
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close()
    await box.gateway.close()
  })
  const link = async () => {
    const reply = await box.gateway.control('link')
    // The control channel's own shape.
    const { code } = (await reply.json()) as { code: string }
    return `${box.gateway.url}/#code=${code}`
  }
  const box: PageBox = {
    // Each test has one before it begins.
    gateway: undefined as never,
    asked: [],
    complaints: [],
    link,
    newPage: async (options = {}) => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options })
      page.on('request', (request) => box.asked.push(request.url()))
      page.on('console', (message) => {
        if (message.type() === 'error') box.complaints.push(message.text())
      })
      page.on('pageerror', (error) => box.complaints.push(error.message))
      // The browser's clock is the gateway's; timers go on.
      await page.clock.setFixedTime(box.gateway.clock.nowMs)
      return page
    },
    withMoney: async (page) => {
      await page.route(/\/api\/llm\/(?:costs|limits)/, async (route) => {
        const url = new URL(route.request().url())
        await route.fulfill({ json: moneyAnswer(url, box.gateway.clock.nowMs) ?? {} })
      })
      return page
    },
    opened: async (page) => {
      await page.goto(await link())
      await page.getByText('live', { exact: true }).waitFor()
      return page
    },
    cellsOf: async (page, row) =>
      await page.locator('.requests tbody tr').nth(row).locator('td').allTextContents(),
  }
  return box
}
