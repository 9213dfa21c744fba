import { Command } from 'commander'
import { parseKey, valueAt, withValue, type KeyPath } from '../../domain/config/keys.ts'
import { placesOf } from '../../domain/config/own-models.ts'
import { parseSettings } from '../../domain/config/schema.ts'
import { LlmselError } from '../../domain/errors.ts'
import type { JsonObject } from '../../domain/json.ts'
import type { Context } from '../../ports.ts'
import { faultOf } from './fault.ts'

const EXAMPLES = `
Examples:
  llmsel config unset default
  llmsel config unset profiles.night     # the whole profile
`

export function unsetCommand(ctx: Context): Command {
  return new Command('unset')
    .description('remove one setting')
    .argument('<key>', 'such as profiles.budget.model')
    .addHelpText('after', EXAMPLES)
    .action(async (key: string) => {
      const path = parseKey(key)
      await ctx.config.update((document) => {
        if (valueAt(document, path) === undefined) {
          throw new LlmselError('not-found', `"${key}" is not set`, {
            hint: 'run: llmsel config list',
          })
        }
        const changed = withValue(document, path, undefined)
        const fault = faultOf(ctx, changed)
        // In a file that has a fault already it may be the one that mends it.
        if (fault !== null && faultOf(ctx, document) === null)
          throw refusal(key, { fault, place: placeOf(path, changed) })
        return changed
      })
    })
}

/** The key that still names a profile or model; undefined: none does, or the path is of neither. */
function placeOf([, name = '', ...rest]: KeyPath, changed: JsonObject): string | undefined {
  return rest.length === 0 ? placesOf(parseSettings(changed), name)[0] : undefined
}

interface Refused {
  readonly fault: LlmselError
  readonly place: string | undefined
}

function refusal(key: string, { fault: cause, place }: Refused): LlmselError {
  if (place === undefined)
    return new LlmselError('conflict', `${key}: ${cause.message}`, {
      hint: 'nothing was changed',
      cause,
    })
  return new LlmselError('conflict', `"${key}" is still named by ${place}`, {
    hint: `change that first: llmsel config get ${place}`,
    cause,
  })
}
