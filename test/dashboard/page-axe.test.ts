import { describe, expect, test } from 'vitest'
import { ask, limited } from '../support/ask.ts'
import { faultsOf, withAxe } from '../support/axe.ts'
import { CHROMIUM } from '../support/chromium.ts'
import { json } from '../support/fake-upstream.ts'
import { pageBox } from '../support/page.ts'

/** The states and outcomes of which a word stands in two lines. */
const BROKEN_WORDS = `[...document.querySelectorAll('td.state, td.outcome, td.spent, td.cost')].flatMap((cell) => {
  const text = cell.firstChild
  return [...cell.textContent.matchAll(/[^\\s-]+/g)].flatMap(({ 0: word, index }) => {
    const range = document.createRange()
    range.setStart(text, index)
    range.setEnd(text, index + word.length)
    return range.getClientRects().length > 1 ? [word] : []
  })
})`

describe.skipIf(CHROMIUM === null)('in Chromium (without one: skipped)', () => {
  const box = pageBox()

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
    ['dark', 360],
  ] as const)('axe finds nothing, %s, %d px wide', async (colorScheme, width) => {
    const page = await box.withMoney(
      await box.newPage({ colorScheme, viewport: { width, height: 900 } }),
    )
    await withAxe(page)
    await page.goto(box.gateway.url)
    await page.getByText('This page opens by a link').waitFor()
    expect(await faultsOf(page)).toEqual([])
    await page.goto('about:blank')
    await box.opened(page)
    box.gateway.claude.answer(limited)
    await ask(box.gateway.base('budget'))
    box.gateway.claude.answer(json(400, { type: 'error', error: { type: 'x', message: 'bad' } }))
    await ask(box.gateway.base('premium'))
    await page.getByText('2 requests since this page was opened').waitFor()
    await page.getByText('asked again in').waitFor()
    await page.locator('.plot canvas').waitFor()
    await page.getByText('as a table').click()
    expect(await faultsOf(page)).toEqual([])
    const overflow = await page.evaluate('document.documentElement.scrollWidth')
    expect(overflow).toBeLessThanOrEqual(width)
    expect(await page.evaluate(BROKEN_WORDS)).toEqual([])
    await page.evaluate("document.querySelector('select').removeAttribute('id')")
    expect(await faultsOf(page)).toEqual([expect.stringMatching(/^select-name: /)])
  })
})
