import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { LeaseRequest } from '../../../src/adapters/ledger/leases.ts'
import { openLimiter } from '../../../src/adapters/ledger/limiter.ts'
import { openStore, type Store } from '../../../src/adapters/ledger/store.ts'
import type { LimitOn, Limits, Reservation } from '../../../src/domain/ledger/limits.ts'
import { ended, NOON_MS } from '../../support/attempts.ts'
import { postgresOfFile } from '../../support/postgres.ts'

const USD = 1_000_000_000_000n
const CENT = USD / 100n
const MINUTE_MS = 60_000

const DAY: LimitOn = { scope: 'session', name: 'budget', limit: { picoUsd: 5n * USD, per: 'day' } }
const MONTH: LimitOn = {
  scope: 'profile',
  name: 'budget',
  limit: { picoUsd: 6n * USD, per: 'month' },
}

const postgres = postgresOfFile()

interface Gateway {
  readonly limits: Limits
  readonly warnings: string[]
  /** Ends an attempt that cost so much, now or later known to the store. */
  spend(picoUsd: bigint): void
  flush(): Promise<void>
}

interface World {
  readonly clock: { nowMs: number }
  isAway: boolean
  readonly gateway: (machine: string, session?: string) => Gateway
}

let count = 0

function world(store: Store): World {
  const clock = { nowMs: NOON_MS }
  const self: World = {
    clock,
    isAway: false,
    gateway: (machine, session = 'budget') => {
      const unknown: bigint[] = []
      const warnings: string[] = []
      return {
        warnings,
        limits: openLimiter({
          machine,
          timeZone: 'UTC',
          nowMs: () => clock.nowMs,
          steadyMs: () => clock.nowMs - NOON_MS,
          lease: async (request: LeaseRequest) => {
            if (self.isAway) throw new Error('away')
            return await store.lease(request)
          },
          onWarning: ({ name }, warning) => warnings.push(`${name} ${warning}`),
        }),
        spend: (picoUsd) => unknown.push(picoUsd),
        flush: async () => {
          const attempts = unknown
            .splice(0)
            .map((picoUsd) => ended(`${++count}`, { picoUsd, session, startedAtMs: clock.nowMs }))
          await store.put(attempts, machine)
        },
      }
    },
  }
  return self
}

async function reserved({ limits }: Gateway, on: readonly LimitOn[], picoUsd: bigint | null) {
  const allowance = await limits.reserve(on, picoUsd)
  return allowance.allowed ? allowance.reservation : allowance.refusal.reason
}

/** One request that costs what was expected of it; false: it was refused. */
async function request(gateway: Gateway, on: readonly LimitOn[], picoUsd: bigint) {
  const allowance = await gateway.limits.reserve(on, picoUsd)
  if (!allowance.allowed) return false
  gateway.spend(picoUsd)
  allowance.reservation.settle(picoUsd)
  return true
}

async function requestsUntilRefused(gateway: Gateway, on: readonly LimitOn[], picoUsd: bigint) {
  let done = 0
  while (await request(gateway, on, picoUsd)) done++
  return done
}

describe.each(['sqlite', 'postgres'])('in %s', (engine) => {
  const opened = async () =>
    await openStore(engine === 'sqlite' ? { path: ':memory:' } : { url: await postgres.database() })

  test('one gateway may spend the whole of a limit, and no more', async () => {
    const store = await opened()
    const gateway = world(store).gateway('a')
    expect(await requestsUntilRefused(gateway, [DAY], 30n * CENT)).toBe(16)
    expect(await reserved(gateway, [DAY], 21n * CENT)).toBe('reached')
    expect(await requestsUntilRefused(gateway, [DAY], 20n * CENT)).toBe(1)
    expect(gateway.limits.state(DAY)).toMatchObject({ spentPicoUsd: 5n * USD })
    expect(gateway.warnings).toEqual(['budget 50', 'budget 80', 'budget 100'])
    await store.close()
  })

  test('what is free goes on at the limit; what nobody can price does not begin', async () => {
    const store = await opened()
    const gateway = world(store).gateway('a')
    await requestsUntilRefused(gateway, [DAY], USD)
    expect(await reserved(gateway, [DAY], 0n)).toMatchObject({ settle: expect.any(Function) })
    expect(await reserved(gateway, [DAY], null)).toBe('unknown-price')
    expect(await reserved(gateway, [], null)).toMatchObject({ settle: expect.any(Function) })
    await store.close()
  })

  test('every limit holds, and a refusal by one takes nothing from the other', async () => {
    const store = await opened()
    const { clock, gateway } = world(store)
    const a = gateway('a')
    expect(await requestsUntilRefused(a, [DAY, MONTH], USD)).toBe(5)
    await a.flush()
    clock.nowMs += 24 * 60 * MINUTE_MS
    expect(await requestsUntilRefused(a, [DAY, MONTH], USD)).toBe(1)
    expect(await requestsUntilRefused(a, [DAY], USD)).toBe(4)
    await store.close()
  })

  test('a new day begins at midnight, with nothing spent', async () => {
    const store = await opened()
    const { clock, gateway } = world(store)
    const a = gateway('a')
    expect(await requestsUntilRefused(a, [DAY], USD)).toBe(5)
    clock.nowMs = Date.parse('2026-11-22T23:59:59Z')
    expect(await request(a, [DAY], USD)).toBe(false)
    clock.nowMs = Date.parse('2026-11-23T00:00:00Z')
    expect(await request(a, [DAY], USD)).toBe(true)
    await store.close()
  })

  test('after a restart what was spent is known', async () => {
    const store = await opened()
    const { gateway } = world(store)
    const before = gateway('a')
    for (const _ of [1, 2, 3]) await request(before, [DAY], USD)
    await before.flush()
    expect(await requestsUntilRefused(gateway('a'), [DAY], USD)).toBe(2)
    await store.close()
  })

  test('a request that nobody knows the cost of counts as what was set aside', async () => {
    const store = await opened()
    const { gateway } = world(store)
    const a = gateway('a')
    const reservation = (await reserved(a, [DAY], 3n * USD)) as Reservation
    reservation.settle(null)
    reservation.settle(5n * USD)
    expect(a.limits.state(DAY)).toMatchObject({ spentPicoUsd: 3n * USD })
    expect(await requestsUntilRefused(a, [DAY], USD)).toBe(2)
    await store.close()
  })

  test('an attempt that cost less than was set aside leaves the rest to others', async () => {
    const store = await opened()
    const { gateway } = world(store)
    const a = gateway('a')
    for (let i = 0; i < 20; i++) {
      const reservation = (await reserved(a, [DAY], 4n * USD)) as Reservation
      reservation.settle(5n * CENT)
    }
    expect(a.limits.state(DAY)).toMatchObject({ spentPicoUsd: USD })
    await store.close()
  })

  test('a limit that is changed holds from the next request on, with what is set aside', async () => {
    const store = await opened()
    const a = world(store).gateway('a')
    const open = (await reserved(a, [DAY], 4n * USD)) as Reservation
    const more: LimitOn = { ...DAY, limit: { ...DAY.limit, picoUsd: 7n * USD } }
    expect(await reserved(a, [more], 4n * USD)).toBe('reached')
    expect(await reserved(a, [more], 3n * USD)).toMatchObject({ settle: expect.any(Function) })
    // Another session of that name may still have the first limit.
    expect(await reserved(a, [DAY], CENT)).toBe('reached')
    open.settle(CENT)
    expect(a.limits.state(more)).toMatchObject({ spentPicoUsd: CENT })
    expect(await reserved(a, [DAY], USD)).toMatchObject({ settle: expect.any(Function) })
    await store.close()
  })

  test('gateways that share a ledger share its limits', async () => {
    const store = await opened()
    const { gateway } = world(store)
    const [a, b] = [gateway('a'), gateway('b')]
    expect(await request(a, [DAY], CENT)).toBe(true)
    expect(await request(b, [DAY], CENT)).toBe(true)
    let done = 2
    for (let isDone = false; !isDone;) {
      const both = [await request(a, [DAY], 10n * CENT), await request(b, [DAY], 10n * CENT)]
      done += both.filter(Boolean).length
      isDone = !both.includes(true)
      await a.flush()
    }
    expect(done).toBe(2 + 49)
    await store.close()
  })

  test('while the ledger is away, what was lent may be spent, and no more', async () => {
    const store = await opened()
    const shared = world(store)
    const a = shared.gateway('a')
    await request(a, [DAY], CENT)
    shared.isAway = true
    const done = await requestsUntilRefused(a, [DAY], CENT)
    expect(done).toBeGreaterThan(100)
    expect(done).toBeLessThan(200)
    expect(await reserved(a, [DAY], CENT)).toBe('ledger-away')
    shared.isAway = false
    expect(await request(a, [DAY], CENT)).toBe(true)
    shared.isAway = true
    shared.clock.nowMs += 4 * MINUTE_MS + 1
    expect(await reserved(a, [DAY], CENT)).toBe('ledger-away')
    await store.close()
  })

  test('requests at the same time exceed a limit by no more than what each costs too much', async () => {
    const store = await opened()
    const step = fc.record({
      who: fc.nat(1),
      need: fc.integer({ min: 1, max: 150 }),
      cost: fc.integer({ min: 0, max: 200 }),
      kind: fc.constantFrom<Step['kind'][]>('begin', 'begin', 'end', 'flush', 'wait'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 80 }), async (steps) => {
        const session = `run ${++count}`
        const on: LimitOn = { ...DAY, name: session }
        const { clock, gateway } = world(store)
        const gateways = ['a', 'b'].map((machine) => gateway(machine, session))
        const open: { reservation: Reservation; need: bigint; cost: bigint; by: Gateway }[] = []
        let [spent, tooMuch] = [0n, 0n]
        const take = async ({ who, need, cost, kind }: Step) => {
          const by = gateways[who]
          if (by === undefined) return
          if (kind === 'wait') clock.nowMs += MINUTE_MS
          if (kind === 'flush') await by.flush()
          if (kind === 'begin') {
            const reservation = await reserved(by, [on], BigInt(need) * CENT)
            if (typeof reservation === 'string') return
            open.push({ reservation, need: BigInt(need) * CENT, cost: BigInt(cost) * CENT, by })
          }
          const ending = kind === 'end' ? open.shift() : undefined
          if (ending === undefined) return
          spent += ending.cost
          if (ending.cost > ending.need) tooMuch += ending.cost - ending.need
          ending.by.spend(ending.cost)
          ending.reservation.settle(ending.cost)
        }
        await Promise.all(steps.map(take))
        const aside = open.reduce((sum, { need }) => sum + need, 0n)
        expect(spent + aside <= 5n * USD + tooMuch).toBe(true)
      }),
      { numRuns: engine === 'sqlite' ? 200 : 20 },
    )
    await store.close()
  })
})

test('of ten thousand names one is forgotten that has nothing set aside, and the ledger knows of it', async () => {
  const lease = { grantedPicoUsd: USD, hereSpentPicoUsd: 0n, elsewhereSpentPicoUsd: 0n }
  const limits = openLimiter({
    machine: 'a',
    timeZone: 'UTC',
    nowMs: () => NOON_MS,
    steadyMs: () => 0,
    lease: async () => lease,
    onWarning: () => {},
  })
  const on = (index: number): LimitOn => ({ ...DAY, name: `session ${index}` })
  await limits.reserve([on(0)], CENT)
  for (let index = 1; index <= 10_000; index++) {
    const allowance = await limits.reserve([on(index)], CENT)
    if (allowance.allowed) allowance.reservation.settle(CENT)
  }
  expect([0, 1, 2, 10_000].map((index) => limits.state(on(index)) === null)).toEqual([
    false,
    true,
    false,
    false,
  ])
})

interface Step {
  readonly who: number
  readonly need: number
  readonly cost: number
  readonly kind: 'begin' | 'end' | 'flush' | 'wait'
}
