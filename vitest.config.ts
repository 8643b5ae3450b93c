import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
    // Commands that the tests start inherit nothing of the caller's Postern settings.
    env: { POSTERN_DATA: '', CI: process.env.CI ?? '' },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
  },
})
