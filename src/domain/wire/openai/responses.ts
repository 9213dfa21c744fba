import type { Dialect } from '../dialect.ts'
import { readProblem, writeProblem } from './problems.ts'
import { isPendingResponse, readResponsesReply, writeResponsesReply } from './responses-reply.ts'
import { readResponsesRequest } from './responses-request-reader.ts'
import { writeResponsesRequest } from './responses-request-writer.ts'
import { responsesStreamReader } from './responses-stream-reader.ts'
import { responsesStreamWriter } from './responses-stream-writer.ts'

/** `POST /v1/responses`. */
export const openaiResponses: Dialect = {
  name: 'openai-responses',
  framing: 'sse',
  readRequest: readResponsesRequest,
  writeRequest: writeResponsesRequest,
  readReply: readResponsesReply,
  isPending: isPendingResponse,
  writeReply: writeResponsesReply,
  streamReader: responsesStreamReader,
  streamWriter: responsesStreamWriter,
  readProblem,
  writeProblem: (problem) => writeProblem(problem, 'input'),
}
