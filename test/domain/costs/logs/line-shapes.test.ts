import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shapeReader } from '../../../../src/domain/costs/logs/line-shapes.ts'
import { isObject, type Json } from '../../../../src/domain/json.ts'

const FIELDS = ['id', 'at', 'message.id', 'message.usage.in', 'message.usage.out']

/** What a text has at the fields, as JSON.parse has it. */
function fieldsOf(value: Json | null): readonly (Json | undefined)[] {
  return FIELDS.map((path) =>
    path
      .split('.')
      .reduce<Json | undefined>((at, name) => (isObject(at) ? at[name] : undefined), value ?? {}),
  )
}

const scalar = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.constantFrom(null, true, false, '', '"', '\\', 'null', '12', '}', '$&'),
)
const usage = fc.record({ in: scalar, other: scalar, out: scalar }, { requiredKeys: ['in'] })
const message = fc.record({ id: scalar, list: fc.constant([]), usage }, { requiredKeys: ['usage'] })
const line = fc.record(
  { at: scalar, 'message.id': scalar, message: fc.oneof(message, scalar), id: scalar },
  { requiredKeys: ['message'] },
)

test('every field is what JSON.parse has, whatever was read before', () => {
  fc.assert(
    fc.property(fc.array(line, { minLength: 2, maxLength: 20 }), (lines) => {
      const read = shapeReader(FIELDS)
      for (const text of lines.map((each) => JSON.stringify(each)))
        expect(read(text)).toEqual(fieldsOf(JSON.parse(text)))
    }),
  )
})

test('of every text only the fields are read', () => {
  const read = shapeReader(FIELDS)
  const rest = [undefined, undefined, undefined, undefined]
  expect(read('{"id":"a","other":1}')).toEqual(['a', ...rest])
  expect(read('{"id":"b","other":2}')).toEqual(['b', ...rest])
})

test.each([
  ['cut off', '{"id":"a","other":'],
  ['two in one', '{"id":"a","other":1}{"id":"a","other":1}'],
  ['a text that does not end', '{"id":"a,"other":1}'],
  ['a number that is none', '{"id":01,"other":1}'],
  ['a line break in a text', '{"id":"a\n","other":1}'],
  ['more after it', '{"id":"a","other":1}\n}'],
  ['no object', '7'],
])('%s: null', (_, text) => {
  const read = shapeReader(FIELDS)
  read('{"id":"a","other":1}')
  expect(read(text)).toBeNull()
})

test.each([
  ['a name that stands twice', '{"id":1,"id":2}', '{"id":3,"id":4}'],
  [
    'an object that stands twice',
    '{"message":{"id":1},"message":{}}',
    '{"message":{"id":2},"message":{}}',
  ],
  ['a list with something in it', '{"message":[{"id":1}]}', '{"message":[{"id":2}]}'],
  ['an escape', '{"id":"a"}', String.raw`{"id":"\u0041\n"}`],
  ['a power of ten', '{"id":1}', '{"id":1e3}'],
  ['white space', '{"id": 1}', '{"id": 2}'],
])('%s is read as JSON.parse reads it', (_, first, second) => {
  const read = shapeReader(FIELDS)
  read(first)
  expect(read(second)).toEqual(fieldsOf(JSON.parse(second)))
})

test('more shapes than are kept are read all the same', () => {
  const read = shapeReader(FIELDS)
  for (let round = 0; round < 2; round++)
    for (let n = 0; n < 20; n++) expect(read(`{"x${n}":0,"id":${n}}`)?.[0]).toBe(n)
})
