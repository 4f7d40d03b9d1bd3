import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Member } from '../../src/features/firm/member.js'
import { invite } from '../../src/features/identity/invitations.js'
import { type InvitationLetter, type Mailer, sendInvitation } from '../../src/features/identity/letters.js'
import { listJobs, retryFailedJobs } from '../../src/jobs/listing.js'
import { JobRunner, type Queue } from '../../src/jobs/runner.js'
import { enqueue } from '../../src/kernel/store/queue.js'
import { write } from '../../src/kernel/store/work.js'
import { doJobs } from '../support/jobs.js'
import { world } from '../support/world.js'

const w = await world()
const queue: Queue = { ...w.queue, log: pino({ level: 'silent' }) }
const { id: firmId } = await w.firm('Larch')

/** Invites so many people in one act. */
async function inviteMany(count: number): Promise<string[]> {
  const emails = Array.from({ length: count }, () => `${randomUUID()}@larch.example.test`)
  await write(w.database, null, 'test', async (tx) => {
    await tx.enter(firmId)
    for (const email of emails) {
      const member = await tx.insert(Member, { email, name: 'Invited', firmRole: 'STAFF', state: 'INVITED' })
      const { id: invitationId } = await invite(tx, member, null)
      enqueue(tx, sendInvitation, { invitationId, memberId: member.id })
    }
  })
  return emails
}

/** A service's runner, whose letters go to `invite`. It is stopped when the test ends. */
async function runner(invite: Mailer['invite']): Promise<JobRunner> {
  const mailer: Mailer = { invite, notifyOfInvitation: async () => {} }
  const made = new JobRunner({ ...queue, mailer })
  onTestFinished(() => made.stop(0))
  await made.start()
  return made
}

const emptied = () =>
  vi.waitFor(async () => expect(await listJobs(w.database)).toEqual([]), { timeout: 20_000, interval: 20 })

test('two services share a queue: of fifty jobs each is done once', async () => {
  const begun = new Set<string>()
  const done: [by: string, to: string][] = []
  const by =
    (name: string) =>
    async ({ to }: InvitationLetter) => {
      begun.add(name)
      // Neither does all of them because the other one came late to the processor.
      await vi.waitFor(() => expect(begun.size).toBe(2), { timeout: 15_000, interval: 5 })
      done.push([name, to])
    }
  const both = [await runner(by('one')), await runner(by('other'))]
  const emails = await inviteMany(50)
  await emptied()
  expect(done.map(([, to]) => to).sort()).toEqual([...emails].sort())
  expect(new Set(done.map(([name]) => name))).toEqual(new Set(['one', 'other']))
  await Promise.all(both.map((one) => one.stop()))
})

test('a job is begun at once, not when the queue is looked at again', async () => {
  const sent: number[] = []
  await runner(async () => void sent.push(performance.now()))
  // Until it listens, it finds jobs by looking.
  await inviteMany(1)
  await vi.waitFor(() => expect(sent).toHaveLength(1), { timeout: 10_000 })
  await pause(300)
  const added = performance.now()
  await inviteMany(1)
  await vi.waitFor(() => expect(sent).toHaveLength(2), { timeout: 10_000, interval: 5 })
  expect((sent[1] as number) - added).toBeLessThan(2_000)
})

test('a job that was begun by a service that was killed is begun again by another', async () => {
  const [email] = await inviteMany(1)
  await w.owner.query(
    "update fieldwork_jobs._private_jobs set locked_by = 'a killed service', locked_at = now() - interval '3 minutes', attempts = 1",
  )
  const sent: string[] = []
  await runner(async ({ to }) => void sent.push(to))
  await emptied()
  expect(sent).toEqual([email])
})

test('a job that was begun a moment ago is left to the service that does it', async () => {
  await inviteMany(1)
  await w.owner.query("update fieldwork_jobs._private_jobs set locked_by = 'another', locked_at = now(), attempts = 1")
  const sent: string[] = []
  const one = await runner(async ({ to }) => void sent.push(to))
  await pause(500)
  expect(sent).toEqual([])
  expect(await listJobs(w.database)).toMatchObject([{ state: 'running' }])
  await one.stop()
  await w.owner.query('delete from fieldwork_jobs._private_jobs')
})

test('stopping takes no more jobs and lets those under way end', async () => {
  const sent: string[] = []
  let goOn: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const begun: string[] = []
  const one = await runner(async ({ to }) => {
    begun.push(to)
    await held
    sent.push(to)
  })
  await inviteMany(5)
  await vi.waitFor(() => expect(begun).toHaveLength(2), { timeout: 10_000 })
  const stopped = one.stop()
  await pause(200)
  expect(sent).toEqual([])
  goOn()
  await stopped
  expect(sent).toEqual(begun)
  expect((await listJobs(w.database)).map(({ state, attempts }) => [state, attempts])).toEqual(
    Array(3).fill(['waiting', 0]),
  )
  await w.owner.query('delete from fieldwork_jobs._private_jobs')
})

test('a job that does not end in the time for stopping is given back, to be done by another service', async () => {
  const one = await runner(() => new Promise(() => undefined))
  await inviteMany(1)
  await vi.waitFor(async () => expect(await listJobs(w.database)).toMatchObject([{ state: 'running' }]), {
    timeout: 10_000,
  })
  const begun = performance.now()
  await one.stop(300)
  expect(performance.now() - begun).toBeLessThan(5_000)
  expect(await listJobs(w.database)).toMatchObject([
    { state: 'waiting', attempts: 1, lastError: 'The service stopped.' },
  ])
  await w.owner.query('delete from fieldwork_jobs._private_jobs')
})

test('a job that fails is done again, later each time; after the last attempt it waits for an operator', async () => {
  const [email] = await inviteMany(1)
  let fails = true
  const sent: string[] = []
  const reach = async ({ to }: { to: string }) => {
    if (fails) throw new Error(`${to} could not be reached`)
    sent.push(to)
  }
  const attempt = () => doJobs({ ...queue, mailer: { invite: reach, notifyOfInvitation: reach } })
  await attempt()
  const [first] = await listJobs(w.database)
  // Kept without what the error says: it may repeat an address.
  expect(first).toMatchObject({ state: 'waiting', attempts: 1, lastError: 'Error' })
  const waits = (first?.runAt.getTime() ?? 0) - Date.now()
  expect(waits).toBeGreaterThan(1_000)
  expect(waits).toBeLessThan(4_000)
  await w.owner.query('update fieldwork_jobs._private_jobs set attempts = max_attempts - 1, run_at = now()')
  await attempt()
  await attempt()
  expect(await listJobs(w.database, { failedOnly: true })).toMatchObject([{ state: 'failed', attempts: 20 }])
  fails = false
  expect(await retryFailedJobs(w.database, null)).toBe(1)
  await attempt()
  expect(await listJobs(w.database)).toEqual([])
  expect(sent).toEqual([email])
  expect(await retryFailedJobs(w.database, null)).toBe(0)
})

test('a job that is done twice sends the same letter twice', async () => {
  await inviteMany(1)
  const { rows } = await w.owner.query('select payload from fieldwork_jobs._private_jobs')
  await w.owner.query("select fieldwork_jobs.add_job('sendInvitation', $1)", [rows[0].payload])
  const sent: InvitationLetter[] = []
  const mailer: Mailer = { invite: async (letter) => void sent.push(letter), notifyOfInvitation: async () => {} }
  await doJobs({ ...queue, mailer })
  expect(sent).toHaveLength(2)
  expect(sent[1]).toEqual(sent[0])
})

test('an invitation that cannot be accepted any more is not sent', async () => {
  await inviteMany(3)
  await w.owner.query(`with i as (select id, row_number() over () as n from invitation where id in
      (select (payload->>'invitationId')::uuid from fieldwork_jobs._private_jobs))
    update invitation t set accepted_at = case when i.n = 1 then now() end, expires_at = case when i.n = 2 then now() else t.expires_at end
    from i where i.id = t.id and i.n < 3`)
  const sent: string[] = []
  await runner(async ({ to }) => void sent.push(to))
  await emptied()
  expect(sent).toHaveLength(1)
})

test('an invitation made under another secret fails in words for the operator', async () => {
  await inviteMany(1)
  await w.owner.query(
    "update invitation set token_hash = 'another' where id in (select (payload->>'invitationId')::uuid from fieldwork_jobs._private_jobs)",
  )
  await doJobs(queue)
  expect(await listJobs(w.database)).toMatchObject([
    {
      attempts: 1,
      lastError: 'The invitation was made under another FIELDWORK_SECRET: send it again by resendInvitation.',
    },
  ])
  await w.owner.query('delete from fieldwork_jobs._private_jobs')
})
