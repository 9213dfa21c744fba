import type { Conversation, Effort } from '../conversation.ts'
import type { WriteTarget } from '../dialect.ts'

/** What a model refuses with a 400 rather than leaves unused. */
export interface ModelRules {
  /** The efforts that it takes, the least first. Empty: it refuses the very field. */
  readonly efforts: readonly Effort[]
  /** It takes `temperature`, `top_p` and `stop`. */
  readonly sampling: boolean
  /**
   * What Chat Completions takes beside function tools: gpt-5.2 and later no effort at all, gpt-5.6
   * and later `none` and nothing else ("To use function tools, use /v1/responses").
   */
  readonly chatEffortWithTools: 'any' | 'unsaid' | 'none'
}

const EFFORTS: readonly Effort[] = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']
const CLASSIC: readonly Effort[] = ['low', 'medium', 'high']

/** By OpenAI's names, as its API answered in 2026; any other model is taken as able. */
export function modelRules(target: WriteTarget): ModelRules {
  const rules = rulesByName(nameOf(target))
  return target.thinking === false ? { ...rules, efforts: [] } : rules
}

/**
 * Chat Completions does not serve it, or would have to take the thinking out of it, as from gpt-5.2 on
 * where there are function tools.
 */
export function needsResponses(target: WriteTarget, { tools }: Conversation): boolean {
  const name = nameOf(target)
  if (/^codex|^gpt-\d.*-codex|^(?:o\d|gpt-\d).*-pro(?:-|$)/.test(name)) return true
  return tools.length > 0 && modelRules(target).chatEffortWithTools !== 'any'
}

function nameOf({ model }: WriteTarget): string {
  return model.toLowerCase().replace(/^.*\/|^ft:/, '')
}

function rulesByName(name: string): ModelRules {
  if (/^(?:o\d|codex)/.test(name)) {
    return { efforts: CLASSIC, sampling: false, chatEffortWithTools: 'any' }
  }
  const [, major, minor] = /^(?:chat)?gpt-(\d+)(?:\.(\d+))?/.exec(name) ?? []
  if (major === undefined) return { efforts: CLASSIC, sampling: true, chatEffortWithTools: 'any' }
  const version = Number(major) * 1000 + Number(minor ?? 0)
  if (version < 5000) return { efforts: [], sampling: true, chatEffortWithTools: 'any' }
  const beforeTools = version < 5002
  return {
    efforts: gptEfforts(name, version),
    sampling: false,
    chatEffortWithTools: beforeTools ? 'any' : version < 5006 ? 'unsaid' : 'none',
  }
}

function gptEfforts(name: string, version: number): readonly Effort[] {
  if (name.includes('-chat')) return []
  const highest = version >= 5006 ? 'max' : hasXhigh(name, version) ? 'xhigh' : 'high'
  const range = EFFORTS.slice(
    EFFORTS.indexOf(lowestEffort(name, version)),
    EFFORTS.indexOf(highest) + 1,
  )
  // `minimal` came and went with gpt-5; `none` took its place.
  return range.filter((effort) => effort !== 'minimal' || version === 5000)
}

function hasXhigh(name: string, version: number): boolean {
  return version >= 5002 || name.includes('codex-max')
}

function lowestEffort(name: string, version: number): Effort {
  if (name.includes('-pro')) return version === 5000 ? 'high' : 'medium'
  if (name.includes('codex') || name.includes('-astra') || version >= 6001) return 'low'
  return version === 5000 ? 'minimal' : 'none'
}

/** The nearest effort that is no stronger, else the weakest; null: say nothing. */
export function effortFor(wanted: Effort | null, known: readonly Effort[]): Effort | null {
  if (wanted === null) return null
  const able = known.filter((effort) => effort !== 'none' || wanted === 'none')
  const rank = EFFORTS.indexOf(wanted)
  return able.findLast((effort) => EFFORTS.indexOf(effort) <= rank) ?? able[0] ?? null
}
