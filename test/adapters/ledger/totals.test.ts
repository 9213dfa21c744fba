import { expect, test } from 'vitest'
import { ended, NOON_MS } from '../../support/attempts.ts'
import { sums } from '../../support/ledger-reading.ts'
import { inBothStores } from '../../support/stores.ts'

const DAY_MS = 86_400_000
const ALL = { range: null, where: {}, per: null, timeZone: 'UTC' } as const

inBothStores((box) => {
  test('sums of more than 64 bits are read exactly, and none is kept', async () => {
    const picoUsd = 5n * 10n ** 18n + 1n
    const days = [0, 1].map((day) => ({ startedAtMs: NOON_MS + day * DAY_MS, picoUsd }))
    await box.store.put(
      days.map((day, index) => ended(`a${index}`, { ...day, movedBy: 'limit' })),
      'x',
    )
    const kept = { final: [2, 200, 2n * picoUsd] }
    expect(sums(await box.store.spent(ALL))).toEqual(kept)
    const limit = {
      scope: 'session',
      name: 'budget',
      limit: { picoUsd: 1n, per: 'month' },
    } as const
    const period = { sinceMs: NOON_MS - DAY_MS, untilMs: NOON_MS + 9 * DAY_MS }
    const request = { on: limit, period, machine: 'y', usedPicoUsd: 0n, wantedPicoUsd: 1n }
    const more = ['b', 'c'].map((id) => ended(id, days[0]))
    await expect(box.store.put(more, 'x')).rejects.toThrow('cannot')
    await expect(box.store.put(more.slice(1), 'x')).rejects.toThrow('cannot hold so large a sum')
    expect(sums(await box.store.spent(ALL))).toEqual(kept)
    const moved = await box.store.moved({ ...ALL, promptBounds: [] })
    expect(moved.map((each) => each.picoUsd)).toEqual([picoUsd, picoUsd])
    const lent = { grantedPicoUsd: 0n, elsewhereSpentPicoUsd: 2n * picoUsd }
    expect(await box.store.lease(request)).toMatchObject(lent)
  })
})
