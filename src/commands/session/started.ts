import type { Hop } from '../../domain/failover/readiness.ts'
import { limitsText } from '../../domain/ledger/limits.ts'
import { routeIn } from '../../domain/profiles/gateway-route.ts'
import { failoverNote } from '../../domain/sessions/forecast.ts'
import type { Run } from '../../domain/sessions/session.ts'
import type { Streams } from '../../ports.ts'
import { print } from '../../ui/report.ts'
import { startedText, type NewSession } from '../../ui/session.ts'
import type { LaunchRequest } from './request.ts'

interface ToldParts {
  readonly run: Run
  readonly chain: readonly Hop[]
}

/** What is told of a session that has been started. */
export function toldOf(
  request: LaunchRequest,
  { run: { name, folder }, chain }: ToldParts,
): NewSession {
  const { profile, work, cwd, agent, environment } = request
  return {
    name,
    profile: profile.name,
    provider: profile.target.provider,
    model: profile.target.model,
    chain,
    limits: limitNotes(request),
    failover: failoverNote(profile, routeIn(environment.set) !== null),
    cwd,
    command: work.kind === 'worker' ? work.argv : null,
    agent,
    log: `${folder}/log`,
    folder,
    attach: `llmsel session attach ${name}`,
  }
}

/** Those that hold, and those that would through the gateway. */
function limitNotes({ profile, limit, environment }: LaunchRequest): string[] {
  const own = limit === null ? [] : [`$${limit} on this session`]
  const unheld =
    routeIn(environment.set) === null ? ', not held: it is not through the gateway' : ''
  const ofProfile =
    profile.limits.length === 0
      ? []
      : [`$${limitsText(profile.limits)} on profile ${profile.name}${unheld}`]
  return [...own, ...ofProfile]
}

export interface Announcement {
  readonly told: NewSession
  /** For people. */
  readonly text: string
}

export function announcementOf(streams: Streams, told: NewSession): Announcement {
  return { told, text: startedText(told, streams) }
}

/** Where a program reads the result, people are told beside it. */
export async function tellStarted(
  streams: Streams,
  { told, text }: Announcement,
  { json }: { readonly json: boolean },
): Promise<void> {
  if (!streams.isTty) streams.err(text)
  if (json) return
  const { name, profile, model, log } = told
  const view = () =>
    streams.isTty ? [text] : [{ columns: [], rows: [[name, profile, model, log]] }]
  await print(streams, { data: told, view }, {})
}
