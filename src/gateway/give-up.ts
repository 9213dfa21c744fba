import { nextProbeMs } from '../domain/failover/circuit.ts'
import { WORDS } from '../domain/failover/classify.ts'
import { isTransparent } from '../domain/failover/course.ts'
import type { OutcomeClass } from '../domain/failover/outcome.ts'
import type { Refusal } from '../domain/ledger/limits.ts'
import { readinessOf } from '../domain/failover/readiness.ts'
import type { Problem, ProblemKind } from '../domain/wire/problem.ts'
import type { Refused } from './attempt-parts.ts'
import { replyHeaders } from './headers.ts'
import { HOME } from './credentials.ts'
import { factsOf } from './readiness.ts'
import { nameOf, type Run } from './run.ts'

/** No hop has answered: the client is told what the first one said, or why none could be asked. */
export async function giveUp(run: Run): Promise<void> {
  if (run.forbidden.size > 0) return tell(run, await limited(run))
  const fault = faultOf(run)
  if (fault !== null) return tell(run, await toldOfEach(run, fault))
  if (nobodyWasThere(run)) return tell(run, await notReady(run))
  if (run.course.trail.length === 0) return tell(run, await beingTried(run))
  const first = run.course.trail[0]?.hop ?? -1
  const refusal = run.refusals.get(first)
  if (refusal === undefined) return tell(run, unanswered(run))
  if (run.answer.isHeadSent() || !isHome(run, first)) return tell(run, refusal.problem)
  repeat(run, refusal)
}

function unanswered(run: Run): Problem {
  const outcome = run.course.trail[0]?.outcome
  const message = wordsOf(run, outcome?.reason ?? 'no answer')
  return { kind: KINDS[outcome?.class ?? 'unreachable'], message, code: null }
}

/** What a client of the format that it speaks calls it. */
const KINDS: Readonly<Record<OutcomeClass, ProblemKind>> = {
  answered: 'api',
  'rate-limited': 'rate-limit',
  overloaded: 'overloaded',
  'server-error': 'api',
  timeout: 'timeout',
  unreachable: 'unavailable',
  'cut-short': 'unavailable',
  malformed: 'api',
  auth: 'authentication',
  billing: 'billing',
  'model-missing': 'model-not-found',
  'context-too-long': 'context-too-long',
  'request-fault': 'invalid-request',
  'client-gone': 'api',
}

/** No key, no server: nothing was refused, there was nobody to refuse it. */
function nobodyWasThere({ hops, course }: Run): boolean {
  return course.hops.every(({ unready }, index) => {
    if (unready !== null) return true
    const tried = course.trail.filter(({ hop }) => hop === index)
    const isLocal = hops[index]?.target.provider === 'ollama'
    return (
      isLocal && tried.length > 0 && tried.every(({ outcome }) => outcome.class === 'unreachable')
    )
  })
}

/** No hop that has a key can take the request, and none was asked. Null: it is not so. */
function faultOf({ faults, course }: Run): Problem | null {
  const [first = null] = faults.values()
  const isOpen = course.hops.some(({ unready }) => unready === null)
  return isOpen || course.trail.length > 0 ? null : first
}

async function toldOfEach(run: Run, fault: Problem): Promise<Problem> {
  const said = new Set([...run.faults.values()].map(({ message }) => message))
  if (run.faults.size === run.hops.length && said.size === 1) return fault
  return { ...fault, message: `llmsel: ${(await hopLines(run)).join('. ')}` }
}

/** Where a limit forbids what costs, and nothing free has answered. */
async function limited(run: Run): Promise<Problem> {
  const lines = await hopLines(run)
  return { kind: 'rate-limit', message: `llmsel: ${lines.join('. ')}`, code: null }
}

async function notReady(run: Run): Promise<Problem> {
  const message = `llmsel: no model is ready. ${(await hopLines(run)).join('. ')}`
  return { kind: 'unavailable', message, code: null }
}

/** Others are just trying each hop that is there, and whether it answers is known soon. */
async function beingTried(run: Run): Promise<Problem> {
  const message = `llmsel: ${(await hopLines(run)).join('. ')}`
  return { kind: 'unavailable', message, code: null }
}

/** Why each hop has not answered, with what mends it. */
async function hopLines(run: Run): Promise<readonly string[]> {
  const { shared, exchange, hops, course } = run
  const targets = hops.map(({ target }) => target)
  const facts = await factsOf(shared, exchange.access, targets)
  return hops.map((hop, index) => {
    const tried = course.trail.findLast((attempt) => attempt.hop === index)
    if (tried !== undefined && tried.outcome.class !== 'unreachable')
      return `${nameOf(hop)}: ${WORDS[tried.outcome.class]}`
    const why = course.hops[index]?.unready ?? null
    const { ready, reason, fix } = readinessOf(hop.target, facts)
    if (ready || (why !== null && why !== 'no key'))
      return `${nameOf(hop)}: ${why ?? silence(run, index)}`
    return `${nameOf(hop)}: ${reason}${fix === null ? '' : `; ${fix}`}`
  })
}

function silence({ shared, course }: Run, index: number): string {
  const isAsked = course.trail.some(({ hop }) => hop === index)
  const circuit = shared.circuits.all.get(course.hops[index]?.key ?? '')
  const isProbed = !isAsked && circuit?.state === 'half-open'
  return isProbed ? 'another request is just trying it' : 'no answer'
}

/** Word for word, since clients mend themselves by what it says. */
function repeat(run: Run, { status, headers, body }: Refused): void {
  const { 'content-length': _, ...passed } = replyHeaders(headers)
  run.answer.whole(status, { ...passed, ...retryHeaders(run, headers['retry-after']) }, body)
}

export function tell(run: Run, problem: Problem): void {
  const { asked, exchange, answer } = run
  if (answer.isHeadSent()) return answer.breakOff(problem)
  const { status, body } = asked.client.writeProblem(problem, exchange.id)
  const headers = { 'content-type': 'application/json', ...retryHeaders(run, undefined) }
  answer.whole(status, headers, JSON.stringify(body))
}

/** A transparent hop's client retries as it would without the gateway. */
function retryHeaders(run: Run, given: string | undefined): Record<string, string> {
  const [limit] = run.forbidden.values()
  if (limit !== undefined) return { 'x-should-retry': 'false', ...untilHeader(run, limit) }
  if (faultOf(run) !== null) return { 'x-should-retry': 'false' }
  if (isTransparent(run.course) && run.course.trail.length > 0) return {}
  // Each is just being tried by another request, which will soon know.
  if (run.course.trail.length === 0 && !nobodyWasThere(run))
    return { 'x-should-retry': 'true', 'retry-after': '1' }
  const nowMs = run.shared.now()
  const waits = run.course.hops.flatMap(({ key }) => {
    const circuit = run.shared.circuits.all.get(key)
    const at = circuit === undefined ? null : nextProbeMs(circuit)
    return at === null ? [] : [Math.max(1, Math.ceil((at - nowMs) / 1000))]
  })
  const soonest = waits.length === 0 ? given : String(Math.min(...waits))
  return {
    'x-should-retry': 'false',
    ...(soonest === undefined ? {} : { 'retry-after': soonest }),
  }
}

function untilHeader({ shared }: Run, refusal: Refusal): Record<string, string> {
  if (refusal.reason !== 'reached') return {}
  const seconds = Math.max(1, Math.ceil((refusal.untilMs - shared.now()) / 1000))
  return { 'retry-after': String(seconds) }
}

function isHome({ hops, asked }: Run, index: number): boolean {
  return hops[index]?.target.provider === HOME[asked.client.name]
}

function wordsOf({ hops, course }: Run, first: string): string {
  const trail = course.trail.map(({ hop, outcome }) => {
    const asked = hops[hop]
    return `${asked === undefined ? '?' : nameOf(asked)}: ${WORDS[outcome.class]}`
  })
  return `llmsel: ${first} (${trail.join('; ')})`
}
