import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, expect, test, vi } from 'vitest'
import { fromInside, overHttp, Person } from '../../seeds/api.js'
import { readConfig } from '../../src/config.js'
import { createFirm } from '../../src/features/identity/firm-creation.js'
import { openService } from '../../src/service.js'
import { testDatabase } from '../support/database.js'
import { filesFolder, freePort, type ServiceProcess, start } from '../support/service-process.js'
import { mailServer } from '../support/smtp-server.js'

const place = await testDatabase()
const port = await freePort()
const settings = {
  DATABASE_URL: place.ownerUrl,
  FIELDWORK_FILES_DIR: filesFolder(),
  FIELDWORK_SECRET: randomBytes(32).toString('hex'),
  PORT: String(port),
  FIELDWORK_MAIL_FROM: 'Fieldwork <no-reply@audit.example.test>',
}
const owner = new pg.Client({ connectionString: place.ownerUrl })
await owner.connect()
afterAll(() => owner.end())

const password = 'a long enough password'
const address = `http://127.0.0.1:${port}`

/** A mail server that takes no mail: it asks who it is for, and does not answer any more. */
const asked: string[] = []
const silent = await mailServer({ onRcptTo: ({ address }) => void asked.push(address) })
/** One that takes its time. */
const slow = await mailServer({
  onRcptTo: (rcpt, _session, done) => {
    asked.push(rcpt.address)
    setTimeout(done, 1_000)
  },
})
afterAll(() => Promise.all([silent.close(), slow.close()]))

const jobs = async () => {
  const { rows } = await owner.query('select locked_by, attempts from fieldwork_jobs._private_jobs order by id')
  return rows as { locked_by: string | null; attempts: number }[]
}

async function serve(url: string): Promise<ServiceProcess> {
  const service = start({ ...settings, FIELDWORK_SMTP_URL: url })
  await service.ready
  return service
}

/** Makes a firm and invites a person, by a service that ends before it does any job. */
async function inviteAndEnd(email: string): Promise<void> {
  const service = await openService(readConfig(settings), pino({ level: 'silent' }))
  try {
    const { invitation } = await createFirm(service.database, {
      name: 'Larch & Partners (invented)',
      city: 'Springfield',
      adminName: 'Ada',
      adminEmail: 'ada@larch.example.test',
    })
    const ada = new Person(fromInside(service.app), 'Ada', 'ada@larch.example.test', 'FIRM_ADMIN')
    await ada.accept(invitation.token, password)
    await ada.does('inviteMember', { email, name: 'Jo', firmRole: 'STAFF' })
  } finally {
    await service.stop()
  }
}

test('an invitation reaches the person though the service ended after the commit, and the next was killed while it sent it', {
  timeout: 120_000,
}, async () => {
  await inviteAndEnd('jo@larch.example.test')
  expect(await jobs()).toEqual([{ locked_by: null, attempts: 0 }])

  const killed = await serve(silent.url)
  await vi.waitFor(() => expect(asked).toEqual(['jo@larch.example.test']), { timeout: 20_000 })
  killed.child.kill('SIGKILL')
  await killed.ended
  expect(await jobs()).toEqual([{ locked_by: expect.any(String), attempts: 1 }])

  // Two minutes later.
  await owner.query("update fieldwork_jobs._private_jobs set locked_at = locked_at - interval '2 minutes'")
  const next = await serve(slow.url)
  await vi.waitFor(() => expect(slow.mails).toHaveLength(1), { timeout: 20_000 })
  const [mail] = slow.mails
  expect(mail?.to).toEqual(['jo@larch.example.test'])
  const token = /#invitation=(\S+)/.exec(mail?.text ?? '')?.[1] as string
  await new Person(overHttp(address), 'Jo', 'jo@larch.example.test', 'STAFF').accept(token, password)
  await vi.waitFor(async () => expect(await jobs()).toEqual([]))

  // Told to end while it sends a letter, it ends when the letter is sent.
  const ada = new Person(overHttp(address), 'Ada', 'ada@larch.example.test', 'FIRM_ADMIN')
  await ada.signIn(password)
  await ada.does('inviteMember', { email: 'kim@larch.example.test', name: 'Kim', firmRole: 'STAFF' })
  await vi.waitFor(() => expect(asked).toContain('kim@larch.example.test'), { timeout: 20_000 })
  next.child.kill('SIGTERM')
  expect((await next.ended).code).toBe(0)
  expect(slow.mails.map(({ to }) => to)).toEqual([['jo@larch.example.test'], ['kim@larch.example.test']])
  expect(await jobs()).toEqual([])
})
