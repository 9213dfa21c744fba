import fc from 'fast-check'
import { expect, test } from 'vitest'
import { timeAt } from '../../../../src/domain/costs/logs/fields.ts'

const known = (text: string) => {
  const ms = Date.parse(text)
  return ms > 0 ? ms : null
}

test('a time is what Date.parse has, whichever day came before', () => {
  const times = fc.array(fc.date({ noInvalidDate: true }), { minLength: 2 })
  fc.assert(
    fc.property(times, (dates) => {
      for (const text of dates.map((date) => date.toISOString()))
        expect(timeAt({ at: text }, 'at')).toBe(known(text))
    }),
  )
})

test.each([
  '2026-10-10T23:59:59.999Z',
  '2026-10-10T24:00:00.000Z',
  '2026-10-10T12:00:60.000Z',
  '2026-02-31T00:00:00.000Z',
  '2026-13-01T00:00:00.000Z',
  '2026-10-10T00:00:00.5Z',
  '2026-10-10T00:00:00+02:00',
  '2026-10-10',
  'soon',
  '',
])('%s too', (text) => {
  expect(timeAt({ at: text }, 'at')).toBe(known(text))
})
