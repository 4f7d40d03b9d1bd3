import { queueSchema } from './queue-schema.js'
import { isUuid } from './tx.js'
import type { WriteTx } from './write-tx.js'

/** What is done after an act was committed, as often as it takes: by what name the queue knows it, and what it is given. */
export interface Task<Id extends string = string> {
  readonly name: string
  /** The ids that a job of it holds, beside that of its firm. */
  readonly ids: readonly Id[]
}

/** What a job holds: ids, never content. */
export type JobIds<Id extends string = string> = Readonly<Record<Id | 'firmId', string>>

/** Why a job failed, in words without content: they are kept with the job, and operators read them. */
export class JobFailure extends Error {
  override readonly name = 'JobFailure'
}

/** Each attempt waits about three times as long as the one before, up to six hours: this many take three days. */
const attemptsMax = 20

const addJob = `select 1 from ${queueSchema}.add_job($1, $2::json, run_at => $3::timestamptz, max_attempts => ${attemptsMax})`

/**
 * Adds a job to the queue, in the transaction of the act: it is there when the act is committed, and not otherwise.
 * @param dueAt before when it is not done; as soon as can be when absent
 * @throws Error where a value is not an id: content does not go into the queue
 */
export function enqueue<Id extends string>(
  tx: WriteTx,
  task: Task<Id>,
  ids: Readonly<Record<Id, string>>,
  dueAt: Date | null = null,
): void {
  const held: Record<string, string> = { firmId: tx.firmId }
  for (const id of task.ids) {
    if (!isUuid(ids[id])) throw new Error(`A job of ${task.name} was to hold something else than an id as its ${id}`)
    held[id] = ids[id]
  }
  tx.deferToCommit(tx.prepared(addJob, [task.name, JSON.stringify(held), dueAt]))
}
