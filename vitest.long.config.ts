import { defineConfig } from 'vitest/config'
import { globalSetup, resolve, settings } from './vitest.config.js'

// What `npm run test:long` runs, before a release: tests that take what not every machine has, and long runs of tests that
// `npm test` runs for a short time.
export default defineConfig({
  resolve,
  test: {
    ...settings,
    globalSetup,
    maxWorkers: '100%',
    include: [
      'dist/tests/**/*.long.test.js',
      'dist/tests/tenancy/fuzz.test.js',
      'dist/tests/faults/soak.test.js',
      'dist/tests/skepticism/walks.test.js',
    ],
    exclude: [],
    env: { FUZZ_CASES: '10000', FIELDWORK_SOAK_SECONDS: '3600', WALKS: '5000' },
  },
})
