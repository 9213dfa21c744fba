/**
 * The library: the dated catalogue of models, and a client that goes on with the next model where one
 * does not answer. The command line and the gateway are made of the same pieces.
 */
export {
  CATALOGUE_DATE,
  createCatalogue,
  resolveModel,
  type Catalogue,
  type CatalogueOptions,
  type Resolution,
} from './domain/models/catalogue.ts'
export { lifecycleWarning, statusOn } from './domain/models/lifecycle.ts'
export { bandFor, pricesOn } from './domain/models/prices.ts'
export type {
  IsoDate,
  Lifecycle,
  Model,
  ModelStatus,
  PriceBand,
  PricePeriod,
  Provider,
  UsdPerMillion,
} from './domain/models/model.ts'
export { UnifiedLLMError, type ChatAttempt, type UnifiedLLMErrorCode } from './client/error.ts'
export type { ChatInput, ChatMessage, ChatRequest, ChatTool } from './client/input.ts'
export type { ChatEvent, ChatReply } from './client/reply.ts'
export {
  UnifiedLLMClient,
  type ChatOptions,
  type ProviderInfo,
  type UnifiedLLMClientOptions,
} from './client/unified-client.ts'
export type { Usage } from './domain/costs/usage.ts'
export type {
  AssistantPart,
  ImagePart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
  UserPart,
} from './domain/wire/conversation.ts'
