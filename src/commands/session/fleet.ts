import type { Settings } from '../../domain/config/settings.ts'
import { resolveProfile, type ProfileSource } from '../../domain/profiles/resolve.ts'
import { BUILT_IN_DEFAULT } from '../../domain/profiles/scope.ts'
import { isLlmselError, LlmselError } from '../../domain/errors.ts'
import { FLEET_FILE, fleetError } from '../../domain/sessions/fleet-file.ts'
import {
  fleetMembers,
  type FleetMember,
  type FoundFleetFile,
} from '../../domain/sessions/fleet-members.ts'
import { hasControls } from '../../domain/sessions/tmux-text.ts'
import type { FleetFiles, FleetSource, SessionContext } from '../../ports.ts'
import { launchRequest, type LaunchRequest } from './request.ts'

/** The file that is meant, and whether it is there. */
export async function fleetSource(
  ctx: SessionContext,
  file: string | undefined,
): Promise<FleetSource> {
  const source = (await ctx.sessions.fleetFiles()).read(file ?? FLEET_FILE, ctx.cwd)
  // tmux keeps it as an option, on one line.
  if (hasControls(source.path)) {
    const shown = JSON.stringify(source.path)
    throw new LlmselError('io', `the fleet file's path has a control character: ${shown}`)
  }
  return source
}

export function missingFleet(ctx: SessionContext, { path }: FleetSource): LlmselError {
  return new LlmselError('not-found', `there is no ${shownFrom(ctx.cwd, path)}`, {
    hint: 'write one, or name one: llmsel session up FILE',
  })
}

/** @throws LlmselError for whatever is wrong with the file or with one that it includes. */
export async function membersOf(ctx: SessionContext, source: FleetSource): Promise<FleetMember[]> {
  const files = await ctx.sessions.fleetFiles()
  const root = found(ctx, source)
  if (root === null) throw missingFleet(ctx, source)
  return fleetMembers(root, (path, folder, place) => included(ctx, files, { path, folder, place }))
}

interface Included {
  readonly path: string
  readonly folder: string
  readonly place: string
}

function included(
  ctx: SessionContext,
  files: FleetFiles,
  { path, folder, place }: Included,
): FoundFleetFile {
  const file = found(ctx, files.read(path, folder))
  if (file === null) throw fleetError(place, `there is no ${path} to include`)
  return file
}

function found(ctx: SessionContext, { path, content }: FleetSource): FoundFleetFile | null {
  if (content === null) return null
  const shown = shownFrom(ctx.cwd, path)
  if (content.kind === 'refused') throw new LlmselError('io', `${shown}: ${content.reason}`)
  const folder = path.slice(0, Math.max(1, path.lastIndexOf('/')))
  return { path, shown, folder, text: content.text }
}

/** Below the folder, as a person there would write it. */
function shownFrom(folder: string, path: string): string {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path
}

/** What the member asks for, or why this machine cannot start it: that is no fault of the file. */
export type MemberRequest = LaunchRequest | LlmselError

/**
 * Of each member, in order.
 * @throws LlmselError `invalid-config` for a profile that does not exist.
 */
export function memberRequests(
  ctx: SessionContext,
  members: readonly FleetMember[],
  choices: Choices,
): (readonly [name: string, request: MemberRequest])[] {
  return members.map((member) => [member.name, requestOf(ctx, member, choices)])
}

function requestOf(
  ctx: SessionContext,
  { name, entry, folder }: FleetMember,
  { settings, source, fleet }: Choices,
): MemberRequest {
  const { env, args, cwd, run } = entry
  const profile = profileOf(source, entry, settings.default)
  const options = {
    name,
    env: Object.entries(env).map(([variable, value]) => `${variable}=${value}`),
    ...(cwd === null ? {} : { cwd }),
    ...(run === null ? {} : { run }),
    ...(entry.limit === null ? {} : { limit: entry.limit }),
  }
  try {
    const choice = { settings, source, profile, args, options }
    const request = launchRequest({ ...ctx, cwd: folder }, choice)
    return { ...request, restart: entry.restart, fleet }
  } catch (cause) {
    if (!isLlmselError(cause)) throw cause
    const isThere = ctx.sessions.directory(cwd ?? '.', folder) !== null
    const place = entry.places[isThere ? 'run' : 'cwd'] ?? entry.place
    const hint = cause.hint === null ? {} : { hint: cause.hint }
    return new LlmselError(cause.code, `${place}: ${cause.message}`, { ...hint, cause })
  }
}

interface Choices {
  readonly settings: Settings
  readonly source: ProfileSource
  /** The file, absolute. */
  readonly fleet: string
}

function profileOf(
  source: ProfileSource,
  { profile, place, places }: FleetMember['entry'],
  standard: string | null,
): ReturnType<typeof resolveProfile> {
  try {
    return resolveProfile(source, profile ?? standard ?? BUILT_IN_DEFAULT)
  } catch (cause) {
    if (!isLlmselError(cause)) throw cause
    throw fleetError(places['profile'] ?? place, cause.message, cause.hint ?? undefined)
  }
}
