// `npm run bench:costs`: reports from a ledger of a million requests in 90 days, as the built program
// gives them.
import { rmSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from '../scripts/build.mjs'
import { ensureInstalled, root, runScript } from '../scripts/prepare.mjs'
import { writeLedger } from './ledger.mjs'
import { measure, sandbox } from './timing.mjs'

const ROWS = 1_000_000
const DAYS = 90
const SPENT_TARGET = 2.5

function reports(env) {
  const row = (words, target) => ({
    name: `costs ${words}`,
    target,
    env,
    command: () => [join(root, 'bin', 'llmsel'), 'costs', ...words.split(' ')],
  })
  return [
    row('spent', SPENT_TARGET),
    row('spent --by session', SPENT_TARGET),
    row('spent --since 90d', null),
    row('spent --by day --since 90d', null),
    row('what-if --since 90d', null),
  ]
}

function line({ name, ms, ratio, target, ok }) {
  const limit = target === null ? '' : `  target ${target}  ${ok ? 'ok' : 'miss'}`
  return `${name.padEnd(32)} ${ms.toFixed(0).padStart(5)} ms  ${ratio.toFixed(2)} x node${limit}`
}

await runScript(async () => {
  await ensureInstalled()
  await ensureBuilt()
  const world = sandbox()
  try {
    console.error(`writing ${ROWS} requests …`)
    const path = await writeLedger(world, { rows: ROWS, days: DAYS })
    const megabytes = (statSync(path).size / 1e6).toFixed(0)
    console.log(
      `Node ${process.versions.node}, ${availableParallelism()} cores, ${ROWS} requests, ${megabytes} MB`,
    )
    for (const report of reports(world.env)) console.log(line(measure(report)))
    return 0
  } finally {
    rmSync(world.folder, { recursive: true, force: true })
  }
})
