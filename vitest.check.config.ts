import { mergeConfig } from 'vitest/config'
import base from './vitest.config.js'

// What `npm run check` runs: the tests that need no database.
const config = mergeConfig(base, {})
config.test = {
  ...config.test,
  include: ['dist/tests/architecture.test.js', 'dist/tests/docs/{operations,paths,settings}.test.js'],
  globalSetup: [],
}
export default config
