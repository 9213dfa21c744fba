import { LlmselError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import { ALIASES, LOCAL_ALIAS, VERSIONED_ALIASES, isMovingAlias } from './aliases.ts'
import type { Catalogue, Resolution } from './catalogue.ts'
import { exactModel } from './catalogue.ts'

/**
 * What pinning `alias` to `id` would make of it.
 * @throws LlmselError `usage` for a name that is no moving alias, and for an id nothing knows.
 */
export function pinTarget(catalogue: Catalogue, alias: string, id: string): Resolution {
  checkAlias(alias)
  const target = exactModel(catalogue, id)
  if (target !== null) return target
  const close = nearest(id, catalogue.byId.keys())
  const versioned = VERSIONED_ALIASES.get(id)
  const instead = versioned ?? close
  throw new LlmselError('usage', `"${id}" is not an exact model id`, {
    hint: instead === null ? 'run: llmsel models --all' : `did you mean "${instead}"?`,
  })
}

export function checkAlias(alias: string): void {
  if (isMovingAlias(alias)) return
  const moving = [...ALIASES.keys(), LOCAL_ALIAS]
  const close = nearest(alias, moving)
  const fixed = VERSIONED_ALIASES.has(alias)
  throw new LlmselError(
    'usage',
    fixed ? `"${alias}" always names the same model` : `no alias "${alias}"`,
    { hint: `${close === null ? '' : `did you mean "${close}"? `}aliases: ${moving.join(', ')}` },
  )
}
