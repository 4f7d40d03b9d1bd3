import { defineConfig } from 'vitest/config'

/** What measures how long the service takes, or how much memory it holds: other work of the machine would be measured too. */
const measuring = [
  'security/cycles',
  'execute/weights',
  'speed/*',
  'http/big-files',
  'files/large-file',
  'features/import-xlsx-large',
].map((name) => `dist/tests/${name}.test.js`)

/** Tests run on what `tsc` built: runners built on esbuild drop the decorator metadata that type-graphql reads. */
export const settings = {
  include: ['dist/tests/**/*.test.js'],
  exclude: ['dist/tests/**/*.long.test.js'],
  setupFiles: ['dist/tests/support/own-modules.js'],
  pool: 'forks' as const,
  isolate: false,
  testTimeout: 30_000,
  hookTimeout: 60_000,
  server: { deps: { external: [/dist\/(src|seeds)\//, /node_modules/] } },
}
export const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }
/** Starts the one server of the run. */
export const globalSetup = ['dist/tests/support/cluster.js']

export default defineConfig({
  test: {
    globalSetup,
    server: settings.server,
    projects: [
      {
        resolve,
        test: {
          ...settings,
          name: 'side by side',
          exclude: [...settings.exclude, ...measuring],
          // As many files at once as there are cores: they wait for PostgreSQL as much as they compute.
          maxWorkers: '100%',
          sequence: { groupOrder: 0 },
        },
      },
      { resolve, test: { ...settings, name: 'alone', include: measuring, maxWorkers: 1, sequence: { groupOrder: 1 } } },
    ],
  },
})
