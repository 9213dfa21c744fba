import { LlmselError } from '../../domain/errors.ts'
import type { Provider } from '../../domain/models/model.ts'
import { nearest } from '../../domain/nearest.ts'

export const PROVIDERS: readonly Provider[] = ['claude', 'openai', 'ollama']

/** @throws LlmselError `usage` with the nearest name. */
export function providerNamed(text: string): Provider {
  const found = PROVIDERS.find((provider) => provider === text)
  if (found !== undefined) return found
  const close = nearest(text, PROVIDERS)
  throw new LlmselError('usage', `no provider "${text}"`, {
    hint: `${close === null ? '' : `did you mean "${close}"? `}they are: ${PROVIDERS.join(', ')}`,
  })
}
