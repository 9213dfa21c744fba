import { expect, test } from 'vitest'
import { run } from './support/run.ts'

test.each([
  ['models --nope --json', "unknown option '--nope'", null],
  ['models --al --json', "unknown option '--al'", 'Did you mean --all?'],
  ['models show --json', "missing required argument 'model'", null],
  ['modles --json', "unknown command 'modles'", 'Did you mean models?'],
])('a usage error under --json is JSON: %s', async (line, message, hint) => {
  const { code, stdout, stderr } = await run(line)
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(JSON.parse(stderr)).toEqual({ error: { code: 'usage', message, hint } })
})

test('without --json it is a line and where to look', async () => {
  expect(await run('models --al')).toMatchObject({
    code: 2,
    stdout: '',
    stderr:
      "error: unknown option '--al'\n(Did you mean --all?)\n(add --help for the options and examples)\n",
  })
})
