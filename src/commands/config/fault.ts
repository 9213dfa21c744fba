import type { JsonObject } from '../../domain/json.ts'
import { parseSettings } from '../../domain/config/schema.ts'
import { profileSource } from '../../domain/config/source.ts'
import { isLlmselError, type LlmselError } from '../../domain/errors.ts'
import { profileNames, resolveProfile } from '../../domain/profiles/resolve.ts'
import type { Context } from '../../ports.ts'

/** Why a document cannot be: every name in it must be known, too. */
export function faultOf(ctx: Context, document: JsonObject): LlmselError | null {
  try {
    const settings = parseSettings(document)
    const source = profileSource(settings, {}, ctx.clock.now())
    for (const id of Object.values(settings.pins)) resolveProfile(source, id)
    for (const name of profileNames(source)) resolveProfile(source, name)
    if (settings.default !== null) resolveProfile(source, settings.default)
    return null
  } catch (error) {
    if (isLlmselError(error)) return error
    throw error
  }
}
