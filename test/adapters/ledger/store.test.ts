import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Attempt } from '../../../src/domain/ledger/attempt.ts'
import type { SpentQuery } from '../../../src/domain/ledger/ledger.ts'
import { dayOf } from '../../../src/domain/ledger/time-zone.ts'
import { saneAttempt } from '../../../src/domain/ledger/sane.ts'
import { openStore } from '../../../src/adapters/ledger/store.ts'
import { ended, logged, nameless, NOON_MS, usage } from '../../support/attempts.ts'
import { attemptsIn, everything, sums } from '../../support/ledger-reading.ts'
import { inBothStores } from '../../support/stores.ts'

const DAY_MS = 86_400_000
const ALL: SpentQuery = { range: null, where: {}, per: null, timeZone: 'UTC' }

inBothStores((box) => {
  test('an attempt reads as it was written', async () => {
    const attempts = [
      ended('a', { answerId: 'msg_1', hop: 2, movedBy: 'limit', picoUsd: 10n ** 15n }),
      ended('b', {
        usage: null,
        picoUsd: null,
        session: null,
        profile: null,
        project: null,
        requestId: null,
        modelAsked: null,
        dialect: null,
        streaming: null,
        endedAtMs: null,
        firstTokenMs: null,
        kind: 'included',
        mark: 'estimated',
      }),
      ended('c', {
        usage: {
          input: 1,
          cacheRead: 2,
          cacheWrite5m: 3,
          cacheWrite1h: 4,
          output: 5,
          webSearches: 6,
          webFetches: 7,
        },
        streaming: false,
        model: `it's "quoted" ? 日本 $1`,
      }),
    ]
    expect(await box.store.put(attempts, 'laptop')).toEqual({
      added: 3,
      changed: 0,
      known: 0,
      refused: 0,
    })
    expect(await everything(box.store)).toEqual(
      attempts.map((attempt) => ({ ...attempt, machine: 'laptop', twin: null })),
    )
  })

  test('what is there already changes nothing, and is counted as known', async () => {
    await box.store.put([ended('a'), logged('msg_1')], 'laptop')
    const before = [await everything(box.store), await box.store.spent(ALL)]
    const again = [ended('a'), logged('msg_1'), logged('msg_1', { id: 'in another file' })]
    expect(await box.store.put(again, 'desktop')).toMatchObject({ added: 0, changed: 0, known: 3 })
    expect([await everything(box.store), await box.store.spent(ALL)]).toEqual(before)
  })

  test('an estimate that becomes final moves between the sums', async () => {
    await box.store.put([ended('a', { mark: 'estimated', picoUsd: 7n, usage: usage(1, 1) })], 'x')
    expect(sums(await box.store.spent(ALL))).toEqual({ estimated: [1, 1, 7n] })
    expect(await box.store.put([ended('a')], 'x')).toMatchObject({ added: 0, changed: 1 })
    expect(sums(await box.store.spent(ALL))).toEqual({ final: [1, 100, 1000n] })
  })

  test('what only a later line of a log tells, that a subscription paid, is kept', async () => {
    const [api, included] = (['api', 'included'] as const).map((kind) => logged('msg_1', { kind }))
    if (api === undefined || included === undefined) throw new Error('there are two')
    await box.store.put([api], 'x')
    expect(await box.store.put([included], 'x')).toMatchObject({ changed: 1 })
    expect(await box.store.put([api], 'x')).toMatchObject({ changed: 0, known: 1 })
    expect((await everything(box.store)).map(({ kind }) => kind)).toEqual(['included'])
  })

  test('the places of logs are kept with their attempts, or not at all, for each machine', async () => {
    const places = new Map([
      ['/a', { bytes: 7 }],
      ['/b', { bytes: 8 }],
    ])
    await box.store.put([logged('msg_1')], 'x', places)
    expect(await box.store.places('x')).toEqual({ '/a': { bytes: 7 }, '/b': { bytes: 8 } })
    expect(await box.store.places('y')).toEqual({})
    await box.store.put(
      [],
      'x',
      new Map([
        ['/a', { bytes: 9 }],
        ['/b', null],
      ]),
    )
    expect(await box.store.places('x')).toEqual({ '/a': { bytes: 9 } })
    // The table wants a word.
    const impossible = logged('msg_2', { outcome: null as never })
    await expect(box.store.put([impossible], 'x', new Map([['/c', {}]]))).rejects.toThrow(/null/i)
    expect(await box.store.places('x')).toEqual({ '/a': { bytes: 9 } })
  })

  test('an imported attempt makes room for the one of the gateway, whenever that comes', async () => {
    await box.store.put([logged('msg_1'), nameless('n', { usage: usage(7, 7) })], 'x')
    await box.store.put(
      [ended('a', { answerId: 'msg_1' }), ended('b', { usage: usage(7, 7) }), ended('c')],
      'x',
    )
    await box.store.put([logged('msg_1'), nameless('n', { usage: usage(7, 7) })], 'x')
    expect((await everything(box.store)).map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(attemptsIn(await box.store.spent(ALL))).toBe(3)
  })

  test('what a log without ids took too early, and again, is no second request', async () => {
    const early = nameless('n', { usage: usage(100, 1) })
    await box.store.put([early], 'x')
    await box.store.put([ended('a')], 'x')
    const known = { added: 0, changed: 0, known: 1, refused: 0 }
    expect(await box.store.put([nameless('n')], 'x')).toEqual(known)
    expect(await box.store.put([early], 'x')).toEqual(known)
    expect((await everything(box.store)).map(({ id }) => id)).toEqual(['a'])
    expect(sums(await box.store.spent(ALL))).toEqual({ final: [1, 100, 1000n] })
  })

  test('whatever a client or an upstream says can be kept once it is made sane', async () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\0', '\ud800', '?', "'"))
    const number = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger())
    const said = fc.record({
      session: text,
      model: text,
      modelAsked: text,
      outcome: text,
      answerId: text,
      firstTokenMs: number,
      endedAtMs: number,
      usage: fc
        .record({ input: number, output: number })
        .map((counts) => ({ ...usage(0, 0), ...counts })),
      picoUsd: fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }),
    })
    let count = 0
    const check = async (changes: Partial<Attempt>) => {
      const id = `a${++count}`
      const attempt = saneAttempt({ ...ended(id), ...changes })
      if (attempt === null) throw new Error('it has an id and a time')
      await box.store.put([attempt], 'x')
      const { rows } = await box.store.attempts(
        { ...ALL, where: { session: attempt.session } },
        null,
      )
      expect(rows.find((entry) => entry.id === id)).toEqual({
        ...attempt,
        machine: 'x',
        twin: null,
      })
    }
    // Nothing of it need be of its type.
    await fc.assert(fc.asyncProperty(said as fc.Arbitrary<Partial<Attempt>>, check))
  })

  test('sums are exact beyond what a number holds', async () => {
    const picoUsd = 999_999_999_999_999n
    const attempts = Array.from({ length: 500 }, (_, i) => ended(`a${i}`, { picoUsd }))
    await box.store.put(attempts, 'x')
    expect(sums(await box.store.spent(ALL))).toEqual({ final: [500, 50_000, 500n * picoUsd] })
  })

  test('a report tells days and hours of any time zone apart, also where clocks are set', async () => {
    const times = [
      '2026-03-28T22:59:59Z',
      '2026-03-28T23:00:00Z',
      '2026-03-29T21:59:59Z',
      '2026-03-29T22:00:00Z',
      '2026-11-22T18:29:59Z',
      '2026-11-22T18:30:00Z',
    ]
    const attempts = times.map((time) => ended(time, { startedAtMs: Date.parse(time) }))
    await box.store.put(attempts, 'x')
    const by = async (per: 'day' | 'hour', timeZone: string) => {
      const found = sums(await box.store.spent({ ...ALL, per, timeZone }), (row) =>
        String(row.period),
      )
      return Object.fromEntries(Object.entries(found).map(([period, [count]]) => [period, count]))
    }
    expect(await by('day', 'UTC')).toEqual({ '2026-03-28': 2, '2026-03-29': 2, '2026-11-22': 2 })
    expect(await by('day', 'Europe/Berlin')).toEqual({
      '2026-03-28': 1,
      '2026-03-29': 2,
      '2026-03-30': 1,
      '2026-11-22': 2,
    })
    expect(await by('day', 'Asia/Kolkata')).toMatchObject({ '2026-11-22': 1, '2026-11-23': 1 })
    expect(await by('hour', 'Asia/Kolkata')).toMatchObject({
      '2026-11-22T23:00': 1,
      '2026-11-23T00:00': 1,
    })
  })

  test('a report has what is in its range, by the quarter of an hour, and fits its filter', async () => {
    const start = Date.parse('2026-11-20T00:00Z')
    const attempts = Array.from({ length: 400 }, (_, i) =>
      ended(`a${i}`, { startedAtMs: start + i * 900_000, session: i % 3 === 0 ? 'x' : null }),
    )
    await box.store.put(attempts, 'm')
    await fc.assert(
      fc.asyncProperty(fc.nat(410), fc.nat(410), fc.boolean(), async (from, to, filtered) => {
        const range = { sinceMs: start + from * 900_000, untilMs: start + to * 900_000 }
        const where = filtered ? { session: 'x' } : {}
        const expected = attempts.filter(
          ({ startedAtMs, session }) =>
            startedAtMs >= range.sinceMs &&
            startedAtMs < range.untilMs &&
            (!filtered || session === 'x'),
        ).length
        expect(attemptsIn(await box.store.spent({ ...ALL, range, where }))).toBe(expected)
        const days = await box.store.spent({
          ...ALL,
          range,
          where,
          per: 'day',
          timeZone: 'Asia/Tokyo',
        })
        expect(attemptsIn(days)).toBe(expected)
        expect((await box.store.metered({ range, where }, null)).rows).toHaveLength(expected)
      }),
      { numRuns: 25 },
    )
    expect(attemptsIn(await box.store.spent({ ...ALL, where: { session: null } }))).toBe(266)
    expect(await box.store.spent({ ...ALL, where: { model: 'no such' } })).toEqual([])
  })

  test('whatever the zone and the range, a local day has what its clocks show', async () => {
    const start = Date.parse('2026-10-18T00:00Z')
    const attempts = Array.from({ length: 900 }, (_, i) =>
      ended(`a${i}`, { startedAtMs: start + i * 1_337_000, session: `${i % 3}` }),
    )
    await box.store.put(attempts, 'm')
    const zones = ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'America/St_Johns', 'Pacific/Kiritimati']
    const zone = fc.constantFrom(...zones, 'Australia/Lord_Howe', 'America/Los_Angeles')
    await fc.assert(
      fc.asyncProperty(zone, fc.nat(1400), fc.nat(1400), async (timeZone, from, length) => {
        const sinceMs = start + from * 900_000
        const range = { sinceMs, untilMs: sinceMs + length * 900_000 }
        const expected: Record<string, [number, number, bigint]> = {}
        for (const { startedAtMs } of attempts) {
          if (startedAtMs < range.sinceMs || startedAtMs >= range.untilMs) continue
          const day = dayOf(timeZone, startedAtMs)
          const [count] = expected[day] ?? [0]
          expected[day] = [count + 1, 100 * (count + 1), 1000n * BigInt(count + 1)]
        }
        const found = await box.store.spent({ ...ALL, range, per: 'day', timeZone })
        expect(sums(found, ({ period }) => String(period))).toEqual(expected)
        expect(found.every(({ totals }) => totals.attempts > 0)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('a report is of one moment, whatever another process keeps meanwhile', async () => {
    const writer = await openStore(box.place)
    const kathmandu = { ...ALL, per: 'day', timeZone: 'Asia/Kathmandu' } as const
    // Each round begins to read at another moment of the writing.
    for (let round = 0; round < 60; round++) {
      const startedAtMs = NOON_MS + (round % 4) * 6 * 3_600_000
      const attempt = ended(`a${round}`, { startedAtMs, session: `s${round}` })
      const writing = writer.put([attempt], 'x')
      for (let step = 0; step < round; step++) await Promise.resolve()
      const [spent, rows] = await Promise.all([box.store.spent(kathmandu), everything(box.store)])
      expect([round, round + 1]).toContain(attemptsIn(spent))
      expect(spent.every(({ totals }) => totals.attempts === 1)).toBe(true)
      expect(rows.length).toBeGreaterThanOrEqual(round)
      await writing
    }
    await writer.close()
  })

  test('rows are read by pages, each once, those of one time too', async () => {
    const attempts = Array.from({ length: 4500 }, (_, i) =>
      ended(`${i % 7} a${i}`, { startedAtMs: NOON_MS + Math.floor(i / 2000) }),
    )
    await box.store.put(attempts, 'x')
    const found = await everything(box.store)
    expect(new Set(found.map(({ id }) => id)).size).toBe(4500)
    expect(found).toHaveLength(4500)
  })

  test('old attempts go, their sums stay, and nothing brings them back', async () => {
    const day = (days: number) => NOON_MS - days * DAY_MS
    const attempts = [5, 20, 40].map((days) => ended(`${days}`, { startedAtMs: day(days) }))
    await box.store.put(attempts, 'x')
    await box.store.prune(30, NOON_MS)
    expect(await everything(box.store)).toHaveLength(3)
    await box.store.prune(30, NOON_MS + DAY_MS)
    expect((await everything(box.store)).map(({ id }) => id)).toEqual(['20', '5'])
    expect(attemptsIn(await box.store.spent(ALL))).toBe(3)
    expect(await box.store.put(attempts, 'x')).toMatchObject({ added: 0, known: 2, refused: 1 })
    expect(attemptsIn(await box.store.spent(ALL))).toBe(3)
  })

  test('a clock that jumps ahead and back takes nothing away', async () => {
    await box.store.put([ended('a')], 'x')
    const year = 365 * DAY_MS
    for (const now of [NOON_MS, NOON_MS + year, NOON_MS + 1, NOON_MS + year + DAY_MS, NOON_MS])
      await box.store.prune(30, now)
    expect(await everything(box.store)).toHaveLength(1)
  })
})
