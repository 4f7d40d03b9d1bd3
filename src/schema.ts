import 'reflect-metadata'
import { mkdir, writeFile } from 'node:fs/promises'
import { features } from './features.js'
import { emittedSchema } from './server/schema.js'

// `npm run schema`: writes what the service serves, for review. A test fails while it is stale.
await mkdir('schema', { recursive: true })
await writeFile('schema/schema.graphql', await emittedSchema(features))
