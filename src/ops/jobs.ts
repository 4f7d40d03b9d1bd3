import 'reflect-metadata'
import { type ListedJob, listedMax, listJobs, retryFailedJobs } from '../jobs/listing.js'
import { CommandError, command, shown } from './command-line.js'
import { onDatabase } from './on-database.js'

const lineOf = ({ id, task, state, attempts, attemptsMax, runAt, lastError }: ListedJob): string =>
  [id, task, state, `${attempts}/${attemptsMax}`, runAt.toISOString(), lastError ?? ''].join('\t').trimEnd()

function idOf(text: string): number | null {
  if (text === 'all') return null
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new CommandError(`--retry is ${shown(text)}; it must be the id of a failed job, or all.`)
}

await command(
  {
    name: 'npm run jobs',
    about: 'Lists the jobs that wait, are being done, or failed (docs/operate.md), and has failed ones done again.',
    options: {
      failed: { type: 'boolean', about: 'lists those alone that failed for the last time' },
      retry: {
        type: 'string',
        value: 'ID',
        about: 'has the failed job with this id done again; all: every failed one',
      },
    },
  },
  async ({ failed, retry }) => {
    const id = retry === undefined ? null : idOf(retry)
    await onDatabase(async (database) => {
      if (retry !== undefined) {
        const count = await retryFailedJobs(database, id)
        if (count === 0 && id !== null) throw new CommandError(`No failed job has the id ${id}.`)
        console.log(`${count} failed jobs will be done again.`)
        return
      }
      const jobs = await listJobs(database, { failedOnly: failed })
      for (const job of jobs) console.log(lineOf(job))
      console.log(jobs.length === listedMax ? `The first ${listedMax} jobs.` : `${jobs.length} jobs.`)
    })
  },
)
