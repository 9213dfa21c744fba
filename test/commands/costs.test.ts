import { expect, test } from 'vitest'
import { run } from '../support/catalogue-commands.ts'

const costs = (line: string, isTty = false) =>
  run(['costs', ...line.split(' ').filter((word) => word !== '')], { isTty })

test('as of 2025-11-01 a pipe gets the figures of the guide, its mix put right', async () => {
  const { code, stdout, stderr } = await costs('--as-of 2025-11-01')
  expect(code).toBe(0)
  expect(stdout).toBe(
    [
      'all premium\t$18.00\t$540\t-',
      'premium + others budget\t$8.00\t$240\t56 %',
      'premium + others free\t$3.00\t$90\t83 %',
      'all budget\t$6.00\t$180\t67 %',
      'all free\t$0\t$0\t100 %',
      '',
    ].join('\n'),
  )
  expect(stderr).toContain('1/6 of the work stays premium')
  expect(stderr).toContain('prices as of 2025-11-01, from the catalogue of 2026-11-22')
})

test('today', async () => {
  const { stdout } = await costs('')
  expect(stdout).toBe(
    [
      'all premium\t$12.00\t$360\t-',
      'premium + others budget\t$2.50\t$75\t79 %',
      'premium + others free\t$2.00\t$60\t83 %',
      'all budget\t$0.60\t$18\t95 %',
      'all free\t$0\t$0\t100 %',
      '',
    ].join('\n'),
  )
})

test('a terminal gets it all on stdout, with a bar per row', async () => {
  const { stdout, stderr } = await costs('', true)
  expect(stderr).toBe('')
  expect(stdout).toMatchInlineSnapshot(`
    "1M tokens in and 1M out a day, 30 days a month, 20k tokens of prompt a request
    premium = claude-sonnet-5-5, budget = claude-haiku-5-5, free = llama3.2
    where premium is mixed with others, 1/6 of the work stays premium

    plan                     per day  per month  saving
    all premium               $12.00       $360       -  ████████████████████
    premium + others budget    $2.50        $75    79 %  ████
    premium + others free      $2.00        $60    83 %  ███
    all budget                 $0.60        $18    95 %  █
    all free                      $0         $0   100 %

    prices as of 2026-11-22, from the catalogue of 2026-11-22
    "
  `)
})

test('--json is one document with money in decimal strings', async () => {
  const { stdout, stderr } = await costs('--json --premium-share 1/6')
  expect(stderr).toBe('')
  const data: unknown = JSON.parse(stdout)
  expect(data).toMatchObject({
    catalogueDate: '2026-11-22',
    refreshDate: null,
    asOf: '2026-11-22',
    models: { premium: 'claude-sonnet-5-5', budget: 'claude-haiku-5-5', free: 'llama3.2' },
    inputTokensPerDay: '1000000',
    outputTokensPerDay: '1000000',
    cacheReadShare: '0',
    requestTokens: 20_000,
    batch: false,
    premiumShare: '1/6',
    unknown: [],
    windowTooSmall: [],
  })
  expect(data).toHaveProperty('rows.1', {
    scenario: 'premium + others budget',
    usdPerDay: '2.50',
    usdPerMonth: '75.00',
    savedUsdPerDay: '9.50',
    savedUsdPerMonth: '285.00',
    savedPercent: 79,
  })
})

test('--csv has a header and the same rows', async () => {
  const { stdout } = await costs('--csv --as-of 2025-11-01')
  expect(stdout.split('\n').slice(0, 3)).toEqual([
    'scenario,usdPerDay,usdPerMonth,savedUsdPerDay,savedUsdPerMonth,savedPercent',
    'all premium,18.00,540.00,0.00,0.00,0',
    'premium + others budget,8.00,240.00,10.00,300.00,56',
  ])
})

test.each([
  ['--batch', 'all premium\t$6.00\t$180\t-'],
  ['--per month', 'all premium\t$0.40\t$12\t-'],
  ['--per week --input 7M --output 7M', 'all premium\t$12.00\t$360\t-'],
  ['--input 0 --output 0', 'all premium\t$0\t$0\t-'],
  ['--input 1.5M --output 0', 'all premium\t$3.00\t$90\t-'],
  ['--cache-read 90%', 'all premium\t$10.29\t$308.70\t-'],
  ['--request-size 100k', 'all budget\t$0.60\t$18\t95 %'],
  ['--request-size 100001', 'all budget\t$3.00\t$90\t75 %'],
  ['--models opus,sonnet,ollama', 'all premium\t$24.00\t$720\t-'],
  ['--models gpt-4.1,haiku,qwen3:8b --batch', 'all premium\t$5.00\t$150\t-'],
  ['--input 100 --output 0', 'all premium\t$0.0002\t$0.006\t-'],
])('%s', async (line, row) => {
  expect((await costs(line)).stdout).toContain(`${row}\n`)
})

test('the share is said as it was chosen', async () => {
  const { stderr, stdout } = await costs('--premium-share 25%')
  expect(stderr).toContain('0.25 of the work stays premium')
  expect(stdout).toContain('premium + others free\t$3.00\t$90\t75 %')
})

test('an unknown price is unknown in every form, and named', async () => {
  const line = '--models gpt-4-turbo,haiku,ollama --cache-read 0.5'
  const text = await costs(line)
  expect(text.stdout).toContain('all premium\tunknown\tunknown\t-\n')
  expect(text.stdout).toContain('all budget\t$0.56\t$16.65\tunknown\n')
  expect(text.stderr).toContain('unknown: cache read price of gpt-4-turbo')
  const json: unknown = JSON.parse((await costs(`${line} --json`)).stdout)
  expect(json).toHaveProperty('rows.0.usdPerDay', null)
  expect((await costs(`${line} --csv`)).stdout).toContain('all premium,unknown,unknown,unknown')
})

test('a retired model works, with a warning on stderr', async () => {
  const { code, stderr } = await costs('--models sonnet,haiku-3.5,ollama')
  expect(code).toBe(0)
  expect(stderr).toContain(
    'claude-3-5-haiku-20241022 was retired on 2026-02-19: requests fail; use claude-haiku-4-5-20251001',
  )
})

test('a prompt larger than a window is said', async () => {
  const { stderr } = await costs('--request-size 300k --models sonnet,haiku-4.5,ollama')
  expect(stderr).toContain(
    'a prompt of 300k tokens does not fit the window of claude-haiku-4-5-20251001',
  )
})

test.each([
  [['--input', '-1'], '--input: "-1" is negative'],
  [['--input', 'NaN'], '--input: "NaN" is not a number of tokens'],
  [['--output', '1e400'], '--output: "1e400" is not a number of tokens'],
  [['--output', ''], '--output: an empty amount'],
  [['--request-size', 'Infinity'], '--request-size: "Infinity" is not a number of tokens'],
  [['--cache-read', '1.5'], '--cache-read: "1.5" is not between 0 and 1'],
  [['--premium-share', '1/0'], '--premium-share: "1/0" is not a share'],
  [['--models', 'sonnet,haiku'], '--models needs three names'],
  [['--models', 'sonnet,,ollama'], '--models needs three names'],
  [['--models', 'sonet,haiku,ollama'], 'did you mean "sonnet"?'],
  [['--per', 'year'], 'Allowed choices are day, week, month'],
  [['--as-of', '2025-02-30'], '--as-of: "2025-02-30" is not a day'],
  [['--as-of', '2020-01-01'], '"sonnet" names no model on 2020-01-01: only from 2025-09-29 on'],
  [['--json', '--csv'], 'cannot be used with'],
  [['extra'], 'too many arguments'],
])('%j is refused by name', async (args, message) => {
  const { code, stdout, stderr } = await run(['costs', ...args])
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain(message)
})

test('the help has examples', async () => {
  expect((await costs('--help')).stdout).toContain('Examples:')
})

test('a model that came out after the day is named as such', async () => {
  const { code, stderr } = await costs('--as-of 2025-11-01 --models sonnet,claude-haiku-5-5,ollama')
  expect(code).toBe(0)
  expect(stderr).toContain('llmsel: claude-haiku-5-5 came out on 2026-10-07, after 2025-11-01\n')
})
