import type { Model } from '../domain/models/model.ts'
import { statusOn } from '../domain/models/lifecycle.ts'
import type { Profile } from '../domain/profiles/profile.ts'
import type { ProfileSource } from '../domain/profiles/resolve.ts'
import type { JsonObject } from '../domain/json.ts'

/** `GET /v1/models`: what a session on this profile may name, in the shape that the client knows. */
export function modelList(
  profile: Profile,
  source: ProfileSource,
  shape: 'anthropic' | 'openai',
): JsonObject {
  const models = offered(profile, source)
  if (shape === 'openai') {
    const data = models.map(({ id, row }) => ({
      id,
      object: 'model',
      created: 0,
      owned_by: row.provider,
    }))
    return { object: 'list', data }
  }
  const data = models.map(({ id, row }) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: `${row.lifecycle.released ?? '1970-01-01'}T00:00:00Z`,
    max_input_tokens: row.contextTokens,
    max_tokens: row.outputTokens,
  }))
  const ids = models.map(({ id }) => id)
  return { data, has_more: false, first_id: ids[0] ?? null, last_id: ids.at(-1) ?? null }
}

interface Offered {
  readonly id: string
  readonly row: Model
}

/** The chain first; where it binds every request, nothing else would be served. */
function offered(profile: Profile, { catalogue, today }: ProfileSource): Offered[] {
  const chain = profile.chain.map(({ model, row }) => ({ id: model, row }))
  const known = [...catalogue.byId.entries()]
    .filter(([id, row]) => id === row.id && statusOn(row, today) !== 'retired')
    .map(([id, row]) => ({ id, row }))
  const named = new Set(chain.map(({ id }) => id))
  return profile.enforce ? chain : [...chain, ...known.filter(({ id }) => !named.has(id))]
}
