import { defineConfig } from 'vitest/config'

// Tests run on what `tsc` built: runners built on esbuild drop the decorator metadata that type-graphql reads.
export default defineConfig({
  test: {
    include: ['dist/tests/**/*.test.js'],
    exclude: ['dist/tests/**/*.long.test.js'],
    globalSetup: ['dist/tests/support/cluster.js'],
    setupFiles: ['dist/tests/support/own-modules.js'],
    pool: 'forks',
    isolate: false,
    // As many files at once as there are cores: they wait for PostgreSQL as much as they compute.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 60_000,
    server: { deps: { external: [/dist\/(src|seeds)\//, /node_modules/] } },
  },
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
})
