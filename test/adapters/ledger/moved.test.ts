import fc from 'fast-check'
import { expect, test } from 'vitest'
import { promptTokens as promptTokensOf } from '../../../src/domain/costs/counts.ts'
import type { SpentQuery } from '../../../src/domain/ledger/ledger.ts'
import { createCatalogue } from '../../../src/domain/models/catalogue.ts'
import { savings } from '../../../src/domain/reports/saved.ts'
import { ended, NOON_MS } from '../../support/attempts.ts'
import { inBothStores } from '../../support/stores.ts'

const DAY_MS = 86_400_000

inBothStores((box) => {
  test('answers that moved to a later hop are summed where they are alike', async () => {
    const moved = { hop: 1, movedBy: 'failover', session: 's' } as const
    await box.store.put(
      [
        ended('a'),
        ended('b', moved),
        ended('c', { ...moved, outcome: 'refused' }),
        ended('d', moved),
        ended('e', { ...moved, picoUsd: null }),
      ],
      'x',
    )
    const { modelAsked, picoUsd, usage: used } = ended('b')
    if (picoUsd === null || used === null) throw new Error('known of an ended attempt')
    const twice = Object.fromEntries(Object.entries(used).map(([name, n]) => [name, 2 * n]))
    const prompt = used.input + used.cacheRead + used.cacheWrite5m + used.cacheWrite1h
    const alike = { movedBy: 'failover', modelAsked, dayMs: NOON_MS - DAY_MS / 2 }
    const expected = [
      { ...alike, requests: 2, promptTokens: prompt, usage: twice, picoUsd: 2n * picoUsd },
      { ...alike, requests: 1, promptTokens: prompt, usage: used, picoUsd: null },
    ]
    const read = async (where: SpentQuery['where']) => {
      const found = await box.store.moved({ range: null, where, promptBounds: [] })
      return found.toSorted((one, other) => other.requests - one.requests)
    }
    expect(await read({})).toEqual(expected)
    expect(await read({ session: 's' })).toEqual(expected)
    expect(await read({ session: 'budget' })).toEqual([])
  })

  test('what moving saved is the same, summed by the store or answer by answer', async () => {
    const { rows } = createCatalogue({ pins: {}, models: {}, ollamaModel: null })
    const ids = rows.map(({ id }) => id)
    const models = {
      modelOf: (id: string) => rows.find((row) => row.id === id) ?? null,
      promptBounds: rows.flatMap(({ prices }) =>
        prices.flatMap(({ bands }) => bands.map(({ aboveInputTokens }) => aboveInputTokens)),
      ),
    }
    const count = fc.constantFrom(0, 0, 1, 999, 100_000, 100_001, 200_001, 272_001)
    const counts = fc.record({
      input: count,
      cacheRead: count,
      cacheWrite5m: count,
      cacheWrite1h: count,
      output: count,
      webSearches: fc.constantFrom(0, 2),
      webFetches: fc.constantFrom(0, 1),
    })
    const one = fc.record({
      modelAsked: fc.option(fc.constantFrom(...ids, 'no-such-model')),
      movedBy: fc.constantFrom('failover' as const, 'limit' as const),
      // Over years, in which prices changed.
      startedAtMs: fc.nat(900).map((days) => NOON_MS - days * DAY_MS),
      usage: fc.option(counts),
      picoUsd: fc.option(fc.bigInt(0n, 10n ** 13n)),
    })
    const sample = fc
      .sample(fc.array(one, { minLength: 1500, maxLength: 1500 }), {
        numRuns: 1,
        seed: 7,
      })
      .flat()
    const attempts = sample.map((change, n) => ended(`m${n}`, change))
    await box.store.put(attempts, 'x')
    const summed = savings(models)
    for (const answers of await box.store.moved({ range: null, where: {}, ...models }))
      summed.add(answers)
    const each = savings(models)
    for (const { startedAtMs, usage: used, movedBy, modelAsked, picoUsd } of attempts) {
      if (movedBy === null) throw new Error('each has moved')
      const promptTokens = used === null ? 0 : promptTokensOf(used)
      const dayMs = startedAtMs
      each.add({ movedBy, modelAsked, dayMs, requests: 1, promptTokens, usage: used, picoUsd })
    }
    expect(summed.result()).toEqual(each.result())
    expect(each.result().failover.unknown).toBeLessThan(each.result().failover.requests)
    expect(each.result().failover.unknown).toBeGreaterThan(0)
  })
})
