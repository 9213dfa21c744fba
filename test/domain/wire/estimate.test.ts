import { expect, test } from 'vitest'
import type { Conversation, Turn } from '../../../src/domain/wire/conversation.ts'
import { estimateTokens, estimateUnread } from '../../../src/domain/wire/estimate.ts'
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

test('of a request that nobody has read an image counts as one, wherever it stands', () => {
  for (let before = 0; before < 1100; before += 1) {
    const around = (chars: number) => `${' '.repeat(before)}"data":"${'A'.repeat(chars)}"`
    const images = [1000, 999].map((chars) => estimateUnread(around(chars)))
    const [rest, whole] = [before + 1, before + 9 + 999].map((bytes) => Math.ceil(bytes / 4))
    expect(images, `${before}`).toEqual([(rest ?? 0) + 1600, whole])
  }
  const own = `;base64,${'azAZ09+/='.repeat(120)}`
  expect(estimateUnread(own + own)).toBe(2 * 1600)
  // It is none, however long it is.
  expect(estimateUnread('a'.repeat(4000))).toBe(1000)
})
