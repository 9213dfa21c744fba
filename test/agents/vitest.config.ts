import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/agents/**/*.agents.ts'],
    testTimeout: 120_000,
    hookTimeout: 30_000,
  },
})
