import type { Dialect } from '../dialect.ts'
import { readChatReply, writeChatReply } from './chat-reply.ts'
import { readChatRequest } from './chat-request-reader.ts'
import { writeChatRequest } from './chat-request-writer.ts'
import { chatStreamReader } from './chat-stream-reader.ts'
import { chatStreamWriter } from './chat-stream-writer.ts'
import { readProblem, writeProblem } from './problems.ts'

/** `POST /v1/chat/completions`. */
export const openaiChat: Dialect = {
  name: 'openai-chat',
  framing: 'sse',
  readRequest: readChatRequest,
  writeRequest: writeChatRequest,
  readReply: readChatReply,
  writeReply: writeChatReply,
  streamReader: chatStreamReader,
  streamWriter: chatStreamWriter,
  readProblem,
  writeProblem: (problem) => writeProblem(problem, 'messages'),
}
