import fc from 'fast-check'
import { expect, test } from 'vitest'
import { openStore } from '../../../src/adapters/ledger/store.ts'
import type { Attempt } from '../../../src/domain/ledger/attempt.ts'
import { ended, logged, NOON_MS, usage } from '../../support/attempts.ts'
import { everything, sums } from '../../support/ledger-reading.ts'
import { postgresOfFile } from '../../support/postgres.ts'

const ALL = { range: null, where: {}, per: null, timeZone: 'UTC' } as const

const postgres = postgresOfFile()

/** The same few requests again and again, as an estimate, cut, whole, from the gateway and from a log. */
const request = fc.integer({ min: 0, max: 6 })

const ownVersion = fc
  .tuple(request, fc.constantFrom('estimated', 'partial', 'final'))
  .map(([n, mark]) =>
    ended(`own ${n}`, {
      mark,
      startedAtMs: NOON_MS + n * 3_600_000,
      answerId: mark === 'estimated' ? null : `msg_${n}`,
      usage: usage(1000 + n, mark === 'final' ? 50 : 5),
      picoUsd: mark === 'final' ? 77n : 7n,
    }),
  )

const importedVersion = fc
  .tuple(request, fc.constantFrom(1, 50), fc.nat(1))
  .map(([n, output, file]) =>
    logged(`msg_${n}`, {
      id: `claude-code file ${file} line ${n}`,
      startedAtMs: NOON_MS + n * 3_600_000,
      usage: usage(1000 + n, output),
      picoUsd: BigInt(output),
    }),
  )

/** By the book: no batches, no sums, no database. */
function oracle(attempts: readonly Attempt[]): Attempt[] {
  const rank = { estimated: 0, partial: 1, final: 2 }
  const best = new Map<string, Attempt>()
  for (const attempt of attempts) {
    const id = attempt.source === 'gateway' ? attempt.id : String(attempt.answerId)
    const present = best.get(id)
    const isBetter =
      present === undefined ||
      rank[attempt.mark] > rank[present.mark] ||
      (attempt.usage?.output ?? 0) > (present.usage?.output ?? 0)
    if (isBetter) best.set(id, { ...attempt, id })
  }
  const answered = new Set(
    [...best.values()].map(({ source, answerId }) => `${source} ${answerId}`),
  )
  return [...best.values()]
    .filter(({ source, id }) => source === 'gateway' || !answered.has(`gateway ${id}`))
    .toSorted((a, b) => a.startedAtMs - b.startedAtMs || (a.id < b.id ? -1 : 1))
}

function sumsOf(attempts: readonly Attempt[]): Record<string, [number, number, bigint]> {
  const found: Record<string, [number, number, bigint]> = {}
  for (const { mark, usage: counts, picoUsd } of attempts) {
    const [count, input, sum] = found[mark] ?? [0, 0, 0n]
    found[mark] = [count + 1, input + (counts?.input ?? 0), sum + (picoUsd ?? 0n)]
  }
  return found
}

const attempts = fc.array(fc.oneof(ownVersion, importedVersion), { minLength: 1, maxLength: 12 })

test.each([
  ['sqlite', 100],
  ['postgres', 8],
])(
  'in %s, whatever comes in any order and as often as it likes, each request is in the sums once',
  async (engine, numRuns) => {
    const check = async (batches: readonly (readonly Attempt[])[]) => {
      const url = engine === 'sqlite' ? null : await postgres.database()
      const store = await openStore(url === null ? { path: ':memory:' } : { url })
      for (const batch of batches) await store.put(batch, 'x')
      await store.put(batches.flat().toReversed(), 'y')
      const expected = oracle(batches.flat())
      const found = await everything(store)
      const shown = ({ id, mark, usage: counts }: Attempt) => [id, mark, counts]
      expect(found.map(shown)).toEqual(expected.map(shown))
      for (const per of [null, 'day', 'hour'] as const) {
        const spent = await store.spent({ ...ALL, per, timeZone: 'Asia/Kathmandu' })
        expect(sums(spent)).toEqual(sumsOf(expected))
      }
      await store.close()
    }
    const batches = fc.array(attempts, { minLength: 1, maxLength: 5 })
    await fc.assert(fc.asyncProperty(batches, check), { numRuns })
  },
)
