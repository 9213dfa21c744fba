import type { Conversation, ToolChoice } from './conversation.ts'
import type { WriteTarget } from './dialect.ts'
import { imagesOf } from './images.ts'

/** Why the model cannot take the conversation, as far as is known; null: nothing speaks against it. */
export function incapable(conversation: Conversation, target: WriteTarget): string | null {
  const { model, vision, tools } = target
  if (vision === false && imagesOf(conversation).length > 0) return `${model} sees no images`
  const needsTools = conversation.tools.length > 0 && conversation.toolChoice?.type !== 'none'
  return tools === false && needsTools ? `${model} calls no tools` : null
}

export function forcedChoice(choice: ToolChoice | null): ToolChoice | null {
  return choice?.type === 'any' || choice?.type === 'tool' ? choice : null
}

/** Says in words what a model cannot be made to do. */
export function callRequest(choice: ToolChoice, nameOf: (name: string) => string): string {
  return choice.type === 'tool'
    ? `Answer with a call of the tool "${nameOf(choice.name)}".`
    : 'Answer with a call of one of the tools.'
}
