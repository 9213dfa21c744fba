import { LlmselError } from '../../domain/errors.ts'
import type { FoundGateway } from '../../ports.ts'

export function notRunning({ stray }: FoundGateway): LlmselError {
  if (stray === null)
    return new LlmselError('not-found', 'no gateway runs', { hint: 'run: llmsel gateway start' })
  return new LlmselError('conflict', stray.words, { hint: 'run: llmsel gateway restart' })
}
