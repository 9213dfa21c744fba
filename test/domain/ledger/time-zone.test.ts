import { expect, test, vi } from 'vitest'
import { fewestBuckets, QUARTER_MS } from '../../../src/domain/ledger/spans.ts'
import {
  isTimeZone,
  localDay,
  localMonth,
  offsetSteps,
  zoneName,
} from '../../../src/domain/ledger/time-zone.ts'

const at = (text: string) => Date.parse(text)
const iso = (ms: number) => new Date(ms).toISOString().slice(0, 16)

test.each([
  ['UTC', '2026-11-22T12:00Z', '2026-11-22T00:00', '2026-11-23T00:00'],
  ['Asia/Kolkata', '2026-11-22T20:00Z', '2026-11-22T18:30', '2026-11-23T18:30'],
  ['Asia/Kathmandu', '2026-11-22T12:00Z', '2026-11-21T18:15', '2026-11-22T18:15'],
  ['America/Los_Angeles', '2026-11-22T07:59Z', '2026-11-21T08:00', '2026-11-22T08:00'],
  ['Pacific/Kiritimati', '2026-11-22T12:00Z', '2026-11-22T10:00', '2026-11-23T10:00'],
  // 23 and 25 hours.
  ['Europe/Berlin', '2026-03-29T12:00Z', '2026-03-28T23:00', '2026-03-29T22:00'],
  ['Europe/Berlin', '2026-10-25T12:00Z', '2026-10-24T22:00', '2026-10-25T23:00'],
  // Midnight is skipped: the day begins at 01:00.
  ['America/Santiago', '2026-09-06T12:00Z', '2026-09-06T04:00', '2026-09-07T03:00'],
  // Midnight comes twice: the day begins with the second.
  ['America/Santiago', '2026-04-05T12:00Z', '2026-04-05T04:00', '2026-04-06T04:00'],
  ['Australia/Lord_Howe', '2026-10-04T12:00Z', '2026-10-03T13:30', '2026-10-04T13:00'],
])('the day in %s that holds %s begins at %s and ends at %s', (zone, now, since, until) => {
  const { sinceMs, untilMs } = localDay(zone, at(now))
  expect([iso(sinceMs), iso(untilMs)]).toEqual([since, until])
})

test.each([
  ['UTC', '2026-12-31T12:00Z', '2026-12-01T00:00', '2027-01-01T00:00'],
  ['Asia/Tokyo', '2026-11-30T20:00Z', '2026-11-30T15:00', '2026-12-31T15:00'],
  ['Europe/Berlin', '2026-03-15T12:00Z', '2026-02-28T23:00', '2026-03-31T22:00'],
])('the month in %s that holds %s begins at %s and ends at %s', (zone, now, since, until) => {
  const { sinceMs, untilMs } = localMonth(zone, at(now))
  expect([iso(sinceMs), iso(untilMs)]).toEqual([since, until])
})

test.each([
  ['UTC', ['2027-01-01T00:00 0']],
  ['Asia/Kolkata', ['2027-01-01T00:00 22']],
  ['Europe/Berlin', ['2026-03-29T01:00 4', '2026-10-25T01:00 8', '2027-01-01T00:00 4']],
  ['America/New_York', ['2026-03-08T07:00 -20', '2026-11-01T06:00 -16', '2027-01-01T00:00 -20']],
])('over 2026 the offset of %s is, until then, %j', (zone, expected) => {
  const range = { sinceMs: at('2026-01-01'), untilMs: at('2027-01-01') }
  const steps = offsetSteps(zone, range)
  expect(steps.map(({ until, quarters }) => `${iso(until * QUARTER_MS)} ${quarters}`)).toEqual(
    expected,
  )
})

test.each([
  ['Europe/Berlin', true],
  ['UTC', true],
  ['local', true],
  ['Mars/Olympus', false],
  ['', false],
])('%s is a time zone: %s', (name, expected) => {
  expect(isTimeZone(name)).toBe(expected)
})

test.each([
  ['2026-11-22T10:07Z', '2026-11-22T10:08Z', ['15 10:00-10:15']],
  ['2026-11-22T10:00Z', '2026-11-22T10:00Z', []],
  ['2026-11-22T10:00Z', '2026-11-21T10:00Z', []],
  ['2026-11-22T00:00Z', '2026-11-23T00:00Z', ['1440 22T00:00-23T00:00']],
  [
    '2026-11-21T23:50Z',
    '2026-11-24T00:01Z',
    ['15 23:45-00:00', '1440 22T00:00-24T00:00', '15 00:00-00:15'],
  ],
])('from %s to %s is read as %j', (since, until, expected) => {
  const found = fewestBuckets({ sinceMs: at(since), untilMs: at(until) }).map((part) => {
    const [from, to] = [part.from, part.to].map((bucket) => iso(bucket * part.span * 60_000))
    const cut = part.span === 15 ? 11 : 8
    return `${part.span} ${from?.slice(cut)}-${to?.slice(cut)}`
  })
  expect(found).toEqual(expected)
})

test('the zone of this machine is the one that is named so', () => {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone
  const year = { sinceMs: at('2026-01-01'), untilMs: at('2027-01-01') }
  expect(offsetSteps('local', year)).toEqual(offsetSteps(own, year))
  const summer = at('2026-07-01T23:30Z')
  expect(localDay('local', summer)).toEqual(localDay(own, summer))
})

test.each([
  ['Europe/Berlin', 'Europe/Berlin'],
  // POSIX has such zones; they have hours, but no name.
  ['UTC+3', 'local'],
  ['Foo/Bar', 'local'],
  ['', 'local'],
])('of TZ=%s the name is %s, and it names a time zone', (zone, expected) => {
  vi.stubEnv('TZ', zone)
  try {
    expect(zoneName('local')).toBe(expected)
    expect(isTimeZone(zoneName('local'))).toBe(true)
  } finally {
    vi.unstubAllEnvs()
  }
})
