// `npm run completions`: writes completions/ from the command table of the built CLI.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { root } from './prepare.mjs'

await ensureBuilt()
// The person's own config has no part in it.
const home = mkdtempSync(join(tmpdir(), 'llmsel-completions-'))
for (const shell of ['bash', 'zsh', 'fish']) {
  const { status, stdout } = spawnSync(join(root, 'bin', 'llmsel'), ['completion', shell], {
    env: { PATH: process.env['PATH'], HOME: home },
    stdio: ['ignore', 'pipe', 2],
  })
  if (status !== 0) throw new Error(`llmsel completion ${shell} ended with ${status}`)
  writeFileSync(join(root, 'completions', `llmsel.${shell}`), stdout)
}
rmSync(home, { recursive: true })
