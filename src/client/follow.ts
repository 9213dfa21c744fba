import { judged, newCircuit, probing, proved, type Circuit } from '../domain/failover/circuit.ts'
import {
  committed,
  ended,
  newCourse,
  nextStep,
  unready,
  type Course,
} from '../domain/failover/course.ts'
import { isProvider } from '../domain/models/model.ts'
import type { Conversation } from '../domain/wire/conversation.ts'
import { estimateTokens } from '../domain/wire/estimate.ts'
import { shownEvent as asClientKnows } from '../domain/wire/replay.ts'
import { ask, type Asked } from './ask.ts'
import type { ChatAttempt } from './error.ts'
import { giveUp } from './give-up.ts'
import { prepare, type Prepared } from './prepare.ts'
import { collector, shownEvent, type ChatEvent, type ChatReply } from './reply.ts'
import type { Shared } from './shared.ts'
import type { ClientTarget } from './target.ts'

interface Followed {
  readonly shared: Shared
  readonly conversation: Conversation
  readonly signal: AbortSignal | null
  course: Course
  /** The last thing that each target said. */
  readonly said: Map<number, Asked>
}

/**
 * Asks one model after the other until one answers. What a consumer of a stream has seen is never
 * said again by another.
 */
export async function* follow(
  shared: Shared,
  conversation: Conversation,
  signal: AbortSignal | null,
): AsyncGenerator<ChatEvent, ChatReply> {
  const run: Followed = {
    shared,
    conversation,
    signal,
    course: newCourse(shared.targets.map((target, index) => hopOf(target, index, conversation))),
    said: new Map(),
  }
  for (;;) {
    signal?.throwIfAborted()
    const step = nextStep(run.course, shared.circuits, Date.now())
    const target = step.type === 'send' ? shared.targets[step.hop] : undefined
    if (step.type === 'stop' || target === undefined) throw failure(run)
    const prepared = await prepare(shared, target, conversation)
    if ('impossible' in prepared) {
      run.course = unready(run.course, step.hop, prepared.impossible)
      continue
    }
    const reply = yield* attempt(run, { target, prepared, ...step })
    if (reply !== null) return reply
    if (run.course.committed) throw failure(run)
  }
}

function hopOf(target: ClientTarget, index: number, conversation: Conversation) {
  const contextTokens = target.row?.contextTokens ?? null
  // The first one judges by itself; no other is to cut what is too long for it.
  const tooLong =
    index > 0 && contextTokens !== null && estimateTokens(conversation) > contextTokens
  const unreadyFor = tooLong ? 'its window is too small' : null
  return {
    key: keyOf(target),
    unready: target.headers === null ? 'no key' : unreadyFor,
    left: false,
    translated: false,
    contextTokens,
  }
}

function keyOf({ provider, model }: ClientTarget): string {
  return `${provider}/${model}`
}

interface Turn {
  readonly target: ClientTarget
  readonly prepared: Prepared
  readonly hop: number
  readonly isProbe: boolean
}

/** Null: it has not answered. */
async function* attempt(run: Followed, turn: Turn): AsyncGenerator<ChatEvent, ChatReply | null> {
  const { shared, conversation, signal } = run
  const { target, prepared, hop, isProbe } = turn
  const hidesThinking = conversation.effort === 'none'
  const key = keyOf(target)
  const sentTurn = begin(shared, key, isProbe)
  const answer = collector()
  const call = { ...prepared.call, fetch: shared.fetch, stream: conversation.stream, signal }
  const events = ask(call)
  let asked: Asked | null = null
  try {
    for (;;) {
      const next = await events.next()
      if (next.done === true) {
        asked = next.value
        break
      }
      const event = asClientKnows(next.value, { toolNames: prepared.toolNames, hidesThinking })
      if (event === null) continue
      answer.add(event)
      const shown = conversation.stream ? shownEvent(event) : null
      if (shown === null) continue
      if (!run.course.committed) {
        run.course = committed(run.course)
        change(shared, key, proved)
      }
      yield shown
    }
  } finally {
    // Whoever stops listening ends the request, and the circuit learns nothing of it.
    const outcome = asked?.outcome ?? GONE
    change(shared, key, (circuit) =>
      judged(circuit, { outcome, isProbe, turn: sentTurn }, Date.now()),
    )
    run.course = ended(run.course, hop, outcome)
    await events.return(NOBODY)
  }
  run.said.set(hop, asked)
  if (asked.outcome.class !== 'answered') return null
  return { ...answer.collected(), ...answererOf(target, asked), attempts: attemptsOf(run, asked) }
}

const GONE = { class: 'client-gone', retryAfterMs: null, reason: 'the caller went away' } as const
const NOBODY: Asked = { outcome: GONE, problem: null, status: null, target: null }

/** The turn of the circuit in which the request goes out. */
function begin(shared: Shared, key: string, isProbe: boolean): number {
  if (isProbe) change(shared, key, (circuit) => probing(circuit, Date.now()))
  return shared.circuits.get(key)?.turn ?? 0
}

function change({ circuits }: Shared, key: string, step: (circuit: Circuit) => Circuit): void {
  circuits.set(key, step(circuits.get(key) ?? newCircuit(Date.now())))
}

type Answerer = Pick<ChatReply, 'provider' | 'model'>

/** A gateway says who it was. */
function answererOf({ provider, model }: ClientTarget, { target }: Asked): Answerer {
  const [, named, asked] = /^(claude|openai|ollama)\/(.+)$/.exec(target ?? '') ?? []
  return isProvider(named) && asked !== undefined
    ? { provider: named, model: asked }
    : { provider, model }
}

function attemptsOf({ shared, course }: Followed, last: Asked | null): ChatAttempt[] {
  return course.trail.flatMap(({ hop, outcome }, index) => {
    const target = shared.targets[hop]
    if (target === undefined) return []
    const isLast = last !== null && index === course.trail.length - 1
    const { provider, model } = isLast ? answererOf(target, last) : target
    return [{ provider, model, outcome: outcome.class, reason: outcome.reason }]
  })
}

function failure(run: Followed): Error {
  const { shared, course, said } = run
  const { targets, secrets } = shared
  return giveUp({ targets, secrets, course, said, attempts: attemptsOf(run, null) })
}
