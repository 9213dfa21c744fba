import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

/** Debian's, or the one that the variable names; `.ci/run` installs it. Null: there is none here. */
export const CHROMIUM =
  [process.env['LLMSEL_TEST_CHROMIUM'] ?? '', '/usr/bin/chromium'].find((path) =>
    existsSync(path),
  ) ?? null

export async function startChromium(): Promise<Browser> {
  // Its sandbox does not work as root.
  return await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] })
}
