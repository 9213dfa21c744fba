import { LlmselError } from '../../domain/errors.ts'
import { isProvider, PROVIDERS, type Provider } from '../../domain/models/model.ts'
import { nearest } from '../../domain/nearest.ts'

/** @throws LlmselError `usage` with the nearest name. */
export function providerNamed(text: string): Provider {
  if (isProvider(text)) return text
  const close = nearest(text, PROVIDERS)
  throw new LlmselError('usage', `no provider "${text}"`, {
    hint: `${close === null ? '' : `did you mean "${close}"? `}they are: ${PROVIDERS.join(', ')}`,
  })
}
