import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  FrameTooLong,
  LONGEST_FRAME_BYTES,
  frameSplitter,
  type Frame,
  type Framing,
} from '../../../src/domain/wire/frames.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)

function split(framing: Framing, chunks: readonly Uint8Array[]): Frame[] {
  const splitter = frameSplitter(framing)
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()]
}

/** What a reader sees: keep-alives hold nothing, and where they stand depends on the cut. */
function contents(frames: readonly Frame[]): [string | null, string][] {
  return frames
    .filter(({ event, data }) => event !== null || data !== '')
    .map(({ event, data }) => [event, data])
}

test.each<[string, string, [string | null, string][]]>([
  [
    'LF',
    'event: a\ndata: 1\n\ndata: 2\n\n',
    [
      ['a', '1'],
      [null, '2'],
    ],
  ],
  [
    'CRLF',
    'event: a\r\ndata: 1\r\n\r\ndata: 2\r\n\r\n',
    [
      ['a', '1'],
      [null, '2'],
    ],
  ],
  [
    'CR',
    'event: a\rdata: 1\r\rdata: 2\r\r',
    [
      ['a', '1'],
      [null, '2'],
    ],
  ],
  [
    'mixed ends',
    'event: a\r\ndata: 1\n\r\ndata: 2\r\r\n',
    [
      ['a', '1'],
      [null, '2'],
    ],
  ],
  ['no space after the colon', 'event:a\ndata:1\n\n', [['a', '1']]],
  ['one space only is taken off', 'data:  1\n\n', [[null, ' 1']]],
  ['a comment', ': ping\n\ndata: 1\n\n', [[null, '1']]],
  ['a comment inside', 'event: a\n: x\ndata: 1\n\n', [['a', '1']]],
  ['several data lines', 'data: {\ndata: "a":1}\n\n', [[null, '{\n"a":1}']]],
  ['an empty data line', 'data: a\ndata\ndata: b\n\n', [[null, 'a\n\nb']]],
  ['fields nobody asked for', 'id: 7\nretry: 10\ndata: 1\n\n', [[null, '1']]],
  [
    'no last newline',
    'data: 1\n\ndata: [DONE]',
    [
      [null, '1'],
      [null, '[DONE]'],
    ],
  ],
  ['one of two last newlines', 'data: 1\n', [[null, '1']]],
  ['a byte order mark', '\ufeffdata: 1\n\n', [[null, '1']]],
  ['many blank lines', '\n\n\ndata: 1\n\n\n\n', [[null, '1']]],
  ['an event without data', 'event: ping\n\n', [['ping', '']]],
  ['nothing', '', []],
])('server-sent events with %s', (_name, text, expected) => {
  expect(contents(split('sse', [bytesOf(text)]))).toEqual(expected)
})

test.each<[string, string, string[]]>([
  ['LF', '{"a":1}\n{"b":2}\n', ['{"a":1}', '{"b":2}']],
  ['CRLF', '{"a":1}\r\n{"b":2}\r\n', ['{"a":1}', '{"b":2}']],
  ['no last newline', '{"a":1}\n{"b":2}', ['{"a":1}', '{"b":2}']],
  ['blank lines', '\n{"a":1}\n\n', ['', '{"a":1}', '']],
  ['a byte order mark', '\ufeff{"a":1}\n', ['{"a":1}']],
  ['nothing', '', []],
])('lines of JSON with %s', (_name, text, expected) => {
  const frames = split('ndjson', [bytesOf(text)])
  expect(frames.map(({ data }) => data)).toEqual(expected)
  expect(frames.every(({ event }) => event === null)).toBe(true)
})

const PIECES = [
  'data: ',
  'event: a',
  'x',
  'é',
  '🙂',
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  ': c',
  '\ufeff',
  '{"a":1}',
]
const stream = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 60 })
  .map((parts) => parts.join(''))
const cuts = fc.array(fc.nat(200), { maxLength: 40 })

function chunked(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const sorted = [0, ...at.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length]
  return sorted.slice(1).map((end, index) => bytes.slice(sorted[index], end))
}

test.each<Framing>(['sse', 'ndjson'])(
  'any cut of a stream of %s gives the same events',
  (framing) => {
    fc.assert(
      fc.property(stream, cuts, (text, at) => {
        const whole = split(framing, [bytesOf(text)])
        const cut = split(framing, chunked(bytesOf(text), at))
        expect(contents(cut)).toEqual(contents(whole))
        for (const frames of [whole, cut]) {
          expect(textOf(Buffer.concat(frames.map(({ bytes }) => bytes)))).toBe(text)
        }
      }),
      { numRuns: 1000 },
    )
  },
)

test('a character that is cut anywhere stays whole', () => {
  const bytes = bytesOf('data: {"text":"né 漢字 🙂"}\n\n')
  for (let at = 1; at < bytes.length; at += 1) {
    const frames = split('sse', [bytes.subarray(0, at), bytes.subarray(at)])
    expect(contents(frames)).toEqual([[null, '{"text":"né 漢字 🙂"}']])
  }
})

test('an event is given as soon as its last byte is there, also where lines end in CR', () => {
  const splitter = frameSplitter('sse')
  expect(splitter.push(bytesOf('data: 1\r\n'))).toEqual([])
  expect(contents(splitter.push(bytesOf('\r')))).toEqual([[null, '1']])
  expect(contents(splitter.push(bytesOf('\ndata: 2\n\n')))).toEqual([[null, '2']])
})

test('ten megabytes on one line come whole, in small chunks too', () => {
  const long = 'x'.repeat(10 * 1024 * 1024)
  const bytes = bytesOf(`data: ${long}\n\ndata: 2\n\n`)
  const chunks = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, index) =>
    bytes.subarray(index * 1000, (index + 1) * 1000),
  )
  const frames = split('sse', chunks)
  expect(frames.map(({ data }) => data.length)).toEqual([long.length, 1])
})

test('frames of one chunk are views of it, not copies', () => {
  const chunk = bytesOf('data: 1\n\ndata: 2\n\n')
  for (const { bytes } of split('sse', [chunk])) expect(bytes.buffer).toBe(chunk.buffer)
})

test('a frame that never ends is refused before it fills the memory', () => {
  const splitter = frameSplitter('ndjson')
  const chunk = new Uint8Array(LONGEST_FRAME_BYTES / 4).fill(120)
  for (let times = 0; times < 4; times += 1) splitter.push(chunk)
  expect(() => splitter.push(chunk)).toThrow(FrameTooLong)
})
