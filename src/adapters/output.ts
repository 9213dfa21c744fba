import { fstatSync, writeSync } from 'node:fs'
import { hasCode } from './file-errors.ts'

export interface Output {
  readonly fd: number
  /** Node's own, made only where it is asked for. */
  readonly stream: () => NodeJS.WritableStream
  /** Called once; what is written afterwards is lost. */
  readonly failed: (error: Error) => void
}

export interface Writer {
  readonly write: (text: string) => void
  /** Nothing is left for a stream to write. */
  readonly isDone: () => boolean
}

/**
 * Writes at once, without Node's streams: loading them is 2 ms of every start. Returns when
 * everything is written, except where somebody has made the descriptor non-blocking and the reader
 * is slow: Node's stream waits for that one.
 */
export function openOutput({ fd, stream, failed }: Output): Writer {
  let write = writeNow
  let isDone = true
  return { write: (text) => write(Buffer.from(text)), isDone: () => isDone }

  function writeNow(bytes: Uint8Array): void {
    let done = 0
    try {
      while (done < bytes.length) done += writeSync(fd, bytes, done)
    } catch (error) {
      if (hasCode(error, 'EAGAIN')) writeLater(bytes.subarray(done))
      else end(error)
    }
  }

  function writeLater(rest: Uint8Array): void {
    const later = stream()
    later.on('error', end)
    isDone = false
    write = (bytes) => void later.write(bytes)
    write(rest)
  }

  function end(error: unknown): void {
    write = () => {}
    failed(error instanceof Error ? error : new Error(String(error)))
  }
}

/** Only a device can be a terminal; asking Node about what is none would load its streams. */
export function mayBeTerminal(fd: number): boolean {
  return fstatSync(fd).isCharacterDevice()
}
