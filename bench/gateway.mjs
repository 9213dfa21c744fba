// `npm run bench:gateway`: what the gateway adds to a request, beside the same request sent straight
// to its upstream, through a bare node:http proxy and, with `--others FOLDER`, through other gateways
// that were installed there with npm. All in one run, by turns, so that a change of the machine's
// speed falls on all. The gateway is the built program as `llmsel gateway start` runs it: supervised,
// with its log, its keys, circuits and metrics, and a session's token in each request. Last, and with
// `--ledger` alone, what the ledger takes of its requests per second.
import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { ensureBuilt } from '../scripts/build.mjs'
import { ensureInstalled, root, runScript, ScriptError } from '../scripts/prepare.mjs'
import { ledgerCost } from './gateway-ledger.mjs'
import { openConnection, rate, requestBytes, times } from './gateway-load.mjs'
import { otherGateways } from './gateway-others.mjs'
import { cpuMs, startGateway } from './gateway-process.mjs'
import { median, sandbox } from './timing.mjs'

const ROUNDS = 10
const A_ROUND = 300
const WARM_UP = 5000
const LONG_RUN = 200_000
const STREAMS = [1, 10, 50, 200]
const PIECES = { count: 150, everyMs: 20 }

async function started(what, ...args) {
  const script = join(root, 'bench', 'gateway-servers.mjs')
  const child = spawn(process.execPath, [script, what, ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const port = await new Promise((resolve) => child.stdout.once('data', (text) => resolve(+text)))
  return { port, pid: child.pid, close: () => child.stdin.end() }
}

/** A failure of another gateway is its own affair: from then on it has no figures. */
async function unlessBroken(way, measured, act) {
  if (measured === null) return null
  try {
    return [...measured, ...(await act())]
  } catch (error) {
    if (!way.isOther) throw error
    console.error(`${way.name}: ${String(error.message).slice(0, 200)}`)
    return null
  }
}

function medianOf(found) {
  return found === null ? null : median(found)
}

/**
 * By turns, a block of requests each; the median of all of one way. Each has served some thousand
 * before, as one that runs for days has: V8 compiles while they come.
 */
async function latencies(ways, { stream, pick }) {
  const all = ways.map(() => [])
  const each = async (act) => {
    for (const [i, way] of ways.entries()) {
      const { port, path, headers } = way
      const to = { port, bytes: requestBytes({ path, stream, headers }) }
      all[i] = await unlessBroken(way, all[i], async () => await act(to, way))
    }
  }
  await each(async (to, { isOther }) => {
    await rate(to, { connections: 4, count: isOther ? 1000 : WARM_UP })
    return []
  })
  for (let round = 0; round < ROUNDS; round++)
    await each(async (to) => await times(to, A_ROUND, pick))
  return all.map(medianOf)
}

async function rates(ways) {
  const all = ways.map(() => [])
  for (let round = -1; round < 3; round++) {
    for (const [i, way] of ways.entries()) {
      const { port, path, headers, isOther } = way
      const bytes = requestBytes({ path, headers })
      const load = { connections: 32, count: isOther ? 3000 : 15_000 }
      all[i] = await unlessBroken(way, all[i], async () => [await rate({ port, bytes }, load)])
    }
    if (round < 0) for (const found of all) found?.splice(0)
  }
  return all.map(medianOf)
}

function residentMb(pid) {
  const [, kb] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(kb) / 1000
}

/** Processor time of the gateway for each piece of many paced streams, in microseconds. */
async function pieceCosts({ pid, port, path }) {
  const { count, everyMs } = PIECES
  const bytes = requestBytes({
    path,
    stream: true,
    headers: { 'x-bench-pieces': `${count} ${everyMs}` },
  })
  const costs = []
  for (const streams of STREAMS) {
    const open = await Promise.all(
      Array.from({ length: streams }, () => openConnection({ port, bytes })),
    )
    const before = cpuMs(pid)
    await Promise.all(open.map(async (connection) => await connection.send()))
    costs.push({ streams, us: ((cpuMs(pid) - before) * 1000) / (streams * count) })
    for (const connection of open) connection.close()
  }
  return costs
}

/** What a 429 of the first hop costs, against asking the second at once. */
async function hopCost({ port, budgetPath, resetCircuits }) {
  const headers = { 'x-bench-limit': 'yes' }
  const bytesOf = (model) => requestBytes({ path: budgetPath, model, headers })
  const straight = await openConnection({ port, bytes: bytesOf('claude-sonnet-5-5') })
  const hopping = await openConnection({ port, bytes: bytesOf('claude-haiku-5-5') })
  const found = { straight: [], hopping: [] }
  for (let i = 0; i < 400; i++) {
    await resetCircuits()
    const [a, b] = [await straight.send(), await hopping.send()]
    if (i === 399 && !/x-llmsel-attempts: 2/.test(b.answer)) throw new Error(b.answer)
    if (i < 100) continue
    found.straight.push(a.ms)
    found.hopping.push(b.ms)
  }
  straight.close()
  hopping.close()
  return median(found.hopping) - median(found.straight)
}

/** Resident after each quarter of the requests. */
async function memory({ pid, port, path }) {
  const found = []
  for (let quarter = 0; quarter < 4; quarter++) {
    await rate({ port, bytes: requestBytes({ path }) }, { connections: 32, count: LONG_RUN / 4 })
    found.push(residentMb(pid))
  }
  return found
}

async function bench(world, folder) {
  const upstream = await started('upstream')
  const proxy = await started('proxy', String(upstream.port))
  const others = folder === null ? [] : await otherGateways(folder, world, upstream.port)
  const gateway = startGateway(world, upstream.port)
  const path = '/v1/messages'
  const ways = [
    { name: 'direct', port: upstream.port, path },
    { name: 'llmsel', port: gateway.port, path: gateway.path },
    { name: 'bare node:http proxy', port: proxy.port, path },
    ...others,
  ]
  try {
    const say = (text) => console.error(`measuring ${text} …`)
    say('one connection')
    const whole = await latencies(ways, { stream: false })
    say('streams')
    const first = await latencies(ways, { stream: true, pick: ({ firstMs }) => firstMs })
    say('32 connections')
    const perSecond = await rates(ways)
    say('the pieces of many streams')
    const pieces = await pieceCosts(gateway)
    say('a hop')
    const hopMs = await hopCost(gateway)
    say(`${LONG_RUN} requests`)
    const resident = await memory(gateway)
    say('with the ledger and without')
    const ledger = await ledgerCost(upstream)
    return {
      ...machine(),
      ways: ways.map(({ name }, i) => ({
        name,
        ms: whole[i],
        addedMs: whole[i] === null ? null : whole[i] - whole[0],
        firstMs: first[i],
        addedFirstMs: first[i] === null ? null : first[i] - first[0],
        perSecond: perSecond[i],
      })),
      pieces,
      hopMs,
      resident,
      ledger,
    }
  } finally {
    gateway.stop()
    for (const { close } of [upstream, proxy, ...others]) close()
  }
}

function machine() {
  const date = new Date().toISOString().slice(0, 10)
  return { date, node: process.versions.node, cores: availableParallelism() }
}

async function ledgerAlone() {
  const upstream = await started('upstream')
  try {
    return { ...machine(), ledger: await ledgerCost(upstream) }
  } finally {
    upstream.close()
  }
}

const verdict = (ok) => (ok ? 'ok' : 'miss')

function machineLine({ date, node, cores }) {
  return `${date}, Node ${node}, ${cores} cores`
}

function ledgerLines({ shared, oneCore }) {
  const percent = (part) => `${(part * 100).toFixed(1)} %`
  const line = ({ own, without, waiting, share, waitingShare }) => {
    const rates = [own, without, waiting].map(({ perSecond }) => perSecond.toFixed(0))
    const us = [own, without, waiting].map((gateway) => gateway.us.toFixed(0))
    return [
      `${percent(share)} (${rates[0]} of ${rates[1]}; ${us[0]} µs of the processor, ${us[1]} without)`,
      `${percent(waitingShare)} of a gateway that waits as it does and keeps nothing (${rates[2]}; ${us[2]} µs)`,
    ]
  }
  const [ofAll, ofWaiting] = line(shared)
  return [
    `the ledger, of the requests/s: ${ofAll}, target 5 %, ${verdict(shared.share <= 0.05)}; ${ofWaiting}`,
    `the same with one core for all of the gateway: ${line(oneCore).join('; ')}`,
  ]
}

function text(found) {
  const { ways, pieces, hopMs, resident, ledger } = found
  const row = (cells) => `| ${cells.join(' | ')} |`
  const own = ways[1]
  const flat = Math.max(...pieces.map(({ us }) => us)) / pieces[0].us
  const growth = resident[3] - resident[1]
  return [
    machineLine(found),
    row(['', 'p50, ms', 'added', 'first token, ms', 'added', 'requests/s at 32']),
    row(['---', '--:', '--:', '--:', '--:', '--:']),
    ...ways.map(({ name, ms, addedMs, firstMs, addedFirstMs, perSecond }) =>
      row([
        name,
        ...[ms, addedMs, firstMs, addedFirstMs].map((n) => n?.toFixed(2) ?? 'failed'),
        perSecond?.toFixed(0) ?? 'failed',
      ]),
    ),
    '',
    `added, p50: ${own.addedMs.toFixed(2)} ms, target 0.35, ${verdict(own.addedMs <= 0.35)}`,
    `requests/s at 32: ${own.perSecond.toFixed(0)}, target 5000, ${verdict(own.perSecond >= 5000)}`,
    `added to the first token, p50: ${own.addedFirstMs.toFixed(2)} ms, target 0.50, ${verdict(own.addedFirstMs <= 0.5)}`,
    `a piece of a stream, µs: ${pieces.map(({ streams, us }) => `${us.toFixed(0)} of ${streams}`).join(', ')}; flat: ${verdict(flat <= 1.1)}`,
    `a 429 of the first hop: ${hopMs.toFixed(2)} ms, target 1.00, ${verdict(hopMs <= 1)}`,
    `resident by quarters of ${LONG_RUN} requests, MB: ${resident.map((mb) => mb.toFixed(0)).join(', ')}; target 130, ${verdict(resident[3] <= 130)}; growth in the second half ${growth.toFixed(1)}`,
    ...ledgerLines(ledger),
  ].join('\n')
}

await runScript(async () => {
  const args = process.argv.slice(2)
  const json = args.includes('--json')
  const alone = args.includes('--ledger')
  const at = args.indexOf('--others')
  const folder = at < 0 ? null : args[at + 1]
  const known = (json ? 1 : 0) + (alone ? 1 : 0) + (at < 0 ? 0 : 2)
  if (args.length !== known || folder === undefined || (alone && folder !== null))
    throw new ScriptError(
      'usage: npm run bench:gateway [-- --json] [-- --ledger] [-- --others FOLDER]',
    )
  await ensureInstalled()
  await ensureBuilt()
  const world = sandbox()
  try {
    const result = alone ? await ledgerAlone() : await bench(world, folder)
    const shown = alone
      ? [machineLine(result), ...ledgerLines(result.ledger)].join('\n')
      : text(result)
    console.log(json ? JSON.stringify(result, null, 2) : shown)
    return 0
  } finally {
    rmSync(world.folder, { recursive: true, force: true, maxRetries: 10 })
  }
})
