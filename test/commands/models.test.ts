import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/domain/json.ts'
import { run } from '../support/catalogue-commands.ts'

const models = (line: string, isTty = false) =>
  run(['models', ...line.split(' ').filter((word) => word !== '')], { isTty })

function lines(stdout: string): readonly (readonly string[])[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'))
}

test('a pipe gets a line per usable model', async () => {
  const { code, stdout, stderr } = await models('')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const rows = lines(stdout)
  expect(rows.every((row) => row.length === 8)).toBe(true)
  expect(rows).toContainEqual([
    'claude-haiku-5-5',
    'haiku, haiku-5.5',
    '$0.10+',
    '$0.50+',
    'fastest',
    'good',
    'background tasks, simple queries',
    'active',
  ])
  expect(rows).toContainEqual([
    'llama3.2',
    'ollama',
    'free',
    'free',
    'medium',
    'good',
    'testing, development, high volume',
    'active',
  ])
  expect(stdout).not.toContain('retired')
})

test('a model within 60 days of its end is marked', async () => {
  const { stdout } = await models('')
  const status = (id: string) => lines(stdout).find(([name]) => name === id)?.[7]
  expect(status('claude-sonnet-4-5-20250929')).toBe('! ends 2026-11-30')
  expect(status('gpt-5')).toBe('! ends 2026-12-11')
  expect(status('gpt-5.1')).toBe('active, ends 2027-04-01')
})

test('--all has the retired ones with their dates', async () => {
  const { stdout } = await models('--all')
  const status = (id: string) => lines(stdout).find(([name]) => name === id)?.[7]
  expect(status('claude-3-5-haiku-20241022')).toBe('retired 2026-02-19')
  expect(status('gpt-4-turbo')).toBe('retired 2026-10-23')
})

test('--as-of shows the models, aliases and prices of that day', async () => {
  const { stdout } = await models('--as-of 2025-11-01')
  const rows = lines(stdout)
  expect(rows.find(([id]) => id === 'claude-sonnet-4-5-20250929')?.slice(1, 4)).toEqual([
    'sonnet, sonnet-4.5',
    '$3.00+',
    '$15.00+',
  ])
  expect(stdout).toContain('claude-3-5-haiku-20241022')
  expect(stdout).not.toContain('claude-sonnet-5-5')
  expect(stdout).not.toContain('gpt-6-sol')
  expect(stdout).toContain('gpt-4-turbo')
  expect(stdout).not.toContain('claude-3-5-sonnet')
})

test('of a day before its own, a model without a day of release has an unknown status', async () => {
  const statuses = async (line: string, document: JsonObject = {}) => {
    const { stdout } = await run(['models', ...line.split(' ')], { document })
    const rows = lines(stdout).map((row) => [row[0], row[7]] as const)
    return (id: string) => rows.find(([name]) => name === id)?.[1]
  }
  const long = await statuses('--as-of 2020-01-01 --all')
  const ids = ['gpt-6.1-terra', 'gpt-4', 'llama3.2', 'claude-opus-5', 'gpt-4o']
  expect(ids.map(long)).toEqual([
    'unknown',
    'unknown',
    'unknown',
    'out on 2026-07-24',
    'out on 2024-05-13',
  ])
  // It was deprecated, so it was out; and all rows were there when the catalogue was checked.
  expect((await statuses('--as-of 2026-05-01'))('gpt-4')).toBe('deprecated, ends 2026-10-23')
  expect((await statuses('--as-of 2026-11-22'))('gpt-6.1-terra')).toBe('active')
  // One's own model is known of today alone.
  const models = { mine: { provider: 'openai', input: 1, output: 2 } }
  expect((await statuses('--as-of 2026-11-21', { models }))('mine')).toBe('unknown, your own')
  expect((await statuses('--all', { models }))('mine')).toBe('active, your own')
  const shown = await run(['models', 'show', 'gpt-4', '--as-of', '2020-01-01'], {})
  expect(lines(shown.stdout)).toContainEqual(['released', 'unknown'])
})

test('no warning of a past day advises a model that was not out by then', async () => {
  const warning = async (line: string) => (await models(`show ${line}`)).stderr
  expect(await warning('sonnet-3.5 --as-of 2025-11-01')).toBe(
    'llmsel: claude-3-5-sonnet-20241022 was retired on 2025-10-28: requests fail\n',
  )
  expect(await warning('sonnet-3.5 --as-of 2026-02-17')).toContain('; use claude-sonnet-4-6\n')
  // The day of its replacement is unknown.
  expect(await warning('gpt-5-mini --as-of 2026-10-20')).not.toContain('use ')
  expect(await warning('gpt-5-mini')).toContain('; use gpt-6.1-terra\n')
  const past = ['costs', '--as-of', '2025-11-01', '--models', 'sonnet-3.5,haiku,ollama']
  const { stderr } = await run(past)
  expect(stderr).toContain('was retired on 2025-10-28: requests fail\n')
})

test('a terminal gets a table with the date of the catalogue', async () => {
  const { stdout } = await models('', true)
  expect(stdout).toMatch(/^model +aliases +input +output +speed +quality +use case +status\n/)
  expect(stdout).toContain('as of 2026-11-22, from the catalogue of 2026-11-22')
})

test('the configured local model is listed as what ollama means', async () => {
  const { stdout } = await run(['models'], {
    document: { providers: { ollama: { model: 'qwen3:8b' } } },
  })
  const named = lines(stdout).filter(([, aliases]) => aliases === 'ollama')
  expect(named.map(([id]) => id)).toEqual(['qwen3:8b'])
  expect(lines(stdout).filter(([id]) => id === 'llama3.2')).toHaveLength(1)
})

test('--json is one document', async () => {
  const data: unknown = JSON.parse((await models('--json --all')).stdout)
  expect(data).toMatchObject({ catalogueDate: '2026-11-22', asOf: '2026-11-22' })
  expect(data).toHaveProperty(
    'models.0',
    expect.objectContaining({
      id: 'claude-haiku-5-5',
      provider: 'claude',
      status: 'active',
      aliases: ['haiku', 'haiku-5.5'],
      contextTokens: 1_000_000,
    }),
  )
})

test('show has every fact, the bands and the price history', async () => {
  const { stdout } = await models('show sonnet-5.5', true)
  expect(stdout).toMatchInlineSnapshot(`
    "fact                  value
    id                    claude-sonnet-5-5
    aliases               sonnet, sonnet-5.5
    provider              claude
    status                active
    released              2026-09-28
    stays at least until  2027-09-28
    context               1M tokens
    output                128k tokens
    batch                 0.5 of the price
    speed                 fast
    quality               highest
    use case              production, critical work
    note                  the release date comes from a copy of the table of the provider

    per 1M from  prompt above  input  output  cache read  5 min write  1 h write
    the start               0  $2.00  $10.00       $0.20        $2.50      $4.00
    2026-10-07              0  $2.00  $10.00       $0.10        $2.50      $4.00

    US dollars per 1M tokens as of 2026-11-22, from the catalogue of 2026-11-22
    "
  `)
})

test('show warns on stderr about a model at its end', async () => {
  const { stdout, stderr } = await models('show sonnet-4.5')
  expect(stderr).toBe(
    'llmsel: claude-sonnet-4-5-20250929 retires on 2026-11-30; use claude-sonnet-5-5\n',
  )
  expect(lines(stdout)).toContainEqual([
    'the start',
    '200k',
    '$6.00',
    '$22.50',
    '$0.60',
    '$7.50',
    '$12.00',
  ])
})

test('show --json belongs to show, not to its parent', async () => {
  const data: unknown = JSON.parse((await models('show haiku --as-of 2025-11-01 --json')).stdout)
  expect(data).toMatchObject({
    asOf: '2025-11-01',
    model: { id: 'claude-haiku-4-5-20251001', batchFactor: '0.5' },
  })
})

test('what is not known is called unknown', async () => {
  const { stdout } = await models('show gpt-4-turbo')
  expect(lines(stdout)).toContainEqual([
    'the start',
    '0',
    '$10.00',
    '$30.00',
    'unknown',
    'unknown',
    'unknown',
  ])
})

test('a pin is kept, used and taken back', async () => {
  const pinned = await models('pin sonnet claude-sonnet-4-6')
  expect(pinned).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'sonnet is pinned to claude-sonnet-4-6 in /config.json\n',
    document: { pins: { sonnet: 'claude-sonnet-4-6' } },
  })
  const { document } = pinned
  const list = await run(['models'], { document })
  expect(lines(list.stdout).find(([id]) => id === 'claude-sonnet-4-6')?.[1]).toBe(
    'sonnet, sonnet-4.6',
  )
  expect(await run(['models', 'unpin', 'sonnet'], { document })).toMatchObject({
    code: 0,
    stderr: 'sonnet is no longer pinned: it is claude-sonnet-5-5\n',
    document: {},
  })
})

test('pin and unpin say what was and what is, and with --dry-run they keep nothing', async () => {
  const report = async (line: string, document: JsonObject) => {
    const ran = await run(['models', ...line.split(' '), '--json'], { document })
    return { ...ran, data: JSON.parse(ran.stdout) }
  }
  const before = {}
  const pin = 'pin sonnet claude-sonnet-4-6'
  const data = { alias: 'sonnet', id: 'claude-sonnet-4-6', before: 'claude-sonnet-5-5' }
  expect(await report(`${pin} --dry-run`, before)).toMatchObject({
    data,
    stderr: 'sonnet would be pinned to claude-sonnet-4-6 in /config.json\n',
    told: [],
  })
  expect((await report(`${pin} --dry-run`, before)).document).toBe(before)
  const pinned = await report(pin, before)
  expect(pinned).toMatchObject({ data, told: ['reload'] })

  const back = { alias: 'sonnet', id: 'claude-sonnet-5-5', before: 'claude-sonnet-4-6' }
  const planned = await report('unpin sonnet --dry-run', pinned.document)
  expect(planned).toMatchObject({
    data: back,
    stderr: 'sonnet would be unpinned: it would be claude-sonnet-5-5\n',
    told: [],
  })
  expect(planned.document).toBe(pinned.document)
  expect(await report('unpin sonnet', pinned.document)).toMatchObject({
    data: back,
    told: ['reload'],
    document: {},
  })
})

test('a pin to a retired model is kept, with a warning', async () => {
  const { code, stderr } = await models('pin haiku claude-3-5-haiku-20241022')
  expect(code).toBe(0)
  expect(stderr).toContain('was retired on 2026-02-19')
})

test.each([
  ['pin sonet claude-sonnet-4-6', 2, 'no alias "sonet"\ndid you mean "sonnet"?'],
  ['pin sonnet claude-sonnet-4-7', 2, '"claude-sonnet-4-7" is not an exact model id'],
  ['pin sonnet sonnet-4.6', 2, 'did you mean "claude-sonnet-4-6"?'],
  ['pin sonnet-4.5 claude-sonnet-4-6', 2, '"sonnet-4.5" always names the same model'],
  ['pin sonnet', 2, "missing required argument 'id'"],
  ['unpin sonnet', 1, '"sonnet" is not pinned'],
  ['unpin sonet', 2, 'no alias "sonet"'],
  ['show sonet', 2, 'no model or alias "sonet"\ndid you mean "sonnet"?'],
  ['show constructor', 2, 'no model or alias "constructor"'],
  ['--as-of yesterday', 2, '--as-of: "yesterday" is not a day'],
  ['shwo', 2, 'models has no command "shwo"\ndid you mean "show"?'],
  ['haiku', 2, 'models has no command "haiku"\nits commands: show, add, remove, pin, unpin'],
])('%s is refused and changes nothing', async (line, code, message) => {
  const ran = await models(line)
  expect(ran).toMatchObject({ code, stdout: '', document: {} })
  expect(ran.stderr).toContain(message)
})

test.each(['--help', 'show --help', 'pin --help', 'unpin --help'])(
  '%s has examples',
  async (line) => {
    expect((await models(line)).stdout).toContain('Examples:')
  },
)
