import { anthropicMessages } from './anthropic/dialect.ts'
import type { Dialect, DialectName } from './dialect.ts'
import { ollamaChat } from './ollama/dialects.ts'
import { ollamaGenerate } from './ollama/dialects.ts'
import { openaiChat } from './openai/chat.ts'
import { openaiResponses } from './openai/responses.ts'

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  'anthropic-messages': anthropicMessages,
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'ollama-chat': ollamaChat,
  'ollama-generate': ollamaGenerate,
}
