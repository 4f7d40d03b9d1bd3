import 'reflect-metadata'
import { mkdir, writeFile } from 'node:fs/promises'
import { features } from '../features.js'
import { emittedSchema } from '../schema.js'
import { command } from './command-line.js'

// For review: a test fails while it is stale.
await command(
  { name: 'npm run schema', about: 'Writes schema/schema.graphql anew, as the service serves it.', options: {} },
  async () => {
    await mkdir('schema', { recursive: true })
    await writeFile('schema/schema.graphql', await emittedSchema(features))
  },
)
