import { describe, expect, test } from 'vitest'
import { newSessionToken, tokenHash } from '../../src/gateway/proof.ts'
import { ask, limited } from '../support/ask.ts'
import { CHROMIUM } from '../support/chromium.ts'
import { SESSION } from '../support/gateway.ts'
import { pageBox } from '../support/page.ts'

describe.skipIf(CHROMIUM === null)('in Chromium (without one: skipped)', () => {
  const box = pageBox()

  test('the link opens the page, which shows what happens as it happens', async () => {
    const page = await box.opened(await box.newPage())
    await ask(box.gateway.session('budget'))
    await page.getByText('1 request since this page was opened').waitFor()
    expect(await box.cellsOf(page, 0)).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d$/),
      'test',
      'claude-haiku-5-5',
      'answered',
      '0 ms',
      '+0 ms',
      '$0.00001',
    ])
    await page.getByText('1 request in the last minute').waitFor()
    expect(page.url()).toBe(`${box.gateway.url}/`)
    expect(await page.context().cookies()).toEqual([])
    await page.reload()
    await page.getByText('live', { exact: true }).waitFor()
  })

  test('a circuit opens and is seen to; its button closes it again', async () => {
    const page = await box.opened(await box.newPage())
    const hop = page.locator('.chain', { hasText: 'budget' }).locator('li').first()
    await hop.getByText('not asked yet').waitFor()
    box.gateway.claude.answer(limited)
    await ask(box.gateway.base('budget'))
    await hop.getByText('asked again in 0:20').waitFor()
    expect(await hop.locator('.state').textContent()).toContain('open')
    expect(await hop.locator('.why').textContent()).toBe('429 rate limit')
    const next = page.locator('.chain', { hasText: 'budget' }).locator('li.next')
    expect(await next.locator('.model').textContent()).toContain('llama3.2')
    expect(await page.locator('.tiles').textContent()).toContain('1 open')
    expect(await page.getByRole('status').allTextContents()).toContain(
      'claude-haiku-5-5 is left alone: 429 rate limit',
    )
    expect((await box.cellsOf(page, 0)).slice(2, 4)).toEqual([
      'claude-haiku-5-5 rate-limited → llama3.2',
      'answered at try 2',
    ])
    await page.getByRole('button', { name: 'reset claude-haiku-5-5' }).press('Enter')
    await hop.locator('b', { hasText: 'closed' }).waitFor()
  })

  test('an answer that is older than what was heard since is not shown', async () => {
    const page = await box.newPage()
    let answered = (): void => {}
    const waits = new Promise<void>((resolve) => (answered = resolve))
    let turn = 0
    await page.route('**/api/llm/circuits', async (route) => {
      const reply = await route.fetch()
      if (++turn === 1) await waits
      await route.fulfill({ response: reply })
    })
    await box.opened(page)
    box.gateway.claude.answer(limited)
    await ask(box.gateway.base('budget'))
    await page.locator('.tiles', { hasText: '1 open' }).waitFor()
    const again = page.waitForResponse((reply) => reply.url().endsWith('/circuits') && turn === 2)
    answered()
    await again
    expect(await page.locator('.tiles').textContent()).toContain('1 open')
  })

  test('a link that was used, or is old, opens nothing, and says what does', async () => {
    const url = await box.link()
    const first = await box.newPage()
    await first.goto(url)
    await first.getByText('live', { exact: true }).waitFor()
    await first.context().close()
    box.asked = []
    const again = await box.newPage()
    await again.goto(url)
    const alert = again.getByRole('alert')
    await alert.waitFor()
    expect(await alert.textContent()).toContain('this link was used already')
    const old = await box.link()
    box.gateway.clock.nowMs += 60_000
    const late = await box.newPage()
    await late.goto(old)
    await late.getByRole('alert').waitFor()
    expect(await late.getByRole('alert').textContent()).toContain('older than a minute')
    expect(await late.locator('pre').textContent()).toBe('llmsel gateway open')
    const none = await box.newPage()
    await none.goto(box.gateway.url)
    await none.getByText('This page opens by a link').waitFor()
    for (const page of [again, late, none]) expect(await page.locator('.tiles').count()).toBe(0)
    const data = box.asked.filter((each) => each.includes('/api/') && !each.endsWith('/token'))
    expect(data).toEqual([])
  })

  test('nothing is asked of anybody else, and the browser refuses nothing', async () => {
    const page = await box.opened(await box.withMoney(await box.newPage()))
    await page.locator('.plot canvas').waitFor()
    await page.getByText('as a table').click()
    await ask(box.gateway.base('budget'))
    await page.getByText('1 request since this page was opened').waitFor()
    expect(box.asked.length).toBeGreaterThan(10)
    expect(box.asked.filter((url) => !url.startsWith(`${box.gateway.url}/`))).toEqual([])
    expect(box.asked.filter((url) => url.includes('llmsel-d-') || url.includes('code='))).toEqual(
      [],
    )
    expect(box.complaints).toEqual([])
  })

  test('names are texts, whatever is in them', async () => {
    const page = await box.opened(await box.newPage())
    const token = newSessionToken()
    const name = '<img src=x onerror=alert(1)>'
    box.gateway.sessions.register(tokenHash(token), { ...SESSION, session: name })
    await ask(`${box.gateway.url}/s/${token}`)
    await page.locator('td.who').waitFor()
    expect((await box.cellsOf(page, 0))[1]).toBe(name)
    expect(await page.locator('.log pre').textContent()).toBe('crawler says <b>hi</b>')
    expect(await page.locator('main img, main pre b').count()).toBe(0)
  })

  test('when the gateway goes away the page says so, and comes back by itself or ends', async () => {
    const page = await box.opened(await box.newPage())
    box.gateway.server.closeAllConnections()
    await page.getByText('live', { exact: true }).waitFor({ state: 'hidden' })
    await page.getByText('live', { exact: true }).waitFor()
    box.gateway.clock.nowMs += 13 * 3_600_000
    box.gateway.server.closeAllConnections()
    await page.getByText('the gateway was restarted, or 12 hours are over').waitFor()
    expect(await page.evaluate('sessionStorage.length')).toBe(0)
  })

  test('more requests than anybody reads do not fill the page', async () => {
    const page = await box.opened(await box.newPage())
    const base = box.gateway.base('budget')
    for (let batch = 0; batch < 15; batch++)
      await Promise.all(Array.from({ length: 20 }, async () => await ask(base)))
    await page.getByText('300 requests since this page was opened').waitFor()
    expect(await page.locator('.requests tbody tr').count()).toBe(200)
  })

  test('the keys are enough to choose a session, and what is chosen stays so', async () => {
    const page = await box.opened(await box.newPage())
    await page.getByRole('button', { name: 'review' }).press('Enter')
    await page.locator('.log pre', { hasText: 'review says' }).waitFor()
    const button = page.getByRole('button', { name: 'review' })
    expect(await button.getAttribute('aria-pressed')).toBe('true')
    expect(await button.evaluate((each) => each === each.ownerDocument.activeElement)).toBe(true)
  })
})
