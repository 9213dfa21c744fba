import type {
  AssistantPart,
  ImagePart,
  TextPart,
  ToolResultPart,
  Turn,
  UserPart,
} from '../conversation.ts'

interface Transcript {
  readonly system: readonly string[]
  readonly turns: readonly Turn[]
}

type Gathered =
  | Extract<Turn, { role: 'system' }>
  | { readonly role: 'user'; readonly parts: UserPart[] }
  | { readonly role: 'assistant'; readonly parts: AssistantPart[] }

/**
 * Messages as turns: the leading instructions apart, and together what is one turn elsewhere: the
 * texts and calls of an assistant, and the results of its calls with what the user says to them.
 */
export function transcript(messages: readonly Turn[]): Transcript {
  const begin = messages.findIndex(({ role }) => role !== 'system')
  const leading = begin < 0 ? messages : messages.slice(0, begin)
  const turns: Gathered[] = []
  for (const turn of messages.slice(leading.length)) gather(turns, turn)
  const system = leading.flatMap((turn) =>
    turn.role === 'system' ? turn.parts.map(({ text }) => text) : [],
  )
  return { system, turns }
}

function gather(turns: Gathered[], turn: Turn): void {
  const last = turns.at(-1)
  if (turn.role === 'system') {
    turns.push(turn)
  } else if (turn.role === 'assistant') {
    if (last?.role === 'assistant') append(last.parts, turn.parts)
    else turns.push({ role: 'assistant', parts: [...turn.parts] })
  } else if (last?.role === 'user' && last.parts[0]?.type === 'tool-result') {
    append(last.parts, turn.parts)
  } else {
    turns.push({ role: 'user', parts: [...turn.parts] })
  }
}

/** Without a spread: a hostile turn has more parts than a call takes arguments. */
function append<T>(all: T[], more: readonly T[]): void {
  for (const one of more) all.push(one)
}

/** A turn as OpenAI has it: what a tool gave is no part of what the user says. */
export type Message =
  | Extract<Turn, { role: 'system' }>
  | { readonly role: 'assistant'; readonly parts: readonly AssistantPart[] }
  | { readonly role: 'user'; readonly parts: readonly (TextPart | ImagePart)[] }
  | { readonly role: 'tools'; readonly parts: readonly ToolResultPart[] }

interface Gathering {
  readonly messages: Message[]
  /** Of the last assistant; its results stand directly after it, as yet perhaps none. */
  calls: AssistantPart[]
  results: ToolResultPart[]
}

/** With the results of calls directly after the calls: OpenAI refuses any other order. */
export function messagesOf(turns: readonly Turn[]): readonly Message[] {
  const gathering: Gathering = { messages: [], calls: [], results: [] }
  gathering.messages.push({ role: 'tools', parts: gathering.results })
  for (const turn of turns) {
    if (turn.role === 'assistant') addAssistant(gathering, turn.parts)
    else if (turn.role === 'user') addUser(gathering, turn.parts)
    else gathering.messages.push(turn)
  }
  return gathering.messages.filter(({ role, parts }) => role !== 'tools' || parts.length > 0)
}

function addAssistant(gathering: Gathering, parts: readonly AssistantPart[]): void {
  const { messages, results } = gathering
  const goesOn = messages.length > 1 && results.length === 0 && messages.at(-1)?.role === 'tools'
  if (!goesOn) {
    gathering.calls = []
    gathering.results = []
    messages.push({ role: 'assistant', parts: gathering.calls })
    messages.push({ role: 'tools', parts: gathering.results })
  }
  append(gathering.calls, parts)
}

function addUser({ messages, results }: Gathering, parts: readonly UserPart[]): void {
  const said: (TextPart | ImagePart)[] = []
  for (const part of parts) {
    if (part.type === 'tool-result') results.push(part)
    else said.push(part)
  }
  if (said.length > 0) messages.push({ role: 'user', parts: said })
}
