import type { AssistantPart, Turn, UserPart } from './conversation.ts'

export type SpokenTurn =
  | { readonly role: 'user'; readonly parts: readonly UserPart[] }
  | { readonly role: 'assistant'; readonly parts: readonly AssistantPart[] }

type Gathered =
  | { readonly role: 'user'; readonly parts: UserPart[] }
  | { readonly role: 'assistant'; readonly parts: AssistantPart[] }

/**
 * The turns as every model takes them: users and assistants in alternation, what tools gave first.
 * An instruction amid the turns is folded into the user's: Claude before 4.8 refuses it, and so do
 * the templates of Qwen and Mistral.
 */
export function spokenTurns(turns: readonly Turn[]): readonly SpokenTurn[] {
  const spoken: Gathered[] = []
  for (const turn of turns) {
    const last = spoken.at(-1)
    if (turn.role === 'assistant') {
      if (last?.role === 'assistant') append(last.parts, turn.parts)
      else spoken.push({ role: 'assistant', parts: [...turn.parts] })
    } else {
      const parts = turn.role === 'system' ? [reminder(turn)] : turn.parts
      if (last?.role === 'user') append(last.parts, parts)
      else spoken.push({ role: 'user', parts: [...parts] })
    }
  }
  return spoken.map((turn) => (turn.role === 'user' ? resultsFirst(turn.parts) : turn))
}

/** Without a spread: a hostile turn has more parts than a call takes arguments. */
function append<T>(all: T[], more: readonly T[]): void {
  for (const one of more) all.push(one)
}

function reminder({ parts }: Extract<Turn, { role: 'system' }>): UserPart {
  const text = parts.map((part) => part.text).join('\n\n')
  return { type: 'text', text: `<system-reminder>\n${text}\n</system-reminder>` }
}

function resultsFirst(parts: readonly UserPart[]): SpokenTurn {
  const results = parts.filter(({ type }) => type === 'tool-result')
  const others = parts.filter(({ type }) => type !== 'tool-result')
  return { role: 'user', parts: [...results, ...others] }
}
