import { isObject, type JsonObject } from '../../json.ts'
import { NO_USAGE, allTokens, isPlausible } from '../counts.ts'
import { STANDARD } from '../terms.ts'
import type { Usage } from '../usage.ts'
import { countAt, saidCountAt, textAt, timeAt } from './fields.ts'
import { foundIn, type DocumentFormat, type LineFormat } from './format.ts'
import type { LogRecord } from './record.ts'

/** `~/.gemini/tmp/PROJECT/chats/session-*.json`: a conversation each, rewritten as it grows. */
export const GEMINI_CLI_FILES: DocumentFormat = {
  kind: 'document',
  agent: 'gemini-cli',
  read: (document, { stem }) => {
    const { messages } = document
    const session = textAt(document, 'sessionId') ?? stem
    return foundIn(Array.isArray(messages) ? messages.map((message) => read(message, session)) : [])
  },
}

/** Its newer form, a message a line; one that changes is written again. */
export const GEMINI_CLI: LineFormat = {
  kind: 'lines',
  agent: 'gemini-cli',
  marks: ['"tokens"', '"sessionId"'],
  begins: '{"id":',
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

function read(message: unknown, session: string): readonly LogRecord[] | null {
  if (!isObject(message) || message['type'] !== 'gemini') return []
  const { tokens } = message
  // They are added once the answer is whole.
  if (!isObject(tokens)) return []
  const usage = usageOf(tokens)
  const [id, atMs] = [textAt(message, 'id'), timeAt(message, 'timestamp')]
  if (usage === null || id === null || atMs === null) return null
  if (allTokens(usage) === 0) return []
  return [
    {
      agent: 'gemini-cli',
      id: `${session} ${id}`,
      answerId: null,
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

/** Google's way: the prompt includes what was cached, thoughts are beside the output. Null: no such counts. */
function usageOf(tokens: JsonObject): Usage | null {
  const cacheRead = countAt(tokens, 'cached')
  const usage = {
    ...NO_USAGE,
    input: saidCountAt(tokens, 'input') - cacheRead + countAt(tokens, 'tool'),
    cacheRead,
    output: saidCountAt(tokens, 'output') + countAt(tokens, 'thoughts'),
  }
  return isPlausible(usage) ? usage : null
}
