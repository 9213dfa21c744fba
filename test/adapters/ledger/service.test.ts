import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openService } from '../../../src/adapters/ledger/service.ts'
import { ended, NOON_MS } from '../../support/attempts.ts'

test('after a report that cannot be made, money is lent as before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmsel-service-'))
  const service = openService({
    place: { path: join(folder, 'ledger.db') },
    folder: join(folder, 'ledger'),
    owner: 'nobody',
    machine: 'here',
    retentionDays: null,
    cacheKb: null,
  })
  await service.put([ended('a')])
  const impossible = { range: null, where: {}, per: 'day', timeZone: 'No/Such' } as const
  await expect(service.spent(impossible)).rejects.toThrow('No/Such')
  const lease = await service.lease({
    on: { scope: 'session', name: 'budget', limit: { picoUsd: 5000n, per: 'day' } },
    period: { sinceMs: NOON_MS, untilMs: NOON_MS + 86_400_000 },
    machine: 'here',
    usedPicoUsd: 0n,
    wantedPicoUsd: 10n,
  })
  expect(lease).toMatchObject({ hereSpentPicoUsd: 1000n })
  await service.close(true)
  rmSync(folder, { recursive: true })
})
