import { describeHelp, type AgentHelp } from '../domain/sessions/agents.ts'
import type { Hop } from '../domain/failover/readiness.ts'
import type { SessionState } from '../domain/sessions/session.ts'
import { stateOfCode } from '../domain/sessions/states.ts'
import type { Streams } from '../ports.ts'
import { wrapped } from './wrap.ts'

/** What `session new` tells for people. */
export interface NewSession {
  readonly name: string
  readonly profile: string
  readonly provider: string
  readonly model: string
  readonly chain: readonly Hop[]
  /** What it may spend, and on what that is. */
  readonly limits: readonly string[]
  /** What becomes of the profile's failover; null: it wants none. */
  readonly failover: string | null
  readonly cwd: string
  /** argv; null: an interactive shell. */
  readonly command: readonly string[] | null
  /** What a known agent gets besides the variables; null: none is started. */
  readonly agent: AgentHelp | null
  readonly log: string
  readonly folder: string
  readonly attach: string
}

/** Its `--json` document. */
export interface StartedSession extends NewSession {
  readonly pid: number
  /** Null unless it was waited for. */
  readonly end: SessionEnd | null
}

export interface SessionEnd {
  readonly state: SessionState['kind']
  readonly code: number | null
  readonly signal: string | null
}

/** Of one that is about to run again, how its last worker ended. */
export function endOfState(state: SessionState): SessionEnd {
  const end = state.kind === 'restarting' ? stateOfCode(state.after) : state
  return {
    state: state.kind,
    code: 'code' in end ? end.code : null,
    signal: end.kind === 'killed' ? end.signal : null,
  }
}

/** What the session will do, for people. A log's path that is too long gives way to its command. */
export function startedText(session: NewSession, streams: Streams): string {
  const { name, profile, model, provider, failover, limits, log, attach, chain, agent } = session
  const room = streams.isTty ? streams.columns - LABEL : Number.POSITIVE_INFINITY
  const help = agent === null ? null : describeHelp(agent)
  const rows = [
    ['session', name],
    ['profile', profile],
    ['model', `${model} (${provider})`],
    ...chain.flatMap((hop, index) => [
      [index === 0 ? 'chain' : '', hopText(hop, index)],
      ...(hop.fix === null ? [] : [['', `   → ${hop.fix}`]]),
    ]),
    ...limits.map((limit) => ['limit', limit]),
    ...(failover === null ? [] : [['failover', failover]]),
    ...(help === null ? [] : [['agent', help]]),
    ['log', log.length <= room ? log : `llmsel session logs ${name}`],
    ['attach', attach],
  ]
  const lines = rows.flatMap(([label = '', value = '']) => labelled(label, value, room))
  return lines.join('') + (chain.some(({ ready }) => ready) ? '' : nothingReady(session))
}

const LABEL = 10

/** What mends something stays on its line: it is to be copied. */
function labelled(label: string, value: string, room: number): readonly string[] {
  const [hang = ''] = /^\d+\. /.exec(value) ?? []
  const isCommand = value.trimStart().startsWith('→')
  const [first = '', ...more] = isCommand ? [value] : wrapped(value, room - hang.length)
  const indent = ' '.repeat(LABEL + hang.length)
  return [`${label.padEnd(LABEL)}${first}\n`, ...more.map((text) => `${indent}${text}\n`)]
}

function hopText({ provider, model, ready, reason }: Hop, index: number): string {
  const state = ready ? `ready: ${reason}` : `not ready: ${reason}`
  return `${index + 1}. ${model} (${provider}) ${state}`
}

/** Of a profile on which no request can succeed now. */
export function unreadyText(profile: string, hops: readonly Hop[]): string {
  const fixes = hops.map(
    ({ model, reason, fix }) => `${model}: ${reason}${fix === null ? '' : `; ${fix}`}`,
  )
  return `requests on ${profile} will fail:\n  ${fixes.join('\n  ')}\n`
}

function nothingReady({ chain }: NewSession): string {
  return chain.length === 1
    ? 'the model is not ready: the session runs, its requests will fail\n'
    : 'no hop is ready: the session runs, its requests will fail\n'
}
