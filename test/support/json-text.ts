import fc from 'fast-check'

/** JSON texts as no serialiser would write them: blanks, escapes, doubled keys, odd numbers. */
const blank = fc.constantFrom('', '', '', ' ', '\n  ', '\t', '\r\n')
const scalar = fc.constantFrom(
  '0',
  '-0',
  '1e400',
  '1.10',
  '2E+1',
  '12345678901234567890',
  'true',
  'false',
  'null',
)
const text = fc.oneof(
  fc.string({ maxLength: 8 }).map((value) => JSON.stringify(value)),
  fc.constantFrom('"\\u0041"', '"\\""', '"\\\\"', '"\\\\\\""', '"}],{"', '"é 🙂"', '"\\/\\b"'),
)
const key = fc.oneof(
  fc.constantFrom('"model"', '"mod\\u0065l"', '"stream_options"', '"messages"', '"a"', '""'),
  text,
)

const { value, object } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    text,
    tie('array'),
    tie('object'),
  ),
  array: fc
    .array(fc.tuple(blank, tie('value'), blank), { maxLength: 4 })
    .map((items) => `[${items.map((parts) => parts.join('')).join(',')}]`),
  object: fc
    .array(fc.tuple(blank, key, blank, fc.constant(':'), blank, tie('value'), blank), {
      maxLength: 5,
    })
    .map((items) => `{${items.map((parts) => parts.join('')).join(',')}}`),
}))

export const jsonValueText = value.map(String)

export const jsonObjectText = fc.tuple(blank, object, blank).map((parts) => parts.join(''))
