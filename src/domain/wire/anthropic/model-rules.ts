import type { Effort } from '../conversation.ts'

/** What the Messages API refuses depends on the model. */
export interface ModelRules {
  /** Takes temperature, top_p and top_k. */
  readonly samples: boolean
  /** Goes on with a last turn that is its own. */
  readonly prefills: boolean
  /** Can be made to call a tool. */
  readonly forcesTools: boolean
  /** Thinks by a budget of tokens, not by an effort. */
  readonly thinksByBudget: boolean
  /** Thinks where the request does not say. */
  readonly thinksUnasked: boolean
  readonly effort: (asked: Effort) => string | null
}

/** `claude-sonnet-4-5-20250929` and `claude-3-5-haiku-latest`; a date is no minor version. */
const VERSION = /claude-(?:[a-z]+-)?(\d+)(?:-(\d{1,2}))?(?!\d)/
const NEWEST = Number.POSITIVE_INFINITY

/**
 * Anthropic's pages on errors, effort, thinking and the 5.5 migration (August to October 2026). An
 * unknown name is taken for the newest: it refuses most, and nothing is lost that it needs.
 */
export function modelRules(model: string): ModelRules {
  const version = versionOf(model)
  return {
    samples: version <= 4.06,
    prefills: version < 4.06,
    forcesTools: version <= 5,
    thinksByBudget: version < 4.06,
    thinksUnasked: version >= 5 && version !== NEWEST,
    effort: (asked) => effortFor(asked, version, model.includes('haiku')),
  }
}

/** 4.05 for 4.5, so that 4.10 comes after it. */
function versionOf(model: string): number {
  const [, major, minor] = VERSION.exec(model) ?? []
  return major === undefined ? NEWEST : Number(major) + Number(minor ?? 0) / 100
}

/** Null: not to be said. Newer models cannot stop thinking; a low effort comes nearest. */
function effortFor(asked: Effort, version: number, isHaiku: boolean): string | null {
  if (asked === 'none') return version < 5 ? null : 'low'
  if (asked === 'minimal') return 'low'
  if (asked === 'xhigh') return isHaiku || version < 4.07 ? 'high' : 'xhigh'
  if (asked === 'max') return isHaiku ? 'high' : 'max'
  return asked
}
