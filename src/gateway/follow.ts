import type { OutgoingHttpHeaders } from 'node:http'
import {
  committed,
  ended,
  isTransparent,
  newCourse,
  nextStep,
  unready,
} from '../domain/failover/course.ts'
import { NO_USAGE } from '../domain/costs/counts.ts'
import { reasonOf } from '../domain/errors.ts'
import { BadRequest, type Impossible } from '../domain/wire/dialect.ts'
import { openAnswer } from './answer.ts'
import { runAttempt } from './attempt.ts'
import { NOTHING_KNOWN, type AttemptEnd, type AttemptResult, type Failed } from './attempt-parts.ts'
import { refusalWords } from '../domain/ledger/limits.ts'
import type { Exchange, Note } from './exchange.ts'
import { openEntry, type OpenEntry } from './entry.ts'
import type { Sent } from './circuits.ts'
import { giveUp, tell } from './give-up.ts'
import type { RequestHop } from './hops.ts'
import { outcomeOf } from './outcomes.ts'
import { nameOf, type Run } from './run.ts'
import { prepare, type Prepared } from './prepare.ts'
import type { Shared } from './shared.ts'

/** Most requests are refused by nobody. */
const NONE: ReadonlyMap<number, never> = new Map<number, never>()

export function followChain(
  shared: Shared,
  exchange: Exchange,
  { asked, hops, limits }: Pick<Run, 'asked' | 'hops' | 'limits'>,
): Promise<void> {
  const run: Run = {
    shared,
    exchange,
    asked,
    hops,
    limits,
    answer: openAnswer(exchange.response, () => toldHeaders(run), asked.streamWriter),
    course: newCourse(hops.map(({ course }) => course)),
    refusals: NONE,
    forbidden: NONE,
    faults: NONE,
    told: { target: null, attempts: 0, dropped: [], overheadMs: null, picoUsd: 0n },
    upstreamMs: 0,
  }
  // A transparent hop has the client to itself, its silences included.
  const stopWatching = isTransparent(run.course)
    ? () => {}
    : shared.keepAlive.watch(run.answer, asked)
  return follow(run, stopWatching)
}

async function follow(run: Run, onOver: () => void): Promise<void> {
  const { shared } = run
  try {
    for (;;) {
      const step = nextStep(run.course, shared.circuits.all, shared.now())
      const hop = step.type === 'send' ? run.hops[step.hop] : undefined
      if (step.type === 'stop' || hop === undefined) return await giveUp(run)
      // Before anything is waited for: of two requests one is the probe.
      const { key } = hop.course
      const sent = { isProbe: step.isProbe, turn: shared.circuits.begin(key, step.isProbe) }
      const opened = await openHop(run, step.hop, hop, sent)
      if (opened === null) continue
      const { prepared, entry } = opened
      const end = await ask(run, hop, prepared, entry)
      const { result } = end
      const outcome = outcomeOf(result, shared.now())
      entry.end(end, outcome.class)
      if (lacksResponses(run, hop, prepared, result)) {
        shared.circuits.giveBack(key, sent)
        run.answer.discard()
        continue
      }
      run.course = ended(run.course, step.hop, outcome)
      shared.circuits.judge(key, outcome, sent)
      shared.metrics.attempt(nameOf(hop), outcome.class)
      if (isOver(run, { at: step.hop, hop }, result)) return
      run.answer.discard()
    }
  } finally {
    onOver()
    run.exchange.note = noteOf(run)
  }
}

/** The client has all that it gets. */
function isOver(
  run: Run,
  { at, hop }: { at: number; hop: RequestHop },
  result: AttemptResult,
): boolean {
  switch (result.kind) {
    case 'client-gone':
      return true
    case 'answered':
      noteDeparture(run, hop)
      return true
    case 'refused':
      run.refusals = new Map(run.refusals).set(at, result)
      return false
    case 'failed':
      if (!run.course.committed && !result.told) return false
      breakOff(run, result)
      return true
  }
}

/** A server of the user's own has no such path: from now on it is asked in Chat Completions. */
function lacksResponses(
  { shared, course }: Run,
  hop: RequestHop,
  { mayLackResponses: server }: Prepared,
  result: AttemptResult,
): boolean {
  if (server === null || course.committed || result.kind !== 'refused') return false
  const { status, problem } = result
  if ((status !== 404 && status !== 405) || problem.kind === 'model-not-found') return false
  shared.withoutResponses.add(server)
  shared.log(`gateway: the server of ${nameOf(hop)} has no /v1/responses (${status})`)
  return true
}

interface Opened {
  readonly prepared: Prepared
  readonly entry: OpenEntry
}

/** Null: it is not to be asked after all, and the course knows why; the circuit has its turn back. */
async function openHop(run: Run, at: number, hop: RequestHop, sent: Sent): Promise<Opened | null> {
  let opened: Opened | null = null
  try {
    const preparing = prepareHop(run, hop)
    const prepared = preparing instanceof Promise ? await preparing : preparing
    if ('impossible' in prepared) {
      noteFault(run, at, prepared)
      return null
    }
    const entry = await openEntry(run, at, hop, prepared.dialect)
    if ('refusal' in entry) {
      run.forbidden = new Map(run.forbidden).set(at, entry.refusal)
      run.course = unready(run.course, at, refusalWords(entry.refusal))
      return null
    }
    opened = { prepared, entry }
    return opened
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error
    // A later hop may be the provider of the client's format, which gets it as it came.
    noteFault(run, at, { impossible: error.message })
    return null
  } finally {
    // Also where the request cannot be written: a probe would be out for ever.
    if (opened === null) run.shared.circuits.giveBack(hop.course.key, sent)
  }
}

/** The circuit is not told: the next request may be one that the hop can take. */
function noteFault(run: Run, at: number, { impossible, tooLong = false }: Impossible): void {
  const kind = tooLong ? 'context-too-long' : 'invalid-request'
  run.faults = new Map(run.faults).set(at, { kind, message: impossible, code: null })
  run.course = unready(run.course, at, impossible)
}

function prepareHop(
  { shared, exchange, asked }: Run,
  { target, credential }: RequestHop,
): Prepared | Impossible | Promise<Prepared | Impossible> {
  if (credential === null) return { impossible: 'no key' }
  return prepare(shared, exchange, { asked, target, credential })
}

const GONE: AttemptEnd = {
  result: { kind: 'client-gone' },
  known: { ...NOTHING_KNOWN, usage: NO_USAGE },
}

function ask(run: Run, hop: RequestHop, prepared: Prepared, entry: OpenEntry): Promise<AttemptEnd> {
  const { shared, exchange, answer, told } = run
  // Nobody was asked, so nothing was used.
  if (exchange.response.destroyed) return Promise.resolve(GONE)
  const startMs = shared.now()
  told.target = nameOf(hop)
  told.attempts++
  told.dropped = prepared.dropped
  const transparent = isTransparent(run.course)
  // After a spread V8 would make a hidden class for each request, here and wherever one comes last.
  const plan = { transparent, silenceMs: hop.silenceMs, ...prepared }
  return runAttempt(plan, answer, shared.upstreams, {
    onContent: () => {
      run.upstreamMs = shared.now() - startMs
      run.course = committed(run.course)
      shared.circuits.prove(hop.course.key)
    },
    onComplete: (known) => {
      void entry.complete(known)
      shared.ledger.write()
    },
    onWhole: (known) => entry.complete(known),
    // A bug of ours, or what no request can be written with: the ledger and the limits are to know.
    onUnaskable: (error) =>
      shared.log(`gateway: ${nameOf(hop)} could not be asked: ${reasonOf(error)}`),
    whenGone: (act) => {
      exchange.response.on('close', act)
      return () => exchange.response.off('close', act)
    },
  })
}

/** Once there is content, a failure is said, in the stream if it has begun, and nothing takes its place. */
function breakOff(run: Run, { told, problem }: Failed): void {
  if (told) run.answer.end()
  else tell(run, problem)
}

/** It has left where a hop of Claude's stood before the one that answers, and could be asked. */
function noteDeparture({ shared, exchange, asked, hops, course }: Run, hop: RequestHop): void {
  if (hop.target.provider === 'claude') return
  const before = hops.slice(0, hops.indexOf(hop))
  const left = before.some(
    ({ target }, index) => target.provider === 'claude' && course.hops[index]?.unready === null,
  )
  if (left) shared.away.leave(exchange, asked)
}

function toldHeaders({ shared, exchange, told, forbidden, upstreamMs }: Run): OutgoingHttpHeaders {
  const overheadMs = Math.max(0, shared.now() - exchange.startedMs - upstreamMs)
  told.overheadMs = overheadMs
  return {
    'x-llmsel-attempts': String(told.attempts),
    'x-llmsel-overhead-ms': String(overheadMs),
    ...(told.target === null ? {} : { 'x-llmsel-target': told.target }),
    ...(told.dropped.length === 0 ? {} : { 'x-llmsel-dropped': listed(told.dropped) }),
    ...limitHeader(forbidden),
  }
}

/** Clients read no more than some kilobytes of all headers together. */
const LONGEST_LIST = 1000

/** Fields' names, which may hold any letters, half surrogates included; a header may not. */
function listed(names: readonly string[]): string {
  const text = Buffer.from(names.join(', ')).toString()
  const safe = text.replaceAll(/[^ -~]+/g, encodeURIComponent)
  return safe.length <= LONGEST_LIST ? safe : `${safe.slice(0, LONGEST_LIST)}...`
}

function limitHeader(forbidden: Run['forbidden']): OutgoingHttpHeaders {
  const [first] = forbidden.values()
  // A name may hold any letters, a header may not.
  return first === undefined ? {} : { 'x-llmsel-limit': encodeURI(refusalWords(first)) }
}

function noteOf({ exchange, course, told, hops: all }: Run): Note {
  const hops = course.trail.map(({ hop, outcome }) => {
    const asked = all[hop]
    return `${asked === undefined ? '?' : nameOf(asked)} ${outcome.class}`
  })
  const { session, profile } = exchange.access
  return { session, profile, addedMs: told.overheadMs, hops, picoUsd: told.picoUsd }
}
