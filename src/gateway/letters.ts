import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { hasCode } from '../adapters/file-errors.ts'
import { reasonOf } from '../domain/errors.ts'
import { parsedObject, type JsonObject } from '../domain/json.ts'
import type { GatewayFolder } from './folder.ts'
import { tokenHash } from './proof.ts'
import { registrationIn, type Sessions } from './sessions.ts'
import type { Live } from './settings.ts'

/**
 * What `libexec/launch.sh` has to say of the sessions that it starts without Node: a line of JSON each,
 * in a FIFO of the gateway's folder, which nobody else can write to. No answer is waited for; the
 * supervisor holds the FIFO open, too, so that nothing is lost between two workers.
 */
export interface Letters {
  /** For which a letter counts as soon as it has come. */
  readonly sessions: Sessions
  /** The gateway listens there: it reads letters, and tells the launcher so. */
  readonly begin: (live: Live, port: number) => void
  /** Tells the launcher whose keys are at hand. */
  readonly announce: (live: Live) => void
  /** What comes from here on is for the next gateway. */
  readonly close: () => void
}

interface LettersHost {
  readonly folder: GatewayFolder
  readonly sessions: Sessions
  readonly version: string
  readonly log: (line: string) => void
}

/** More than one of them ever is; a pipe takes 4096 bytes at once. */
const MAX_LETTER_BYTES = 1 << 16

/** Null: there is no such FIFO. */
export function openLetters({ folder, sessions, version, log }: LettersHost): Letters | null {
  const descriptor = openFifo(join(folder.path, 'letters'))
  if (descriptor === null) return null
  const take = letterTaker((letter) => receive(sessions, letter), log)
  let socket: Socket | null = null
  let port: number | null = null
  const read = () => {
    if (socket !== null) for (const bytes of waiting(descriptor)) take(bytes)
  }
  const close = () => {
    read()
    socket?.destroy()
    socket = null
  }
  const announce = (live: Live) => {
    // By the descriptor a shell sees in /proc that this process has the FIFO open.
    const words = [process.pid, descriptor, port, version, keysWord(live)]
    if (socket !== null) folder.writeReader(words.map(String))
  }
  return {
    sessions: withLetters(sessions, read, close),
    announce,
    begin: (live, listensOn) => {
      port = listensOn
      socket = new Socket({ fd: descriptor, readable: true, writable: false })
      socket.on('data', take)
      socket.on('error', (error) => log(`gateway: the sessions' letters: ${error.message}`))
      socket.unref()
      announce(live)
    },
    close,
  }
}

function letterTaker(
  receive: (letter: JsonObject) => void,
  log: (line: string) => void,
): (bytes: Buffer) => void {
  let text = ''
  return (bytes) => {
    text += bytes.toString('latin1')
    const lines = text.split('\n')
    text = (lines.pop() ?? '').slice(0, MAX_LETTER_BYTES)
    for (const line of lines) {
      const letter = parsedObject(Buffer.from(line, 'latin1').toString())
      try {
        if (letter !== null) receive(letter)
      } catch (error) {
        log(`gateway: a session was not understood: ${reasonOf(error)}`)
      }
    }
  }
}

function receive(sessions: Sessions, { action, token, ...body }: JsonObject): void {
  if (typeof token !== 'string') return
  const hash = tokenHash(token)
  if (action === 'register') sessions.register(hash, registrationIn(body, Date.now()))
  if (action === 'revoke') sessions.revoke(hash)
}

function openFifo(path: string): number | null {
  const { O_RDWR, O_NONBLOCK, O_NOFOLLOW } = constants
  try {
    const descriptor = openSync(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW)
    const facts = fstatSync(descriptor)
    const isOwn = facts.uid === process.getuid?.() && (facts.mode & 0o077) === 0
    if (facts.isFIFO() && isOwn) return descriptor
    closeSync(descriptor)
  } catch {
    // Then sessions are registered by Node alone.
  }
  return null
}

/** Without waiting. */
function* waiting(descriptor: number): Generator<Buffer> {
  const chunk = Buffer.alloc(MAX_LETTER_BYTES)
  for (;;) {
    let size = 0
    try {
      size = readSync(descriptor, chunk)
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw error
    }
    if (size === 0) return
    yield chunk.subarray(0, size)
  }
}

/** A letter is read before anybody is told that there is no such session. */
function withLetters(sessions: Sessions, read: () => void, close: () => void): Sessions {
  return {
    ...sessions,
    accessOf: (token) => {
      const access = sessions.accessOf(token)
      if (access !== null) return access
      read()
      return sessions.accessOf(token)
    },
    register: (hash, registration) => {
      read()
      sessions.register(hash, registration)
    },
    revoke: (hash) => {
      read()
      return sessions.revoke(hash)
    },
    get count() {
      read()
      return sessions.count
    },
    all: () => {
      read()
      return sessions.all()
    },
    owns: () => {
      close()
      return sessions.owns()
    },
  }
}

/** Whose keys are at hand, by where they are from: one word, which the launcher compares. */
function keysWord({ keys }: Pick<Live, 'keys'>): string {
  const found = keys.flatMap(({ from, keys: own }) =>
    Object.keys(own).map((provider) => `${from}:${provider}`),
  )
  return found.join(',') || 'none'
}
