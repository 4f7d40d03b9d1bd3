import pg from 'pg'
import { startEmbedded } from '../../src/local-postgres/embedded.js'

/**
 * A process like the service, for the tests that kill it: starts the PostgreSQL of the data folder named in its first
 * argument, says `ready` and its address, and stops it on SIGINT after a last piece of work.
 */
const [dataDir = ''] = process.argv.slice(2)
try {
  const { url, stop } = await startEmbedded({ dataDir, durable: false })
  const living = setInterval(() => undefined, 60_000)
  process.once('SIGINT', async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query<{ answer: string }>("select pg_sleep(0.3), 'drained' as answer")
    await client.end()
    await stop()
    process.stdout.write(`${rows[0]?.answer}\n`)
    clearInterval(living)
  })
  process.stdout.write(`ready ${url}\n`)
} catch (error) {
  process.stdout.write(`refused ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
