import 'reflect-metadata'
import { parseArgs } from 'node:util'
import { write } from './data/work.js'
import { Checkpoints, publishedKeys } from './features/identity/checkpoint-keys.js'
import { takeCheckpoints } from './features/trail/checkpoint-file.js'
import { runCommand } from './server/command.js'

/** The file that was named, null for none; undefined when something else was given. */
function readFile(): string | null | undefined {
  try {
    return parseArgs({ options: { file: { type: 'string' } } }).values.file ?? null
  } catch {
    return undefined
  }
}

// `npm run checkpoint`: signs the head of every trail that has moved since its last checkpoint, and appends to the file what
// was signed since it was last written. For a scheduler to call daily; the file belongs where the database's owner cannot
// write.
const file = readFile()
if (file === undefined) {
  console.error('Usage: npm run checkpoint [-- --file checkpoints.jsonl]')
  process.exitCode = 1
} else {
  await runCommand(async (database) => {
    const checkpoints = await Checkpoints.open(database)
    const keys = await write(database, null, 'readKeys', publishedKeys)
    const { signed, appended } = await takeCheckpoints(database, checkpoints, keys, file)
    console.log(`${signed} checkpoints were signed.${file === null ? '' : ` ${appended} were appended to ${file}.`}`)
  })
}
