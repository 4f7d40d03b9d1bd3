import { randomBytes } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { makeLink } from '../../src/features/evidence/download-link.js'
import { confirms, staffedEngagement } from '../support/engagements.js'
import { listening } from '../support/listening.js'
import { beginSending, type Sending, sends, until } from '../support/sending.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const engagementId = await staffedEngagement(a, client)
const { address } = await listening(w)
const content = randomBytes(1_000)
const { id } = await client.respondent.brings(engagementId, { name: 'changes.bin', content })
const linkOf = ({ claims }: Person) => `${address}/files/${makeLink(w.database.secretBox, claims, id, Date.now())}`
const openings = async (): Promise<number> => (await w.owner.query('select count(*)::int as n from opening')).rows[0].n

/** Has the storage give nothing out until told otherwise, or the test is over. */
function holdStorage(): { asked: () => number; letGo: () => void } {
  const { storage } = w.queue.files
  const read = storage.read.bind(storage)
  let [asked, letGo] = [0, () => {}]
  const free = new Promise<void>((resolve) => {
    letGo = resolve
  })
  storage.read = async (...what) => {
    asked += 1
    await free
    return read(...what)
  }
  onTestFinished(() => {
    letGo()
    storage.read = read
  })
  return { asked: () => asked, letGo }
}

const begin = (person: Person, count: number): Sending[] =>
  Array.from({ length: count }, () => {
    const sending = beginSending('GET', linkOf(person))
    sending.request.end()
    return sending
  })

async function isRefused(person: Person): Promise<void> {
  const before = await openings()
  for (const method of ['GET', 'HEAD'] as const) {
    const got = await sends(method, linkOf(person))
    expect([method, got.status, got.headers['retry-after']]).toEqual([method, 429, '5'])
    if (method === 'GET') expect(JSON.parse(got.body.toString()).errors[0].extensions.code).toBe('RATE_LIMITED')
  }
  expect(await openings()).toBe(before)
}

describe('of files that go out at one time', () => {
  it('a member gets sixteen, and has the place again when one has gone out, failed or broken off', async () => {
    const { asked, letGo } = holdStorage()
    const held = begin(a.staff, 16)
    await until('all are under way', () => asked() === 16)
    await isRefused(a.staff)
    // Another member is not held up, nor by what is refused.
    const other = begin(a.senior, 1)
    await until('another member’s is under way', () => asked() === 17)
    held[0]?.request.destroy()
    await until('its place is free', async () => (await sends('HEAD', linkOf(a.staff))).status === 200)
    const [again] = begin(a.staff, 1)
    await until('the next is under way', () => asked() === 18)
    await isRefused(a.staff)
    letGo()
    for (const one of [...held.slice(1), again as Sending, ...other]) {
      const { status, body } = await one.answer
      expect([status, body.equals(content)]).toEqual([200, true])
    }
    // More than there are places, one after the other: each gives its own back, whatever becomes of it.
    for (let time = 0; time < 20; time += 1) {
      expect((await sends('GET', linkOf(a.staff), null, { range: 'bytes=5000-' })).status).toBe(416)
      expect((await sends('GET', linkOf(a.staff))).status).toBe(200)
    }
  })

  it('a firm and its clients get 128, whoever of them gets them', { timeout: 60_000 }, async () => {
    const last = await a.person('Nora of the Team', 'STAFF')
    await a.partner.does('addTeamMember', { engagementId, memberId: last.memberId, role: 'STAFF' })
    await confirms(last)
    const others = [a.partner, a.reviewer, a.manager, a.senior, a.staff, client.admin, client.respondent, client.viewer]
    const { asked, letGo } = holdStorage()
    const held = others.flatMap((person) => begin(person, 16))
    expect(held).toHaveLength(128)
    await until('all are under way', () => asked() === 128, 30_000)
    await isRefused(last)
    letGo()
    for (const { answer } of held) expect((await answer).status).toBe(200)
    expect((await sends('GET', linkOf(last))).status).toBe(200)
  })
})
