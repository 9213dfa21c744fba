import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Libsql from 'libsql'
import { expect, test } from 'vitest'
import { openStore } from '../../../src/adapters/ledger/store.ts'
import { ended, logged, nameless, NOON_MS, usage } from '../../support/attempts.ts'
import { everything } from '../../support/ledger-reading.ts'
import { inBothStores } from '../../support/stores.ts'

const counted = (input: number) => ({ usage: usage(input, 7) })

inBothStores((box) => {
  test('an import finds what an earlier one has passed by, since it was noted later', async () => {
    await box.store.put([ended('a', { answerId: 'msg_1', ...counted(1) })], 'x')
    await box.store.put([logged('msg_1'), nameless('n1', counted(1))], 'x')
    // One began before the import and one with it, and both ended after it.
    const before = { startedAtMs: NOON_MS - 20_000, answerId: 'msg_2', ...counted(2) }
    await box.store.put([ended('b', before), ended('c', { answerId: 'msg_3' })], 'x')
    const lines = [logged('msg_2'), logged('msg_3'), nameless('n2', counted(2))]
    expect(await box.store.put(lines, 'x')).toMatchObject({ added: 0, known: 3 })
    expect((await everything(box.store)).map(({ id }) => id)).toEqual(['b', 'a', 'c'])
  })

  test('an attempt whose answer became known after an import is found by the next', async () => {
    const cut = { mark: 'partial', outcome: 'cut-short', ...counted(1) } as const
    await box.store.put([ended('a', cut)], 'x')
    await box.store.put([logged('msg_9')], 'x')
    await box.store.put([ended('a', { answerId: 'msg_1', ...counted(5) })], 'x')
    await box.store.put([logged('msg_1'), nameless('n', counted(5))], 'x')
    expect((await everything(box.store)).map(({ id }) => id).toSorted()).toEqual(['a', 'msg_9'])
  })
})

test('a ledger of the first version is brought to this one with all that is in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'llmsel-store-'))
  const path = join(folder, 'ledger.db')
  try {
    const first = await openStore({ path })
    await first.put([ended('a', { answerId: 'msg_1' }), ended('b', counted(7))], 'x')
    await first.close()
    const database = new Libsql(path)
    for (const sql of [
      'drop index attempts_twin',
      'alter table leases drop column until',
      'drop index attempts_imported',
      'drop table own_answers',
      'drop table own_signatures',
      'create index attempts_answer on attempts (answer_id) where answer_id <> id',
      `create index attempts_signature on attempts (signature, started_at)
         where signature is not null`,
      `update meta set value = '1' where name = 'version'`,
    ])
      database.exec(sql)
    database.close()
    const store = await openStore({ path })
    await store.put([logged('msg_1'), nameless('n', counted(7))], 'x')
    expect((await everything(store)).map(({ id }) => id)).toEqual(['a', 'b'])
    await store.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
})
