import 'reflect-metadata'
import { mkdir, writeFile } from 'node:fs/promises'
import { features } from './features.js'
import { command } from './server/command-line.js'
import { emittedSchema } from './server/schema.js'

// For review: a test fails while it is stale.
await command(
  { name: 'npm run schema', about: 'Writes schema/schema.graphql anew, as the service serves it.', options: {} },
  async () => {
    await mkdir('schema', { recursive: true })
    await writeFile('schema/schema.graphql', await emittedSchema(features))
  },
)
