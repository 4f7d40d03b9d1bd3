import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { JobRunner } from '../../src/jobs/runner.js'
import { jobTasks } from '../../src/jobs/tasks.js'
import type { CheckpointSigner } from '../../src/kernel/store/checkpoints.js'
import { world } from '../support/world.js'

const lines: string[] = []
const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
const w = await world(async () => {
  const fail = () => {
    throw new Error('Nobody signs in here.')
  }
  return {
    services: { tokens: { ready: fail, sign: fail }, passwords: { inTurn: fail, hash: fail, verify: fail }, log },
  }
})
const { id: firmId } = await w.firm('Larch')

const logged = (message: string) => lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message)
const crontabs = async () =>
  (await w.owner.query('select identifier, last_execution from fieldwork_jobs._private_known_crontabs order by 1')).rows

test('what is scheduled is done by one service, as its own role; after a day without a service, once at the next start', async () => {
  const first = new JobRunner(w.queue)
  await first.start()
  await vi.waitFor(async () =>
    expect((await crontabs()).map(({ identifier }) => identifier)).toEqual(['checkpoint', 'sweep']),
  )
  await first.stop()
  // A new installation has nothing to catch up with.
  expect(logged('swept')).toEqual([])
  expect((await crontabs()).map(({ last_execution }) => last_execution)).toEqual([null, null])

  await w.owner.query(
    `insert into idempotency (firm_id, scope, key, action, input_digest, created_at)
     select firm_id, 'left', n::text, 'Mutation.createClient', '', now() - interval '8 days' from firm, generate_series(1, 3) n`,
  )
  await w.owner.query("update fieldwork_jobs._private_known_crontabs set known_since = now() - interval '2 days'")
  const both = [new JobRunner(w.queue), new JobRunner(w.queue)]
  onTestFinished(async () => void (await Promise.all(both.map((one) => one.stop(0)))))
  for (const one of both) await one.start()
  const signed = 'the heads of trails that moved were signed'
  await vi.waitFor(() => expect([logged('swept').length, logged(signed).length]).toEqual([1, 1]), { timeout: 20_000 })
  await pause(500)
  expect(logged('swept')).toMatchObject([
    { removed: { 'refresh tokens': 0, invitations: 0, 'idempotency keys': 3, 'abandoned uploads': 0 } },
  ])
  expect(logged(signed)).toMatchObject([{ signed: 1 }])
  const { rows } = await w.owner.query('select firm_id from checkpoint')
  expect(rows).toEqual([{ firm_id: firmId }])
})

test('signing checkpoints breaks off between firms when the service stops; what is signed stays, and the next attempt signs the rest', async () => {
  for (const name of ['Rowan', 'Spruce']) await w.firm(name)
  const stored = async () => (await w.owner.query('select 1 from checkpoint')).rowCount ?? 0
  const before = await stored()
  const stop = new AbortController()
  const checkpoints: CheckpointSigner = {
    ready: () => w.checkpoints.ready(),
    sign: (head, at) => {
      stop.abort()
      return w.checkpoints.sign(head, at)
    },
  }
  const attempt = async () => jobTasks.checkpoint?.run({ firmId }, { ...w.queue, checkpoints }, stop.signal)
  await expect(attempt()).rejects.toThrow('aborted')
  expect(await stored()).toBe(before + 1)
  await jobTasks.checkpoint?.run({ firmId }, w.queue, new AbortController().signal)
  expect(await stored()).toBe(before + 2)
})
