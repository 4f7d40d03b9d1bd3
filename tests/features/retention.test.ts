import { expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { staffedEngagement } from '../support/engagements.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')

const firmOf = async (person: Person) =>
  (await person.gql('{ viewer { firm { version retentionYears } } }')).viewer.firm
const changeTo = async (retentionYears: number) =>
  a.admin.does('changeRetention', { retentionYears, expectedVersion: (await firmOf(a.admin)).version })
const brought = async (engagementId: string) =>
  (await client.respondent.brings(engagementId, { name: 'a.txt', content: 'a' })).id
const keptUntil = async (person: Person, id: string) =>
  (await person.gql('query ($id: ID!) { evidence(id: $id) { retainUntil } }', { id })).evidence.retainUntil
/** Today, so many years on, in UTC. */
const inYears = (years: number) => {
  const day = new Date().toISOString().slice(0, 10)
  const later = `${Number(day.slice(0, 4)) + years}${day.slice(4)}`
  return later.endsWith('-02-29') && years % 4 !== 0 ? `${later.slice(0, 4)}-03-01` : later
}

it('a firm keeps evidence for seven years unless it says otherwise: its administrator does, in its trail', async () => {
  expect((await firmOf(a.staff)).retentionYears).toBe(7)
  await changeTo(10)
  expect((await firmOf(a.staff)).retentionYears).toBe(10)
  const { viewer } = await a.admin.gql('{ viewer { firm { trail(first: 100) { nodes { action actorName } } } } }')
  expect(viewer.firm.trail.nodes.at(-1)).toEqual({ action: 'changeRetention', actorName: a.admin.name })
})

it('evidence is kept from the day of the issue, or of the withdrawal, as the firm says now; nothing is due before', async () => {
  const examined = await chain(a, client)
  const ofIssued = await brought(examined.engagementId)
  await examined.readyToIssue()
  expect(await keptUntil(a.staff, ofIssued)).toBeNull()
  await examined.issue()
  await changeTo(10)
  expect(await keptUntil(a.staff, ofIssued)).toBe(inYears(10))
  // The day it was issued on, not the one the report is dated.
  await w.owner.query(
    `alter table report disable trigger written_once;
     update report set created_at = '2024-02-29 23:30:00Z' where engagement_id = '${examined.engagementId}';
     alter table report enable trigger written_once`,
  )
  expect(await keptUntil(a.staff, ofIssued)).toBe('2034-03-01')
  await changeTo(4)
  expect(await keptUntil(a.staff, ofIssued)).toBe('2028-02-29')

  const engagementId = await staffedEngagement(a, client)
  const ofWithdrawn = await brought(engagementId)
  expect(await keptUntil(a.staff, ofWithdrawn)).toBeNull()
  const { engagement } = await a.partner.gql('query ($id: ID!) { engagement(id: $id) { version } }', {
    id: engagementId,
  })
  await a.partner.does('withdrawEngagement', { engagementId, expectedVersion: engagement.version, reason: 'Invented.' })
  expect(await keptUntil(a.staff, ofWithdrawn)).toBe(inYears(4))
  expect(await keptUntil(client.admin, ofWithdrawn)).toBeNull()
})

it('is refused, and nothing moves: other bounds, another version, and by anyone else', async () => {
  const { version, retentionYears } = await firmOf(a.admin)
  const before = await w.digest()
  for (const years of [0, 31, -1]) {
    const { errors } = await a.admin.tryTo('changeRetention', { retentionYears: years, expectedVersion: version })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['retentionYears'] }])
  }
  const stale = await a.admin.tryTo('changeRetention', { retentionYears: 9, expectedVersion: version + 1 })
  expect(stale.errors).toMatchObject([{ code: 'VERSION_CONFLICT' }])
  for (const person of [a.partner, a.manager, a.staff, client.admin]) {
    expect(await person.isDenied('changeRetention', { retentionYears: 9, expectedVersion: version })).toBe('FORBIDDEN')
  }
  expect(await w.digest()).toBe(before)
  expect((await firmOf(a.admin)).retentionYears).toBe(retentionYears)
  const { data } = await client.admin.ask('{ viewer { firm { retentionYears } } }')
  expect(data.viewer.firm.retentionYears).toBeNull()
})
