import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** They leave their process as it was: a new one for each file costs more than most of them do. */
const PURE = ['domain', 'commands', 'ui'].map((room) => `test/${room}/**/*.test.ts`)

export default defineConfig({
  test: {
    // Only what hangs meets these: a machine may be many times slower than another, and a test that
    // ends by its speed says nothing about the code.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000 } },
    // Vitest leaves one core to itself; most of these tests wait for a process that they started.
    maxWorkers: availableParallelism(),
    projects: [
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
      { extends: true, test: { name: 'real', include: ['test/**/*.test.ts'], exclude: PURE } },
    ],
  },
})
