import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Only what hangs meets these: a machine may be many times slower than another, and a test that
    // ends by its speed says nothing about the code.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    // Vitest leaves one core to itself; most of these tests wait for a process that they started.
    maxWorkers: availableParallelism(),
  },
})
