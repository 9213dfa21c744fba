import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLedgerReader } from '../../../src/adapters/ledger/command.ts'
import { newOwner } from '../../../src/adapters/ledger/journal-files.ts'
import { openJournal } from '../../../src/adapters/ledger/journal.ts'
import { openLedger } from '../../../src/adapters/ledger/ledger.ts'
import { journalFolder, machineName } from '../../../src/adapters/ledger/place.ts'
import { openLedgerImport } from '../../../src/adapters/ledger/import.ts'
import { NO_USAGE } from '../../../src/domain/costs/counts.ts'
import type { LedgerReader } from '../../../src/domain/ledger/ledger.ts'
import { loggedAttempt } from '../../../src/domain/ledger/logged-attempt.ts'
import { createCatalogue } from '../../../src/domain/models/catalogue.ts'
import { ended, NOON_MS, record } from '../../support/attempts.ts'
import { ledgerScript } from '../../support/ledger-script.ts'
import { inBothStores } from '../../support/stores.ts'

const TERMS = {
  catalogue: createCatalogue({ pins: {}, models: {}, ollamaModel: null }),
  unsaid: 'api',
} as const

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'llmsel-sums-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

/** Of a day that holds 300 dollars more. */
const NEARLY_FULL = ended('first', { picoUsd: 2n ** 63n - 300n * 10n ** 12n })
const LARGE = { picoUsd: 10n ** 15n }

/** Some hundred, and a large one among them. */
const ENDED = Array.from({ length: 300 }, (_, i) => ended(`a${i}`, i === 123 ? LARGE : {}))

async function amounts(reader: LedgerReader): Promise<Record<string, bigint | null>> {
  const found: Record<string, bigint | null> = {}
  for await (const page of reader.attempts({ range: null, where: {} }))
    for (const { id, picoUsd } of page) found[id] = picoUsd
  return found
}

const EXPECTED = {
  first: NEARLY_FULL.picoUsd,
  ...Object.fromEntries(ENDED.map(({ id }, i) => [id, i === 123 ? null : 1000n])),
}

inBothStores((box) => {
  const place = () =>
    'url' in box.place
      ? { state: folder, url: box.place.url }
      : { state: dirname(box.place.path), url: null }
  const fill = async () => {
    await box.store.put([NEARLY_FULL], machineName(journalFolder(place().state)))
  }

  test('an attempt that no sum can hold keeps back neither the others nor what follows', async () => {
    await fill()
    const ledger = openLedger({
      ...place(),
      retentionDays: null,
      script: ledgerScript(),
      timeZone: 'UTC',
      onWarning: () => {},
    })
    for (const attempt of ENDED) void ledger.end(attempt)
    expect(await ledger.flush()).toBe(true)
    expect(await amounts(ledger.reader)).toEqual(EXPECTED)
    const health = ledger.health()
    expect(health).toMatchObject({ waiting: 0, unwritten: 0, lost: 0 })
    expect(health.problem).toContain('1 attempt is kept without a price: the ledger')
    expect(health.problem).toContain('cannot hold so large a sum')
    void ledger.end(ended('next', { startedAtMs: NOON_MS + 86_400_000, ...LARGE }))
    expect(await ledger.flush()).toBe(true)
    expect(await amounts(ledger.reader)).toEqual({ ...EXPECTED, next: LARGE.picoUsd })
    await ledger.close()
  })

  test('nor in the journal of a gateway that is no more', async () => {
    await fill()
    const { pid } = spawnSync(process.execPath, ['-e', ''])
    const journal = openJournal({
      folder: journalFolder(place().state),
      owner: newOwner().replace(/^([0-9a-f]+)-\d+/, `$1-${pid}`),
      fileBytes: 1e6,
      maxBytes: 1e8,
      maxUnwritten: 10,
      nowMs: () => NOON_MS,
    })
    for (const attempt of ENDED) journal.end(attempt)
    journal.close()
    const reader = await openLedgerReader(place())
    expect(await amounts(reader)).toEqual(EXPECTED)
    const sums = await reader.spent({ range: null, where: {}, per: null, timeZone: 'UTC' })
    expect(sums.map(({ totals }) => [totals.attempts, totals.unpriced])).toEqual([[301, 1]])
    await reader.close()
  })
  test('nor in the log of an agent', async () => {
    const { picoUsd } = NEARLY_FULL
    const full = { ...loggedAttempt(record('first'), TERMS), picoUsd }
    await box.store.put([full], machineName(journalFolder(place().state)))
    const output = 1_000_000_000
    const records = ENDED.map(({ id }, i) =>
      record(id, i === 123 ? { usage: { ...NO_USAGE, output } } : {}),
    )
    const logs = new Map([['/log', { at: 1 }]])
    const importer = openLedgerImport({ ...place(), script: ledgerScript() })
    const [first, second] = await Promise.all([
      importer.put(records, logs, TERMS),
      importer.put([record('next')], new Map([['/log', { at: 2 }]]), TERMS),
    ])
    expect(first).toEqual({ added: 300, changed: 0, known: 0, refused: 0 })
    expect(second).toMatchObject({ added: 1 })
    expect(await importer.places()).toEqual({ '/log': { at: 2 } })
    await importer.close()
    const reader = await openLedgerReader(place())
    const expected = ENDED.map(({ id }, i) => [id, i === 123 ? null : 150_000_000n])
    expect(await amounts(reader)).toEqual({
      ...Object.fromEntries(expected),
      first: picoUsd,
      next: 150_000_000n,
    })
    await reader.close()
  })
})
