import type { Dialect } from '../dialect.ts'
import { CHAT_ANSWER, GENERATE_ANSWER } from './answer.ts'
import { readProblem, writeProblem } from './problems.ts'
import { readChat } from './read-chat.ts'
import { readGenerate } from './read-generate.ts'
import { readReply, writeReply } from './reply.ts'
import { streamReader, streamWriter } from './stream.ts'
import { writeChat } from './write-chat.ts'
import { writeGenerate } from './write-generate.ts'

/** Ollama's own `POST /api/chat`: only there can the window be set, and cutting be refused. */
export const ollamaChat: Dialect = {
  name: 'ollama-chat',
  framing: 'ndjson',
  readRequest: readChat,
  writeRequest: writeChat,
  readReply: (body) => readReply(CHAT_ANSWER, body),
  writeReply: (reply, identity) => writeReply(CHAT_ANSWER, reply, identity),
  streamReader: () => streamReader(CHAT_ANSWER),
  streamWriter: (identity) => streamWriter(CHAT_ANSWER, identity),
  readProblem,
  writeProblem,
}

/** Ollama's own `POST /api/generate`: one prompt, no conversation. */
export const ollamaGenerate: Dialect = {
  name: 'ollama-generate',
  framing: 'ndjson',
  readRequest: readGenerate,
  writeRequest: writeGenerate,
  readReply: (body) => readReply(GENERATE_ANSWER, body),
  writeReply: (reply, identity) => writeReply(GENERATE_ANSWER, reply, identity),
  streamReader: () => streamReader(GENERATE_ANSWER),
  streamWriter: (identity) => streamWriter(GENERATE_ANSWER, identity),
  readProblem,
  writeProblem,
}
