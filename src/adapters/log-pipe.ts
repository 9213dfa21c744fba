import { Socket } from 'node:net'

const MAX_WAITING_BYTES = 256 << 10

/**
 * Writes to whoever keeps a log, a pipe or a socket, and never waits for it: what it does not take in
 * time is dropped, which is said with the number of lines once it goes on.
 */
export function openLogPipe(fd: number, now: () => number): (text: string) => void {
  const pipe = new Socket({ fd, readable: false, writable: true })
  let lost = 0
  pipe.unref()
  // The reader has gone. There is nobody left to tell.
  pipe.on('error', () => {})
  pipe.on('drain', () => {
    if (lost === 0) return
    const time = new Date(now()).toISOString()
    pipe.write(`${time} gateway: ${lost} lines are missing here: the log was not read in time\n`)
    lost = 0
  })
  return (text) => {
    if (pipe.destroyed) return
    if (pipe.writableLength <= MAX_WAITING_BYTES) pipe.write(text)
    else lost += text.split('\n').length - 1
  }
}
