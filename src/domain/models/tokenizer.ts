import type { Model } from './model.ts'

/** Since Opus 4.7 the same text is about 30 % more tokens (Anthropic's pricing page, 2026-08-22). */
const CLAUDE_SINCE = '2026-04-16'

/** Until gpt-4-turbo; gpt-4o came with another one. */
const EARLY_GPT = /^gpt-(?:3\.5|4)(?:-|$)/

/** The same text is the same number of tokens to two models of one name; of others it is not known. */
export function tokenizerOf({ id, provider, lifecycle: { released } }: Model): string {
  switch (provider) {
    case 'claude':
      return released !== null && released < CLAUDE_SINCE ? 'claude' : 'claude 4.7'
    case 'openai':
      if (EARLY_GPT.test(id)) return 'cl100k'
      return id.startsWith('gpt-6') ? 'gpt-6' : 'o200k'
    case 'ollama':
      return id
  }
}
