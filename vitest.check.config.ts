import { defineConfig } from 'vitest/config'
import { resolve, settings } from './vitest.config.js'

// What `npm run check` runs: the tests that need no database.
export default defineConfig({
  resolve,
  test: {
    ...settings,
    include: ['dist/tests/architecture.test.js', 'dist/tests/docs/{operations,paths,settings}.test.js'],
  },
})
