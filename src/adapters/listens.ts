import { connect } from 'node:net'

const TIMEOUT_MS = 300

/** Whether something accepts connections at the origin. */
export async function listens(url: string, timeoutMs = TIMEOUT_MS): Promise<boolean> {
  if (!URL.canParse(url)) return false
  const { hostname, port, protocol } = new URL(url)
  const standard = protocol === 'https:' ? 443 : 80
  return await new Promise((resolve) => {
    const socket = connect({
      host: hostname.replaceAll(/^\[|\]$/g, ''),
      port: port === '' ? standard : Number(port),
      timeout: timeoutMs,
    })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    // After a look at what has come: this process may have been kept from running.
    socket.once('timeout', () => setImmediate(() => end(false)))
  })
}
