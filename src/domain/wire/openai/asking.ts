import type { Json, JsonObject } from '../../json.ts'
import type {
  Conversation,
  OutputFormat,
  TextPart,
  ToolChoice,
  ToolResultPart,
  Turn,
} from '../conversation.ts'
import type { WriteTarget } from '../dialect.ts'
import { defined } from './fields.ts'
import { fingerprint } from './fingerprint.ts'
import type { ModelRules } from './model-rules.ts'
import { canBeStrict, parametersOf } from './schema.ts'

/** Claude Code's own first instruction, which says nothing to any other provider. */
const BILLING = 'x-anthropic-billing-header:'
const LONGEST_USER_ID = 64

/** A request being written. */
export interface Writing {
  /** The name that a tool has at OpenAI. */
  readonly nameOf: (name: string) => string
  readonly dropped: Set<string>
}

/** Why the target cannot be asked this at all; null: it can. */
export function whyImpossible(conversation: Conversation, target: WriteTarget): string | null {
  const { model } = target
  const { turns, tools, maxOutputTokens } = conversation
  if (target.vision === false && turns.some(holdsImage)) return `${model} reads no images`
  if (target.tools === false && (tools.length > 0 || turns.some(holdsCall))) {
    return `${model} calls no tools`
  }
  if (turns.at(-1)?.role === 'assistant') return `${model} cannot go on with an answer begun`
  return maxOutputTokens === 0 ? 'OpenAI has no request that only warms a cache' : null
}

/** The instructions as one text each, joined as paragraphs; null: there are none. */
export function writeInstructions(texts: readonly string[]): string | null {
  const kept = texts.filter((text) => text.trim() !== '' && !text.startsWith(BILLING))
  return kept.length === 0 ? null : kept.join('\n\n')
}

export function joinTexts(parts: readonly TextPart[]): string {
  return parts.map(({ text }) => text).join('\n\n')
}

/** Both formats refuse `json_object` where no message has the word. */
export function lacksJsonWord({ format, turns }: Conversation): boolean {
  return (
    format?.type === 'json' &&
    !turns.some(({ parts }) =>
      parts.some((part) => part.type === 'text' && /json/i.test(part.text)),
    )
  )
}

/** What both formats spell alike. What the model refuses is left out, and named in `dropped`. */
export function writeSampling(
  { temperature, topP, topK, stop }: Conversation,
  { sampling }: ModelRules,
  dropped: Set<string>,
): JsonObject {
  if (topK !== null) dropped.add('top_k')
  if (!sampling) {
    if (temperature !== null) dropped.add('temperature')
    if (topP !== null) dropped.add('top_p')
    if (stop.length > 0) dropped.add('stop')
    return {}
  }
  return defined({ temperature: temperature ?? undefined, top_p: topP ?? undefined })
}

export function writeOutputLimit(
  { maxOutputTokens }: Conversation,
  { outputTokens }: WriteTarget,
): number | undefined {
  if (maxOutputTokens === null) return undefined
  return Math.min(maxOutputTokens, outputTokens ?? Infinity)
}

/** A longer id is refused; its fingerprint still tells one user from another. */
export function writeUserId(userId: string | null): string | undefined {
  if (userId === null || userId === '') return undefined
  return userId.length > LONGEST_USER_ID ? fingerprint(userId) : userId
}

/** What a tool gave; neither format has a field for a failed call, so that a text says it. */
export function resultParts({ parts, isError }: ToolResultPart): ToolResultPart['parts'] {
  return isError ? [{ type: 'text', text: 'Error:' }, ...parts] : parts
}

/** `wrap` puts a function's fields where the format has them. */
export function writeTools(
  { tools, toolChoice, parallelTools }: Conversation,
  { nameOf, dropped }: Writing,
  wrap: (fields: JsonObject) => JsonObject,
): JsonObject {
  // Without tools, OpenAI refuses whatever is said about their use.
  if (tools.length === 0) return {}
  const functions = tools.map(({ name, description, schema, strict }) =>
    wrap(
      defined({
        name: nameOf(name),
        description: description ?? undefined,
        parameters: parametersOf(schema),
        // Left out it means true to Responses, which closes schemas that were meant to be open.
        strict: writeStrict(strict ?? false, schema, dropped),
      }),
    ),
  )
  return defined({
    tools: functions,
    tool_choice: writeToolChoice(toolChoice, (name) => wrap({ name: nameOf(name) })),
    parallel_tool_calls: parallelTools ?? undefined,
  })
}

/** As `writeTools`, of a schema's fields. */
export function writeFormat(
  format: OutputFormat | null,
  { dropped }: Writing,
  wrap: (fields: JsonObject) => JsonObject,
): JsonObject | undefined {
  if (format === null) return undefined
  if (format.type === 'json') return { type: 'json_object' }
  const { name, schema } = format
  // A format that says nothing of it means an answer held to the schema.
  const strict = writeStrict(format.strict ?? true, schema, dropped)
  return { type: 'json_schema', ...wrap({ name: name ?? 'answer', schema, strict }) }
}

function writeToolChoice(
  choice: ToolChoice | null,
  named: (name: string) => JsonObject,
): Json | undefined {
  if (choice === null) return undefined
  if (choice.type === 'tool') return named(choice.name)
  return choice.type === 'any' ? 'required' : choice.type
}

function writeStrict(asked: boolean, schema: JsonObject, dropped: Set<string>): boolean {
  const strict = asked && canBeStrict(schema)
  if (asked && !strict) dropped.add('strict')
  return strict
}

function holdsImage({ role, parts }: Turn): boolean {
  if (role !== 'user') return false
  return parts.some(
    (part) =>
      part.type === 'image' ||
      (part.type === 'tool-result' && part.parts.some(({ type }) => type === 'image')),
  )
}

function holdsCall({ parts }: Turn): boolean {
  return parts.some(({ type }) => type === 'tool-call')
}
