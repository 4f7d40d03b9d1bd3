import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { sendInvitation } from '../../src/features/identity/letters.js'
import { listJobs } from '../../src/jobs/listing.js'
import { enqueue, type Task } from '../../src/kernel/store/queue.js'
import { type WriteTx, write } from '../../src/kernel/store/work.js'
import { world } from '../support/world.js'

const w = await world()
const { id: firmId } = await w.firm('Larch')
const ids = () => ({ invitationId: randomUUID(), memberId: randomUUID() })

const inFirm = <T>(act: (tx: WriteTx) => Promise<T>) =>
  write(w.database, null, 'test', async (tx) => {
    await tx.enter(firmId)
    return act(tx)
  })
const tasks = async () => (await listJobs(w.database)).map(({ task }) => task)

test('a job is in the queue once its act is committed, with the ids of its task and of the firm alone', async () => {
  const given = ids()
  await inFirm(async (tx) => {
    const more = { ...given, name: 'not an id of the task' }
    enqueue(tx, sendInvitation, more)
    await tx.query('select 1')
    expect(await tasks()).toEqual([])
  })
  const { rows } = await w.owner.query('select payload, max_attempts, key from fieldwork_jobs._private_jobs')
  expect(rows).toEqual([{ payload: { firmId, ...given }, max_attempts: 20, key: null }])
  await w.owner.query('delete from fieldwork_jobs._private_jobs')
})

test('a job of an act that is undone was never there', async () => {
  const undone = inFirm(async (tx) => {
    enqueue(tx, sendInvitation, ids())
    throw new Error('undone')
  })
  await expect(undone).rejects.toThrow('undone')
  expect(await tasks()).toEqual([])
})

test('content is no part of a job: what is not an id is an error, and undoes the act', async () => {
  for (const wrong of ['jo@example.test', '', undefined]) {
    const given = { ...ids(), memberId: wrong as string }
    await expect(inFirm(async (tx) => enqueue(tx, sendInvitation, given))).rejects.toThrow(
      'A job of sendInvitation was to hold something else than an id as its memberId',
    )
  }
  expect(await tasks()).toEqual([])
})

test('the service’s role adds jobs by its grants and policies: without one of them it is refused', async () => {
  const other: Task = { name: 'never seen before', ids: [] }
  const add = () => inFirm(async (tx) => enqueue(tx, other, {}))
  await w.owner.query('drop policy service on fieldwork_jobs._private_jobs')
  await expect(add()).rejects.toThrow('row-level security')
  await w.owner.query(
    'create policy service on fieldwork_jobs._private_jobs to fieldwork_service using (true) with check (true)',
  )
  await w.owner.query('revoke insert on fieldwork_jobs._private_jobs from fieldwork_service')
  await expect(add()).rejects.toThrow('permission denied')
  await w.owner.query('grant insert on fieldwork_jobs._private_jobs to fieldwork_service')
  await add()
  expect(await tasks()).toEqual(['never seen before'])
  await w.owner.query('delete from fieldwork_jobs._private_jobs')
})

test('what the service’s role has no need of in the queue is refused', async () => {
  for (const statement of [
    'delete from fieldwork_jobs._private_tasks',
    'update fieldwork_jobs.migrations set breaking = true',
    'select * from fieldwork_jobs.jobs',
    'truncate fieldwork_jobs._private_jobs',
    "select fieldwork_jobs.force_unlock_workers('{}')",
    'create table fieldwork_jobs.planted ()',
  ]) {
    await expect(
      inFirm((tx) => tx.query(statement)),
      statement,
    ).rejects.toThrow(/permission denied/)
  }
})
