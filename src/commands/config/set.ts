import { Command } from 'commander'
import type { Json } from '../../domain/json.ts'
import { parseKey, withValue, type KeyPath } from '../../domain/config/keys.ts'
import { LlmselError } from '../../domain/errors.ts'
import type { Context } from '../../ports.ts'
import { faultOf } from './fault.ts'

const EXAMPLES = `
Examples:
  llmsel config set default budget
  llmsel config set profiles.night.model haiku
  llmsel config set profiles.night.chain ollama,gpt
  llmsel config set profiles.night.failover true
  llmsel config set profiles.night.limit 5/day,100/month
  llmsel config set providers.ollama.model qwen3:8b
  llmsel config set models.my-id '{"provider": "openai", "input": "0.5"}'
`

export function setCommand(ctx: Context): Command {
  return new Command('set')
    .description('set one setting; a bad value changes nothing')
    .argument('<key>', 'such as profiles.budget.model')
    .argument('<value>', 'text, true or false, a list with commas, or JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (key: string, text: string) => {
      const path = parseKey(key)
      await ctx.config.update((document) => {
        const changed = withValue(document, path, valueOf(path, text))
        const fault = faultOf(ctx, changed)
        if (fault !== null) throw refusal(ctx, { key, fault, before: faultOf(ctx, document) })
        return changed
      })
    })
}

/** True, false or a number. */
const STRUCTURED: ReadonlySet<string> = new Set([
  'failover',
  'enforce',
  'port',
  'drainSeconds',
  'autostart',
  'contextTokens',
  'retentionDays',
])

/** Text stays text where the setting is text: a model may be called `true` or `123`. */
function valueOf(path: KeyPath, text: string): Json {
  const kind = path.at(-1)
  if (kind === 'chain') return text.startsWith('[') ? parseJson(text) : listOf(text)
  const structured =
    path[0] === 'failover' || (path[2] !== 'env' && STRUCTURED.has(kind ?? '')) || isWhole(path)
  return structured ? parseJson(text) : text
}

function listOf(text: string): string[] {
  return text.trim() === '' ? [] : text.split(',').map((name) => name.trim())
}

/** A model, a profile or a profile's env as one JSON object. */
function isWhole(path: KeyPath): boolean {
  const [first, , third] = path
  return path.length === 2
    ? first === 'models' || first === 'profiles'
    : third === 'env' && path.length === 3
}

function parseJson(text: string): Json {
  try {
    // What JSON.parse returns is JSON.
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

interface Refused {
  readonly key: string
  readonly fault: LlmselError
  /** The fault that the file had before. */
  readonly before: LlmselError | null
}

function refusal(ctx: Context, { key, fault: cause, before }: Refused): LlmselError {
  const { message } = cause
  if (message === before?.message) {
    const hint = `nothing was changed; mend it first: ${cause.hint ?? 'in an editor'}`
    return new LlmselError('invalid-config', `${ctx.config.path}: ${message}`, { hint, cause })
  }
  const hint = cause.hint ?? 'nothing was changed'
  return new LlmselError('usage', `${key}: ${message}`, { hint, cause })
}
