import { expect, test } from 'vitest'
import type { Conversation, Turn } from '../../../src/domain/wire/conversation.ts'
import { estimateTokens } from '../../../src/domain/wire/estimate.ts'
import { conversation } from '../../support/wire.ts'

const NOTHING = estimateTokens(conversation({ turns: [] }))

function more(some: Partial<Conversation>): number {
  return estimateTokens(conversation({ turns: [], ...some })) - NOTHING
}
function user(parts: Extract<Turn, { role: 'user' }>['parts']): Partial<Conversation> {
  return { turns: [{ role: 'user', parts }] }
}
const text = (value: string) => ({ type: 'text' as const, text: value })
const image = { type: 'image', source: { kind: 'url', url: 'https://x' } } as const

test.each<[string, Partial<Conversation>, number]>([
  ['English', user([text('abc '.repeat(300))]), 408],
  ['Greek, two bytes a letter', user([text('λ'.repeat(300))]), 208],
  ['Chinese, three bytes a character', user([text('漢'.repeat(300))]), 308],
  ['emoji, four bytes each', user([text('🙂'.repeat(300))]), 408],
  ['an image', user([image]), 1608],
  [
    'what a tool gave',
    user([{ type: 'tool-result', id: 'x', parts: [text('abc'), image], isError: false }]),
    1617,
  ],
  [
    'a call',
    {
      turns: [
        {
          role: 'assistant',
          parts: [{ type: 'tool-call', id: 'x', name: 'get', json: '{"a":1}' }],
        },
      ],
    },
    20,
  ],
  ['thinking', { turns: [{ role: 'assistant', parts: [{ type: 'thinking', text: 'abc' }] }] }, 9],
  ['instructions', { system: ['abc', 'abcd'] }, 19],
  [
    'a tool',
    { tools: [{ name: 'get', description: 'gets', schema: { type: 'object' }, strict: null }] },
    17,
  ],
])('%s', (_what, some, tokens) => {
  expect(more(some)).toBe(tokens)
})
