import type { Reply, ReplyPart, WireEvent } from './reply.ts'

/** A whole answer as the events of a stream. */
export function eventsOf({ id, model, parts, finish, usage }: Reply): WireEvent[] {
  let calls = 0
  const content = parts.flatMap((part) => partEvents(part, part.type === 'tool-call' ? calls++ : 0))
  return [
    { type: 'start', id, model },
    ...content,
    { type: 'finish', finish },
    ...(usage === null ? [] : [{ type: 'usage' as const, usage }]),
    { type: 'done' },
  ]
}

function partEvents(part: ReplyPart, call: number): WireEvent[] {
  switch (part.type) {
    case 'tool-call':
      return [
        { type: 'tool-start', call, id: part.id, name: part.name },
        { type: 'tool-arguments', call, json: part.json },
      ]
    case 'thinking':
      return [{ type: 'thinking-start' }, part]
    case 'text':
    case 'refusal':
    case 'opaque':
      return [part]
  }
}

/** What a client is to know of an answer that another format gave. */
export interface Shown {
  /** Tools' names as they were written for the upstream → as the client knows them. */
  readonly toolNames: ReadonlyMap<string, string>
  readonly hidesThinking: boolean
}

export function shownReply(reply: Reply, { toolNames, hidesThinking }: Shown): Reply {
  const parts = reply.parts.flatMap((part): ReplyPart[] => {
    if (part.type === 'thinking' && hidesThinking) return []
    if (part.type !== 'tool-call') return [part]
    return [{ ...part, name: toolNames.get(part.name) ?? part.name }]
  })
  return { ...reply, parts }
}

/** Null: the client is not to see it. */
export function shownEvent(
  event: WireEvent,
  { toolNames, hidesThinking }: Shown,
): WireEvent | null {
  if (event.type === 'tool-start')
    return { ...event, name: toolNames.get(event.name) ?? event.name }
  const isThinking = event.type === 'thinking' || event.type === 'thinking-start'
  return isThinking && hidesThinking ? null : event
}
