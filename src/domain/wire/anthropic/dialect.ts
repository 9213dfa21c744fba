import type { Dialect } from '../dialect.ts'
import { readProblem, writeProblem } from './problems.ts'
import { readRequest } from './read-request.ts'
import { readReply, writeReply } from './reply.ts'
import { streamReader } from './stream-reader.ts'
import { streamWriter } from './stream-writer.ts'
import { writeRequest } from './write-request.ts'

/** Anthropic's Messages API: `POST /v1/messages`. */
export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  framing: 'sse',
  readRequest,
  writeRequest,
  readReply,
  writeReply,
  streamReader,
  streamWriter,
  readProblem,
  writeProblem,
}
