import 'reflect-metadata'
import { parseArgs } from 'node:util'
import { write } from './data/work.js'
import { publishedKeys } from './features/identity/checkpoint-keys.js'
import { keysIn } from './features/trail/checkpoint-file.js'
import { verifyDatabase, verifyFile } from './features/trail/database.verification.js'
import { runCommand } from './server/command.js'

/** What was given on the command line; null when something is unknown. */
function readOptions(): { checkpoints?: string; keys?: string } | null {
  try {
    return parseArgs({ options: { checkpoints: { type: 'string' }, keys: { type: 'string' } } }).values
  } catch {
    return null
  }
}

// `npm run verify`: every trail of every firm, with its stored checkpoints and with what the engagements hold; with
// `--checkpoints` a checkpoint file kept apart as well. With `--keys`, keys kept apart count, instead of those in the database.
const given = readOptions()
if (given === null) {
  console.error('Usage: npm run verify [-- --checkpoints checkpoints.jsonl [--keys checkpoint-keys.json]]')
  process.exitCode = 1
} else {
  await runCommand(async (database) => {
    const keys = given.keys ? await keysIn(given.keys) : await write(database, null, 'readKeys', publishedKeys)
    let findings = 0
    const tell = (finding: string) => {
      findings += 1
      console.error(finding)
    }
    for await (const finding of verifyDatabase(database)) tell(finding)
    if (given.checkpoints) for await (const finding of verifyFile(database, given.checkpoints, keys)) tell(finding)
    if (findings > 0) process.exitCode = 1
    console.log(findings === 0 ? 'Everything agrees.' : `${findings} findings.`)
  })
}
