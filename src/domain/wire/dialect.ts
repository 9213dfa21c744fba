import type { JsonObject } from '../json.ts'
import type { Conversation } from './conversation.ts'
import type { Frame, Framing } from './frames.ts'
import type { Problem } from './problem.ts'
import type { Reply, WireEvent } from './reply.ts'

export type DialectName =
  | 'anthropic-messages'
  | 'openai-chat'
  | 'openai-responses'
  | 'ollama-chat'
  | 'ollama-generate'

/** A reader and a writer of one wire format. */
export interface Dialect {
  readonly name: DialectName
  readonly framing: Framing
  /** @throws BadRequest naming the field, for what no upstream of this format would take. */
  readRequest(body: JsonObject): RequestReading
  writeRequest(conversation: Conversation, target: WriteTarget): RequestWriting
  /** Null: no answer of this format. */
  readReply(body: JsonObject): Reply | null
  /** No answer as yet: the client will ask for it by the id in it. Absent: the format has none such. */
  isPending?(body: JsonObject): boolean
  writeReply(reply: Reply, identity: ReplyIdentity): JsonObject
  streamReader(): StreamReader
  /** `passed`: it goes on where that stream stands. */
  streamWriter(identity: ReplyIdentity, passed?: PassedStream): StreamWriter
  /** `body` is the text of an answer with this HTTP status; it may be no JSON at all. */
  readProblem(status: number, body: string): Problem
  writeProblem(problem: Problem, requestId: string): ProblemAnswer
}

export interface RequestReading {
  readonly conversation: Conversation
  /** Field paths that another format cannot carry, and whose loss changes nothing that matters. */
  readonly dropped: readonly string[]
  /** Field paths that only a provider of this format can serve; with any, no other is asked. */
  readonly bound: readonly string[]
}

/** What is known about who will read the request; null is unknown, and taken as able. */
export interface WriteTarget {
  readonly model: string
  readonly contextTokens: number | null
  readonly outputTokens: number | null
  readonly vision: boolean | null
  readonly tools: boolean | null
  readonly thinking: boolean | null
}

export type RequestWriting =
  | {
      readonly body: JsonObject
      /** What of the conversation this format cannot carry, and was left out. */
      readonly dropped: readonly string[]
      /** Tool names that had to be changed: as written → as the client knows them. */
      readonly toolNames: ReadonlyMap<string, string>
    }
  | Impossible

/** Why it cannot be asked there. */
export interface Impossible {
  readonly impossible: string
  /** The prompt alone is longer than the model's window. */
  readonly tooLong?: boolean
}

/** What an answer needs that no upstream gave it. */
export interface ReplyIdentity {
  /** Unique, of letters, digits and `_`, without a format's own prefix. */
  readonly id: string
  /** Stands in where the upstream names no model. */
  readonly model: string
  /** Seconds since 1970. */
  readonly createdS: number
  /** The client asked for a closing chunk with the usage (OpenAI Chat). */
  readonly includeUsage: boolean
}

export interface StreamReader {
  read(frame: Frame): readonly WireEvent[]
}

/** A stream with content that a client has had as it came, in its own format. */
export interface PassedStream {
  /** The answer's, in the upstream's words. */
  readonly id: string | null
  /** The data of the last event. */
  readonly data: string
}

/** Gives the text to send, possibly none. */
export interface StreamWriter {
  write(event: WireEvent): string
  /** Keeps a silent stream alive, in the client's own format. */
  ping(): string
  /** The one error event of a stream that cannot go on. */
  problem(problem: Problem): string
}

export interface ProblemAnswer {
  readonly status: number
  readonly body: JsonObject
}

/** A request that no upstream of its format would take. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest'
}
