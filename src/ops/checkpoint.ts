import 'reflect-metadata'
import { open } from 'node:fs/promises'
import { Checkpoints, publishedKeys } from '../features/identity/checkpoint-keys.js'
import { takeCheckpoints } from '../features/trail/checkpoint-file.js'
import { readIdentity } from '../kernel/store/work.js'
import { command } from './command-line.js'
import { onDatabase } from './on-database.js'

// For a scheduler to call daily; the file belongs where the database's owner cannot write.
await command(
  {
    name: 'npm run checkpoint',
    about: 'Signs the head of every trail that has moved since its last checkpoint.',
    options: {
      file: { type: 'string', value: 'FILE', about: 'appends to FILE what was signed since it was last written' },
    },
  },
  async ({ file = null }) => {
    // What cannot be written down is not signed.
    if (file !== null) await (await open(file, 'a+')).close()
    await onDatabase(async (database) => {
      const checkpoints = await Checkpoints.open(database)
      const keys = await readIdentity(database, publishedKeys)
      const { signed, appended } = await takeCheckpoints(database, checkpoints, keys, file)
      console.log(`${signed} checkpoints were signed.${file === null ? '' : ` ${appended} were appended to ${file}.`}`)
    })
  },
)
