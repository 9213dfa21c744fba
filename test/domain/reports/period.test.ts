import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayOf, momentOf, startOfDay } from '../../../src/domain/ledger/time-zone.ts'
import { parsePeriod } from '../../../src/domain/reports/period.ts'

// Sunday noon in Berlin, an hour ahead of UTC.
const NOW = Date.parse('2026-11-22T11:00:00Z')

function period(since: string, until: string | null = null, timeZone = 'Europe/Berlin'): string {
  const { sinceMs, untilMs } = parsePeriod({ since, until, timeZone, nowMs: NOW })
  return `${text(sinceMs)} ${text(untilMs)}`
}

function text(ms: number): string {
  return new Date(ms).toISOString().replace(/(:00)?\.?0*Z$/, '')
}

test.each<readonly [string, string | null, string]>([
  ['7d', null, '2026-11-15T23:00 2026-11-22T11:00'],
  ['1d', null, '2026-11-21T23:00 2026-11-22T11:00'],
  ['1w', null, '2026-11-15T23:00 2026-11-22T11:00'],
  // Summer time ended on 2026-10-25.
  ['30d', null, '2026-10-23T22:00 2026-11-22T11:00'],
  ['12h', null, '2026-11-21T23:00 2026-11-22T11:00'],
  ['90m', null, '2026-11-22T09:30 2026-11-22T11:00'],
  ['today', null, '2026-11-21T23:00 2026-11-22T11:00'],
  ['yesterday', 'yesterday', '2026-11-20T23:00 2026-11-21T23:00'],
  ['2026-11-01', '2026-11-01', '2026-10-31T23:00 2026-11-01T23:00'],
  ['2026-10', '2026-10', '2026-09-30T22:00 2026-10-31T23:00'],
  ['2026-02', '2026-02', '2026-01-31T23:00 2026-02-28T23:00'],
  ['2025-12', '2025-12', '2025-11-30T23:00 2025-12-31T23:00'],
  // The day after has a year of five digits.
  ['2026-11-01', '9999-12-31', '2026-10-31T23:00 9999-12-31T00:00'],
  ['2026-11-01', '9999-12', '2026-10-31T23:00 9999-12-31T00:00'],
  ['14d', '7d', '2026-11-08T23:00 2026-11-15T23:00'],
  ['2026-11-01T09:30', '2026-11-01 10:30', '2026-11-01T08:30 2026-11-01T09:30'],
  ['2026-11-01T09:30:15Z', null, '2026-11-01T09:30:15 2026-11-22T11:00'],
  ['2026-11-01T09:30:15.25', '2026-11-01T09:30:45', '2026-11-01T08:30:15.25 2026-11-01T08:30:45'],
  ['2026-11-01T09:30-05:00', null, '2026-11-01T14:30 2026-11-22T11:00'],
])('since %s until %s is %s', (since, until, expected) => {
  expect(period(since, until)).toBe(expected)
})

test.each([
  ['', null, '--since: "" is no time'],
  ['0d', null, '--since: "0d" is no time'],
  ['-7d', null, '--since: "-7d" is no time'],
  ['7', null, '--since: "7" is no time'],
  ['7y', null, '--since: "7y" is no time'],
  ['2026-02-30', null, '--since: "2026-02-30" is no time'],
  ['2026-13', null, '--since: "2026-13" is no time'],
  ['2026-11-01T25:00', null, '--since: "2026-11-01T25:00" is no time'],
  ['2026-11-01T10:00:61', null, '--since: "2026-11-01T10:00:61" is no time'],
  ['7d', 'tomorrow', '--until: "tomorrow" is no time'],
  ['2026-11-23', null, '--since "2026-11-23" is yet to come'],
  ['today', 'yesterday', '--since "today" is not before --until "yesterday"'],
])('since %j until %j: %s', (since, until, message) => {
  expect(() => period(since, until)).toThrow(message)
})

test('a zone that is none is refused by name', () => {
  expect(() => period('7d', null, 'Europe/Berln')).toThrow('--timezone: "Europe/Berln"')
})

test.each([
  ['UTC', '2026-11-22', '2026-11-22T00:00'],
  ['Asia/Kathmandu', '2026-11-22', '2026-11-21T18:15'],
  ['America/St_Johns', '2026-11-22', '2026-11-22T03:30'],
  ['Australia/Lord_Howe', '2026-11-22', '2026-11-21T13:00'],
  ['Pacific/Kiritimati', '2026-11-22', '2026-11-21T10:00'],
  // Clocks go from 24:00 to 01:00, so the day has no midnight.
  ['America/Santiago', '2026-09-06', '2026-09-06T04:00'],
  ['Asia/Beirut', '2026-03-29', '2026-03-28T22:00'],
  // And from 24:00 back to 23:00: midnight comes once, at the end.
  ['America/Santiago', '2026-04-05', '2026-04-05T04:00'],
])('in %s the day %s begins at %s in UTC', (timeZone, day, expected) => {
  expect(text(startOfDay(timeZone, day))).toBe(expected)
})

test.each([
  ['Europe/Berlin', '2026-03-29T02:30', '2026-03-29T01:00'],
  ['Europe/Berlin', '2026-10-25T02:30', '2026-10-25T00:30'],
  ['Europe/Berlin', '2026-03-29T02:30:15', '2026-03-29T01:00'],
  ['America/New_York', '2026-03-08T02:59', '2026-03-08T07:00'],
  ['America/New_York', '2026-11-01T01:00', '2026-11-01T05:00'],
  ['Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-03T15:30'],
])('in %s, clocks that jump or repeat: %s is %s in UTC', (timeZone, local, expected) => {
  expect(text(momentOf(timeZone, local))).toBe(expected)
})

test('what a clock shows leads back to the moment, or to the first of the two', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'America/Santiago',
    'Pacific/Chatham',
  )
  const minutes = fc.integer({ min: Date.UTC(2024, 0) / 60_000, max: Date.UTC(2028, 0) / 60_000 })
  fc.assert(
    fc.property(zones, minutes, (timeZone, minute) => {
      const ms = minute * 60_000
      const options = { timeZone, dateStyle: 'short', timeStyle: 'short' } as const
      const shown = new Intl.DateTimeFormat('sv', options).format(ms).replace(' ', 'T')
      const earlier = ms - momentOf(timeZone, shown)
      expect([0, 30 * 60_000, 60 * 60_000]).toContain(earlier)
      expect(dayOf(timeZone, ms)).toBe(shown.slice(0, 10))
    }),
    { numRuns: 500 },
  )
})
