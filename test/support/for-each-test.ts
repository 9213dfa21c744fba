import { afterEach, beforeEach } from 'vitest'

/** One for each test of a file: made before the test, reached by one name, and closed after it. */
export function forEachTest<T extends { close(): void | Promise<void> }>(
  make: () => T | Promise<T>,
): T {
  let made: T | null = null
  beforeEach(async () => {
    made = await make()
  })
  afterEach(async () => {
    await made?.close()
    made = null
  })
  const get = (_: object, name: string | symbol): unknown => {
    if (made === null) throw new Error(`"${String(name)}" is there within a test only`)
    return Reflect.get(made, name)
  }
  // The proxy has every member that T has.
  return new Proxy({}, { get }) as T
}
