import { expect, test } from 'vitest'
import { completionTable } from '../../../src/domain/completion/table.ts'
import { kindOf, type CommandNode } from '../../../src/domain/completion/tree.ts'

const leaf = { options: [], arguments: [], commands: [] }

const program: CommandNode = {
  ...leaf,
  name: 'llmsel',
  about: '',
  commands: [
    {
      ...leaf,
      name: 'session',
      about: 'sessions',
      commands: [
        {
          ...leaf,
          name: 'stop',
          about: 'end some',
          options: [
            { flags: ['-s', '--shell'], about: 'which', value: { words: ['bash'] } },
            { flags: ['--name'], about: 'text', value: 'text' },
            { flags: ['--all'], about: 'all', value: null },
          ],
          arguments: [
            { kind: 'text', repeats: false },
            { kind: 'session', repeats: true },
          ],
        },
      ],
    },
  ],
}

test('a row for each command, and for each value that can be offered', () => {
  const { commands, values } = completionTable(program)
  expect(commands.map(({ path }) => path)).toEqual(['', 'session', 'session stop'])
  expect(commands[2]).toEqual({
    path: 'session stop',
    commands: [],
    options: [
      { word: '-s', about: 'which' },
      { word: '--shell', about: 'which' },
      { word: '--name', about: 'text' },
      { word: '--all', about: 'all' },
    ],
    valued: ['-s', '--shell', '--name'],
  })
  expect(values).toEqual([
    { path: 'session stop', slot: '-s', kind: { words: ['bash'] } },
    { path: 'session stop', slot: '--shell', kind: { words: ['bash'] } },
    { path: 'session stop', slot: '2+', kind: 'session' },
  ])
})

test.each([
  ['<profile>', 'profile'],
  ['[session]', 'session'],
  ['[sessions...]', 'session'],
  ['sessions', 'session'],
  ['<premium,budget,free>', 'text'],
  ['<toString>', 'text'],
])('%s holds a %s', (placeholder, kind) => {
  expect(kindOf(placeholder)).toBe(kind)
})
