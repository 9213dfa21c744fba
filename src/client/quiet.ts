/** Nothing came for too long. */
export class Silence extends Error {
  override readonly name = 'Silence'

  constructor(ms: number) {
    super(`nothing came for ${ms / 1000} s`)
  }
}

/** @throws Silence; what was waited for is not ended by it. */
export async function within<T>(awaited: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_, reject) => {
    // After what has come is read: where this process was kept from running, it waits there.
    timer = setTimeout(() => setImmediate(() => reject(new Silence(ms))), ms)
  })
  try {
    return await Promise.race([awaited, silence])
  } finally {
    clearTimeout(timer)
  }
}
