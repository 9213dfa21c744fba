import { expect, test } from 'vitest'
import { gatewayWanted } from '../../../src/domain/config/source.ts'
import { NO_SETTINGS } from '../../../src/domain/config/settings.ts'

const wanted = (value: string | undefined, autostart = true) =>
  gatewayWanted(
    { ...NO_SETTINGS, gateway: { ...NO_SETTINGS.gateway, autostart } },
    { LLMSEL_GATEWAY_AUTOSTART: value },
  )

test('LLMSEL_GATEWAY_AUTOSTART decides over the config; empty is as if it were not there', () => {
  expect([wanted('true', false), wanted('false')]).toEqual([true, false])
  expect([wanted(''), wanted(undefined), wanted('', false)]).toEqual([true, true, false])
})

test.each(['off', '0', 'no', 'FALSE'])(
  'LLMSEL_GATEWAY_AUTOSTART=%s is refused by name',
  (value) => {
    expect(() => wanted(value)).toThrow('"LLMSEL_GATEWAY_AUTOSTART" must be true or false')
  },
)
