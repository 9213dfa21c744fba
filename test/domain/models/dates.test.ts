import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addDays, isoDate, isoTime, parseIsoDate } from '../../../src/domain/models/dates.ts'

const times = fc.date({
  min: new Date('0000-01-01T00:00:00Z'),
  max: new Date('+012000-01-01T00:00:00Z'),
  noInvalidDate: true,
})

test('a time and its day are as the platform writes them', () => {
  fc.assert(
    fc.property(times, (time) => {
      expect(isoTime(time)).toBe(time.toISOString())
      expect(isoDate(time)).toBe(time.toISOString().split('T')[0])
    }),
  )
})

test('days are those of the calendar', () => {
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
  expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
  expect(addDays('9999-12-31', 1)).toBe('+010000-01-01')
  expect(addDays(addDays('9999-12-31', 1), -1)).toBe('9999-12-31')
  expect(parseIsoDate('2026-02-30')).toBeNull()
  expect(parseIsoDate('2026-02-28')).toBe('2026-02-28')
})
