/** How a format divides its stream: server-sent events, or a JSON text a line. */
export type Framing = 'sse' | 'ndjson'

export interface Frame {
  /** The `event:` field; null: none, as in a format that has none. */
  readonly event: string | null
  /** The `data:` lines joined by LF, or the line. Empty: a comment or a blank keep-alive. */
  readonly data: string
  /** As they came, with their terminator. */
  readonly bytes: Uint8Array
}

export interface FrameSplitter {
  /**
   * The frames that this chunk completes. The chunk is kept, not copied: it must not be reused.
   * @throws FrameTooLong
   */
  push(chunk: Uint8Array): readonly Frame[]
  /** What is left when the stream ends without its last newline; nothing, where nothing is. */
  end(): readonly Frame[]
}

/** A frame that never ends would fill the memory. */
export const LONGEST_FRAME_BYTES = 64 * 1024 * 1024

export class FrameTooLong extends Error {
  override readonly name = 'FrameTooLong'
}

const LF = 10
const CR = 13
const BOM = 0xfeff

type Content = Omit<Frame, 'bytes'>

/** All frames' bytes, one after the other, are the stream's own, wherever it was cut. */
export function frameSplitter(framing: Framing): FrameSplitter {
  const ends = framing === 'sse' ? blankLineEnds() : lineEnds
  const contentOf = framing === 'sse' ? eventOf : lineOf
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const pending = growingBytes()
  let first = true

  function frame(bytes: Uint8Array): Frame {
    const text = decoder.decode(bytes)
    const marked = first && text.charCodeAt(0) === BOM
    first = false
    return { ...contentOf(marked ? text.slice(1) : text), bytes }
  }

  return {
    push: (chunk) => {
      const frames: Frame[] = []
      let start = 0
      for (const end of ends(chunk)) {
        frames.push(frame(pending.take(chunk.subarray(start, end))))
        start = end
      }
      pending.add(chunk.subarray(start))
      return frames
    },
    end: () => {
      const rest = pending.take(new Uint8Array(0))
      return rest.length === 0 ? [] : [frame(rest)]
    },
  }
}

/** The start of a frame, gathered over many chunks without copying it each time. */
function growingBytes() {
  let held = new Uint8Array(0)
  let length = 0

  function add(bytes: Uint8Array): void {
    if (bytes.length === 0) return
    const needed = length + bytes.length
    if (needed > LONGEST_FRAME_BYTES) {
      throw new FrameTooLong(`one event of the stream is longer than ${LONGEST_FRAME_BYTES} bytes`)
    }
    if (needed > held.length) {
      const larger = new Uint8Array(Math.max(needed, held.length * 2))
      larger.set(held.subarray(0, length))
      held = larger
    }
    held.set(bytes, length)
    length = needed
  }

  function take(last: Uint8Array): Uint8Array {
    if (length === 0) return last
    add(last)
    const whole = held.subarray(0, length)
    held = new Uint8Array(0)
    length = 0
    return whole
  }

  return { add, take }
}

function lineEnds(chunk: Uint8Array): readonly number[] {
  const found: number[] = []
  for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, at + 1)) found.push(at + 1)
  return found
}

/**
 * A line ends at LF, CR or CRLF (WHATWG HTML, server-sent events). A CR that ends a chunk ends its
 * line at once, for the next chunk may be long in coming; an LF that then comes is the rest of it.
 */
function blankLineEnds(): (chunk: Uint8Array) => readonly number[] {
  let inLine = false
  let afterCr = false
  return (chunk) => {
    const found: number[] = []
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at]
      const restOfCr = afterCr && byte === LF
      afterCr = false
      if (restOfCr) continue
      if (byte !== LF && byte !== CR) {
        inLine = true
        continue
      }
      if (byte === CR) {
        if (chunk[at + 1] === LF) at += 1
        else afterCr = at + 1 === chunk.length
      }
      if (!inLine) found.push(at + 1)
      inLine = false
    }
    return found
  }
}

function lineOf(text: string): Content {
  return { event: null, data: text.replace(/\r?\n$/, '') }
}

function eventOf(text: string): Content {
  let event: string | null = null
  const data: string[] = []
  for (const line of text.includes('\r') ? text.split(/\r\n?|\n/) : text.split('\n')) {
    if (line.startsWith('data:')) data.push(valueOf(line, 5))
    else if (line.startsWith('event:')) event = valueOf(line, 6)
    else if (line === 'data') data.push('')
  }
  return { event, data: data.length === 1 ? (data[0] ?? '') : data.join('\n') }
}

function valueOf(line: string, from: number): string {
  return line.slice(line[from] === ' ' ? from + 1 : from)
}
