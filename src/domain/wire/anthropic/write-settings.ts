import type { JsonObject } from '../../json.ts'
import { forcedChoice } from '../capabilities.ts'
import type { Conversation, Effort, ToolChoice } from '../conversation.ts'
import type { WriteTarget } from '../dialect.ts'
import { present } from '../fields.ts'
import type { ToolNaming } from '../tool-names.ts'
import type { ModelRules } from './model-rules.ts'
import { outputSchema } from './output-schema.ts'

/** What is being written for whom, and what is lost on the way. */
export interface Draft {
  readonly conversation: Conversation
  readonly target: WriteTarget
  readonly rules: ModelRules
  readonly naming: ToolNaming
  readonly dropped: Set<string>
}

/** What any Claude can answer with, where neither the request nor the catalogue says. */
const OUTPUT_TOKENS = 8192
const LEAST_BUDGET = 1024
const BUDGETS: ReadonlyMap<Effort, number> = new Map([
  ['low', 2048],
  ['medium', 8192],
  ['high', 16_384],
  ['xhigh', 32_000],
  ['max', 32_000],
])

export function writeMaxTokens({ conversation, target }: Draft): number {
  const asked = conversation.maxOutputTokens ?? target.outputTokens ?? OUTPUT_TOKENS
  return target.outputTokens === null ? asked : Math.min(asked, target.outputTokens)
}

export function writeTools({ conversation, rules, naming, dropped }: Draft): JsonObject {
  const { tools, toolChoice, parallelTools } = conversation
  if (tools.length === 0) return {}
  if (tools.some(({ strict }) => strict === true)) dropped.add('strict')
  const isUnforced = forcedChoice(toolChoice) !== null && !rules.forcesTools
  if (isUnforced) dropped.add('tool_choice')
  const written = tools.map(({ name, description, schema }) => {
    const input_schema = { ...schema, type: 'object' }
    return present({ name: naming.written(name), description, input_schema })
  })
  return {
    tools: written,
    tool_choice: writeChoice(isUnforced ? { type: 'auto' } : toolChoice, parallelTools, naming),
  }
}

function writeChoice(
  choice: ToolChoice | null,
  parallel: boolean | null,
  { written }: ToolNaming,
): JsonObject | null {
  if (choice === null && parallel === null) return null
  return present({
    type: choice?.type ?? 'auto',
    name: choice?.type === 'tool' ? written(choice.name) : null,
    disable_parallel_tool_use: parallel === null || choice?.type === 'none' ? null : !parallel,
  })
}

/** The thinking of a model that is given a budget for it. */
export function writeThinking(draft: Draft, maxTokens: number): JsonObject {
  const { effort } = draft.conversation
  const asked = effort === null ? undefined : BUDGETS.get(effort)
  if (!draft.rules.thinksByBudget || asked === undefined) return {}
  // The answer needs room too.
  const budget = Math.min(asked, Math.floor(maxTokens / 2))
  if (budget < LEAST_BUDGET || !mayThink(draft)) {
    draft.dropped.add('effort')
    return {}
  }
  return { thinking: { type: 'enabled', budget_tokens: budget } }
}

/** A budget is refused beside a forced call, an answer begun, or calls without their thinking. */
function mayThink({ conversation, target }: Draft): boolean {
  const last = conversation.turns.at(-1)
  const isAsked = last?.role !== 'assistant'
  const isResult = last?.parts.some(({ type }) => type === 'tool-result') ?? false
  const isForced = forcedChoice(conversation.toolChoice) !== null
  return target.thinking !== false && isAsked && !isResult && !isForced
}

export function writeOutput({ conversation, target, rules, dropped }: Draft): JsonObject | null {
  const { effort, format } = conversation
  const level = effort === null || rules.thinksByBudget ? null : rules.effort(effort)
  const isLost = level !== null && target.thinking === false
  if (isLost) dropped.add('effort')
  const config = present({
    effort: isLost ? null : level,
    format:
      format?.type === 'json-schema'
        ? { type: 'json_schema', schema: outputSchema(format.schema) }
        : null,
  })
  return Object.keys(config).length === 0 ? null : config
}

/** Other formats go up to 2. Two ways of sampling at once are refused. */
export function writeSampling(draft: Draft, thinks: boolean): JsonObject {
  const { conversation, rules, dropped } = draft
  const { temperature, topP, topK } = conversation
  const isTaken = rules.samples && !thinks
  const written = {
    temperature: isTaken && temperature !== null ? Math.min(temperature, 1) : null,
    top_p: isTaken && temperature === null ? topP : null,
    top_k: isTaken ? topK : null,
  }
  if (written.temperature !== temperature) dropped.add('temperature')
  if (written.top_p !== topP) dropped.add('top_p')
  if (written.top_k !== topK) dropped.add('top_k')
  return written
}

/** Blanks alone stop nothing at Anthropic: they are refused. */
export function writeStop({ conversation, dropped }: Draft): readonly string[] | null {
  const stop = conversation.stop.filter((text) => text.trim() !== '')
  if (stop.length < conversation.stop.length) dropped.add('stop')
  return stop.length === 0 ? null : stop
}
