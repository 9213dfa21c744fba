// What the ledger costs: the gateway against the same build without one, by turns in one run.
//
// First as all of this bench is measured, with the machine's cores for everybody; there the ledger's
// thread runs beside the one that serves. Then with one core for all threads of the gateway, and the
// others for the client and the upstream, so that the thread takes its time from the requests, as where
// all cores are busy. The gateway without a ledger differs by one import: it still reads the usage of an
// answer and prices it, as its events and limits need.
// The ledger has the requests of one turn of the event loop wait for one write, which saves wake-ups; a
// third gateway waits in the same way and keeps nothing, so that this gain hides no cost.
// What it writes down for a request it may bring into the store a moment later, so each slice begins
// with requests that are not counted, and it ends with as much undone as it began with.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../scripts/build.mjs'
import { root } from '../scripts/prepare.mjs'
import { rate, requestBytes } from './gateway-load.mjs'
import { cpuMs, startGateway } from './gateway-process.mjs'
import { median, sandbox } from './timing.mjs'

const PORT = 25_000 + (process.pid % 10_000)
const SLICES = 8
const LOAD = { connections: 32, count: 12_000, lead: 4000 }

/** `written`: when the gateway may go on. */
function withoutLedger(written) {
  return {
    name: 'without-ledger',
    setup(build) {
      build.onLoad({ filter: /\/adapters\/ledger\/ledger\.ts$/ }, () => ({
        contents: `import { NO_LEDGER } from './no-ledger.ts'
          const written = ${written}
          export const openLedger = () => ({ ...NO_LEDGER, begin: written, end: written })`,
        resolveDir: join(root, 'src', 'gateway'),
      }))
    },
  }
}

const AT_ONCE = 'async () => {}'
const EACH_TURN = `(() => {
  let next = null
  return () => (next ??= new Promise((resolve) => setImmediate(() => resolve((next = null)))))
})()`

/** An installed llmsel whose gateway keeps nothing. */
async function packageWithoutLedger(written) {
  const folder = mkdtempSync(join(tmpdir(), 'llmsel-no-ledger-'))
  for (const part of ['bin', 'libexec', 'dist', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const outfile = join(folder, 'dist', 'cli', 'gateway-process.cjs')
  await bundle(join(root, 'src', 'gateway', 'process.ts'), outfile, {
    more: [withoutLedger(written)],
  })
  return folder
}

function pin(pid, cores) {
  const { status, stderr } = spawnSync('taskset', ['-acp', cores, String(pid)], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`taskset: ${stderr}`)
}

async function slice({ pid, port, path }) {
  const { connections, lead, count } = LOAD
  const bytes = requestBytes({ path })
  let before = 0
  const onLed = () => (before = cpuMs(pid))
  const perSecond = await rate({ port, bytes }, { connections, lead, count, onLed })
  return { perSecond, us: ((cpuMs(pid) - before) * 1000) / count }
}

/** By turns; each gateway's medians. */
async function measured(gateways) {
  const all = gateways.map(() => [])
  for (let round = -1; round < SLICES; round++)
    for (const i of round % 2 === 0 ? [0, 1, 2] : [2, 1, 0]) {
      const found = await slice(gateways[i])
      // The first round only warms up.
      if (round >= 0) all[i].push(found)
    }
  return all.map((found) => ({
    perSecond: median(found.map(({ perSecond }) => perSecond)),
    us: median(found.map(({ us }) => us)),
  }))
}

/** Of the gateway with the ledger, the one without, and the one that waits. */
async function compared(gateways) {
  const [own, without, waiting] = await measured(gateways)
  const share = (other) => 1 - own.perSecond / other.perSecond
  return { own, without, waiting, share: share(without), waitingShare: share(waiting) }
}

/**
 * Each gateway: its requests per second, and the processor time of a request in microseconds; where all
 * share the cores, and where the gateway has one to itself.
 */
export async function ledgerCost(upstream) {
  const folders = [await packageWithoutLedger(AT_ONCE), await packageWithoutLedger(EACH_TURN)]
  const last = availableParallelism() - 1
  const clients = [process.pid, upstream.pid]
  const begun = []
  try {
    for (const own of [{}, ...folders.map((folder) => ({ folder }))]) {
      const world = sandbox()
      const gateway = startGateway(world, upstream.port, { port: PORT + begun.length, ...own })
      begun.push({ world, gateway })
    }
    const gateways = begun.map(({ gateway }) => gateway)
    const shared = await compared(gateways)
    for (const { pid } of gateways) pin(pid, String(last))
    for (const pid of clients) pin(pid, `0-${Math.max(0, last - 1)}`)
    return { shared, oneCore: await compared(gateways) }
  } finally {
    for (const { gateway } of begun) gateway.stop()
    for (const pid of clients) pin(pid, `0-${last}`)
    for (const each of [...folders, ...begun.map(({ world }) => world.folder)])
      rmSync(each, { recursive: true, force: true, maxRetries: 10 })
  }
}
