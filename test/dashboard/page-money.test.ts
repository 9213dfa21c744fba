import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openLedger } from '../../src/adapters/ledger/ledger.ts'
import { moneyText } from '../../src/dashboard/words.ts'
import type { SpentReport } from '../../src/domain/reports/spent-report.ts'
import { ask } from '../support/ask.ts'
import { faultsOf, withAxe } from '../support/axe.ts'
import { CHROMIUM } from '../support/chromium.ts'
import { anthropicMessage, json } from '../support/fake-upstream.ts'
import { testGateway } from '../support/gateway.ts'
import { ledgerScript } from '../support/ledger-script.ts'
import { pageBox } from '../support/page.ts'
import { moneyAnswer } from '../support/spending.ts'

describe.skipIf(CHROMIUM === null)('in Chromium (without one: skipped)', () => {
  const box = pageBox()

  /** A gateway with a real ledger on which a request costs $0.002 of $0.01; a session's base URL. */
  async function withLimit(): Promise<string> {
    await box.gateway.close()
    const state = mkdtempSync(join(tmpdir(), 'llmsel-page-'))
    const script = ledgerScript()
    const usage = { input_tokens: 10_000, output_tokens: 2000 }
    box.gateway = await testGateway({
      claude: json(200, { ...anthropicMessage('hi'), usage }),
      config: { profiles: { budget: { limit: '0.01/day' } } },
      openLedger: (onWarning) =>
        openLedger({ state, url: null, retentionDays: null, script, timeZone: 'UTC', onWarning }),
    })
    onTestFinished(() => rmSync(state, { recursive: true, force: true }))
    return box.gateway.session('budget', undefined, { session: 'crawler' })
  }

  test('where the ledger does not answer, the page says so and shows no zero', async () => {
    const page = await box.newPage()
    await page.route(/\/api\/llm\/(?:costs|limits)/, async (route) => {
      await route.fulfill({ status: 503, json: { error: { message: 'no ledger' } } })
    })
    await box.opened(page)
    for (const panel of ['spend', 'today', 'limits', 'premium', 'what-if'])
      await page.locator(`.${panel}`, { hasText: 'the ledger does not answer' }).waitFor()
    expect(await page.locator('.tiles').textContent()).not.toContain('$')
  })

  test('what a request has cost is on the page as the gateway reports it', async () => {
    const base = await withLimit()
    const page = await box.opened(await box.newPage())
    await ask(base)
    await ask(base)
    // A report ends before the moment at which it is made.
    box.gateway.clock.nowMs += 1000
    await page.locator('.tiles', { hasText: 'today$0.004' }).waitFor()
    const report = await fetch(`${base}/api/llm/costs?by=session&since=today&timezone=UTC`)
    // The gateway's own shape.
    const { total, rows } = (await report.json()) as SpentReport
    expect(moneyText(total.usd)).toBe('$0.004')
    expect(rows).toMatchObject([{ key: 'crawler', requests: 2 }])
    expect((await box.cellsOf(page, 0)).at(-1)).toBe('$0.002')
    await page.reload()
    await page.locator('.legend', { hasText: 'claude-haiku' }).waitFor()
    const today = page.locator('.today table')
    expect(await today.nth(0).textContent()).toContain('claude-haiku-5-52 requests$0.004')
    expect(await today.nth(1).textContent()).toContain('crawler2 requests$0.004')
    expect(await page.locator('.limits').textContent()).toContain('$0.004 of $0.01 a day')
    expect(await page.locator('.legend').textContent()).toBe('claude-haiku-5-5$0.004')
    expect(await page.locator('.premium .verdict').textContent()).toMatch(
      /^\$0\.0\d+ saved, \d+ %$/,
    )
  })

  test('a limit says what is spent of it as it happens: read out, on its bar, until dismissed', async () => {
    const base = await withLimit()
    const page = await box.newPage()
    await withAxe(page)
    let answers = true
    await page.route('**/api/llm/limits', async (route) => {
      // Later on the event alone is to move the bar.
      if (answers) await route.continue()
    })
    await box.opened(page)
    const limits = page.locator('.limits')
    const warnings = page.getByRole('log', { name: 'limits' })
    await limits.getByText('profile budget').waitFor()
    expect(await warnings.textContent()).toBe('')
    answers = false
    const widthOf = async () =>
      Number.parseFloat(
        (await limits.locator('.fill').first().getAttribute('style'))?.slice(7) ?? '',
      )
    expect(await widthOf()).toBe(0)
    // Each costs a fifth of it.
    const spend = async (times: number) => {
      for (let i = 0; i < times; i++) await (await ask(base)).arrayBuffer()
    }
    await spend(3)
    await warnings.getByText('profile budget has spent 50 % of its $0.01 a day').waitFor()
    await expect.poll(widthOf).toBe(50)
    await spend(1)
    await warnings.getByText('profile budget has spent 80 % of its $0.01 a day').waitFor()
    expect(await warnings.locator('p').count()).toBe(1)
    await expect.poll(widthOf).toBe(80)
    await limits.locator('.limit.near').waitFor()
    await spend(1)
    await warnings.getByText('has spent its $0.01 a day: it goes on with what is free').waitFor()
    await limits.locator('.limit.over', { hasText: 'reached' }).waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.getByRole('button', { name: /^dismiss: profile budget/ }).press('Enter')
    expect(await warnings.textContent()).toBe('')
    expect(box.complaints).toEqual([])
  })

  test('after a warning the gateway is asked at once how much it is', async () => {
    const base = await withLimit()
    const page = await box.opened(await box.newPage())
    await page.locator('.limits', { hasText: '$0 of $0.01 a day' }).waitFor()
    for (let i = 0; i < 3; i++) await (await ask(base)).arrayBuffer()
    const limits = page.locator('.limits .limit')
    await expect.poll(async () => await limits.textContent()).toContain('$0.006 of $0.01 a day')
  })

  test('the sums are those of the reports; the period and the question are the person’s', async () => {
    const page = await box.opened(await box.withMoney(await box.newPage()))
    const since = (name: string) =>
      box.asked.filter((url) => url.includes(`/api/llm/costs${name}`) && url.includes('since=7d'))
    const today = new URL('/api/llm/costs?by=model&since=today', box.gateway.url)
    // What the test itself answers.
    const { total } = moneyAnswer(today, box.gateway.clock.nowMs) as SpentReport
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
})
