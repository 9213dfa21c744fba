import { isObject, type JsonObject } from '../../json.ts'
import { STANDARD } from '../terms.ts'
import type { Usage } from '../usage.ts'
import { countsAt, textAt, timeAt } from './fields.ts'
import type { DocumentFormat, LineFormat } from './format.ts'
import type { LogRecord } from './record.ts'

const COUNTS = ['input', 'output', 'cached', 'thoughts', 'tool'] as const

/** `~/.gemini/tmp/PROJECT/chats/session-*.json`: a conversation each, rewritten as it grows. */
export const GEMINI_CLI_FILES: DocumentFormat = {
  kind: 'document',
  agent: 'gemini-cli',
  read: (document, { stem }) => {
    const { messages } = document
    const session = textAt(document, 'sessionId') ?? stem
    return Array.isArray(messages) ? messages.flatMap((message) => read(message, session)) : []
  },
}

/** Its newer form, a message a line; one that changes is written again. */
export const GEMINI_CLI: LineFormat = {
  kind: 'lines',
  agent: 'gemini-cli',
  marks: ['"tokens"', '"sessionId"'],
  list: null,
  open: ({ stem }, kept) => {
    let session = (kept === null ? null : textAt(kept, 'session')) ?? stem
    return {
      read: (line) => {
        session = textAt(line, 'sessionId') ?? session
        return read(line, session)
      },
      state: () => ({ session }),
    }
  },
}

function read(message: unknown, session: string): readonly LogRecord[] {
  if (!isObject(message) || message['type'] !== 'gemini') return []
  const { tokens } = message
  const usage = isObject(tokens) ? usageOf(tokens) : null
  const [id, atMs] = [textAt(message, 'id'), timeAt(message, 'timestamp')]
  if (usage === null || id === null || atMs === null) return []
  return [
    {
      agent: 'gemini-cli',
      id: `${session} ${id}`,
      messageId: null,
      requestId: null,
      atMs,
      provider: 'google',
      model: textAt(message, 'model'),
      project: null,
      session,
      isSidechain: false,
      usage,
      terms: STANDARD,
      billing: 'unknown',
    },
  ]
}

/** Google's way: the prompt includes what was cached, thoughts are beside the output. */
function usageOf(tokens: JsonObject): Usage | null {
  const counts = countsAt(tokens, COUNTS)
  if (counts === null) return null
  const input = counts.input - counts.cached + counts.tool
  const output = counts.output + counts.thoughts
  if (input < 0 || input + output + counts.cached === 0) return null
  return {
    input,
    cacheRead: counts.cached,
    cacheWrite5m: 0,
    cacheWrite1h: 0,
    output,
    webSearches: 0,
    webFetches: 0,
  }
}
