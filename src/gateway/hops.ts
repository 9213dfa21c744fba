import type { CourseHop } from '../domain/failover/course.ts'
import type { Provider } from '../domain/models/model.ts'
import type { Target } from '../domain/profiles/profile.ts'
import { BadRequest } from '../domain/wire/dialect.ts'
import type { Asked } from './asked.ts'
import type { AttemptPlan } from './attempt-parts.ts'
import { circuitKey } from './circuits.ts'
import { HOME, type Credential } from './credentials.ts'
import type { Exchange } from './exchange.ts'
import { credentialOf } from './prepare.ts'
import type { Shared } from './shared.ts'

/** One hop of one request. */
export interface RequestHop {
  readonly target: Target
  /** Null: none is known, so it cannot be asked. */
  readonly credential: Credential | null
  readonly course: CourseHop
  readonly silenceMs: AttemptPlan['silenceMs']
}

export function hopsOf(
  shared: Shared,
  exchange: Exchange,
  { asked, targets }: { readonly asked: Asked; readonly targets: readonly Target[] },
): RequestHop[] {
  const hasLeft = shared.away.hasLeft(exchange, asked)
  return targets.map((target, index) => {
    const { provider, row } = target
    const credential = credentialOf(shared, exchange, provider, asked.client.name)
    const tooLong = index > 0 && isTooLong(asked, row.contextTokens)
    return {
      target,
      credential,
      silenceMs: targets.length === 1 ? FOREVER : silenceOf(shared, asked, provider),
      course: {
        key: circuitKey(target, credential?.fingerprint ?? 'none'),
        unready: credential === null ? 'no key' : tooLong ? 'its window is too small' : null,
        left: hasLeft && provider === 'claude',
        translated: HOME[asked.client.name] !== provider,
        contextTokens: row.contextTokens,
      },
    }
  })
}

/** A transparent hop's client waits for as long as it would without the gateway. */
const FOREVER = { before: Number.POSITIVE_INFINITY, between: Number.POSITIVE_INFINITY }

/**
 * Ollama says nothing while it loads, reads the prompt, or writes a tool call, which it gives out whole;
 * and all of that comes before an answer in one piece.
 */
function silenceOf(
  { live }: Shared,
  { stream }: Asked,
  provider: Provider,
): RequestHop['silenceMs'] {
  const { silenceMs, loadingMs, wholeMs } = live.settings.failover
  const isLocal = provider === 'ollama'
  const between = isLocal ? Math.max(silenceMs, loadingMs) : silenceMs
  if (stream) return { before: between, between }
  return { before: isLocal ? loadingMs + wholeMs : Math.max(silenceMs, wholeMs), between }
}

/** The first hop judges by itself; no other is to cut what is too long for it. */
function isTooLong(asked: Asked, contextTokens: number | null): boolean {
  // No tokenizer makes a token of less than a byte: most requests need not be read for this.
  if (contextTokens === null || asked.text.length <= contextTokens) return false
  try {
    return asked.estimate() > contextTokens
  } catch (error) {
    // Its own provider may read what is not read here.
    if (error instanceof BadRequest) return false
    throw error
  }
}
