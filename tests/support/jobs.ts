import { Logger, runOnce } from 'graphile-worker'
import { type Queue, queuePool, taskList } from '../../src/jobs/runner.js'
import { queueSchema } from '../../src/kernel/store/queue-schema.js'

const silent = new Logger(() => () => undefined)

/** Does the jobs of a queue that are due, one after the other, as a service would. */
export async function doJobs(queue: Queue): Promise<void> {
  const pgPool = queuePool(queue.url)
  try {
    await runOnce({
      pgPool,
      schema: queueSchema,
      taskList: taskList(queue),
      concurrency: 1,
      noHandleSignals: true,
      logger: silent,
    })
  } finally {
    await pgPool.end()
  }
}
