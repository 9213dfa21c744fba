import axe from 'axe-core'
import type { Page } from 'playwright-core'

/** Before the page is opened. */
export async function withAxe(page: Page): Promise<void> {
  await page.addInitScript({ content: axe.source })
}

/** What axe has against the page as it is. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  return await page.evaluate(async () => {
    // This runs in the page, where the script above has made it.
    const { axe: here } = globalThis as never as { axe: typeof axe }
    const { violations } = await here.run()
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`),
    )
  })
}
