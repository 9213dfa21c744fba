const LOOPBACK = /^(?:127(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}|\[::1\]|::1|localhost)$/

/** Whether a host is this machine for certain: 127.0.0.0/8, `::1` or `localhost`, as `URL` writes them. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host)
}
