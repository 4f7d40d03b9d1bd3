import { randomUUID } from 'node:crypto'
import { v7 } from 'uuid'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Engagement } from '../../src/features/engagement/engagement.js'
import { reportFacts } from '../../src/features/report/facts.js'
import { verifyTrail } from '../../src/features/trail/trail.verification.js'
import { firmScope } from '../../src/kernel/store/scope.js'
import { openRead } from '../../src/kernel/store/work.js'
import { allHolds } from '../support/assertions.js'
import { databaseClock } from '../support/database-clock.js'
import { staffedEngagement } from '../support/engagements.js'
import { password, type Session, signInWorld } from '../support/sign-in.js'
import { world } from '../support/world.js'

// Which clock counts: access tokens are made and checked by the clock of the service (moved here by a false `Date`); all
// else goes by the database's (moved by a stand-in for `now()`, see tests/support/database-clock.ts).
const w = await signInWorld()
const putDatabaseClock = await databaseClock(w.world)
const email = 'ada@larch.example.test'
const { firmId } = await w.firm('Larch & Partners (invented)', email)
const a = await w.world.firm('Aspen')

const hour = 60
const accessTokenSeconds = 600
const putServiceClock = (minutes: number) => vi.setSystemTime(Date.now() + minutes * 60_000)

let session: Session
beforeEach(async () => {
  session = await w.signIn(email)
})
afterEach(async () => {
  vi.useRealTimers()
  await putDatabaseClock(0)
  await w.world.owner.query('delete from throttle')
})

const holds = async (accessToken: string) =>
  (await w.world.send('{ viewer { firm { id } } }', {}, accessToken)).data?.viewer?.firm.id === firmId
const refresh = (refreshToken: string) => w.send('refreshSession', { refreshToken })

describe('a service whose clock is put an hour forward', () => {
  it('takes no access token from before, and gives a new one for the refresh token at once', async () => {
    putServiceClock(hour)
    expect(await holds(session.accessToken)).toBe(false)
    const { payload } = await refresh(session.refreshToken)
    expect(await holds(payload.session.accessToken)).toBe(true)
  })

  it('signs people in, also with a key that was made just now', async () => {
    putServiceClock(hour)
    await w.tokens.rotate()
    expect(await holds((await w.signIn(email)).accessToken)).toBe(true)
  })

  it('and back again takes what it gave meanwhile, until the session is ended', async () => {
    putServiceClock(hour)
    const { payload } = await refresh(session.refreshToken)
    vi.useRealTimers()
    const { accessToken } = payload.session
    expect(await holds(accessToken)).toBe(true)
    await w.send('signOut', {}, accessToken)
    expect(await holds(accessToken)).toBe(false)
  })
})

describe('a service whose clock is put an hour back', () => {
  it('goes on taking tokens from before, but none of a session that was ended', async () => {
    putServiceClock(-hour)
    expect(await holds(session.accessToken)).toBe(true)
    const next = (await refresh(session.refreshToken)).payload.session
    expect(await holds(next.accessToken)).toBe(true)
    await w.send('signOut', {}, next.accessToken)
    expect([await holds(session.accessToken), await holds(next.accessToken)]).toEqual([false, false])
  })

  it('makes and finds what is listed, nothing double and nothing lost, whatever the ids say of the time', async () => {
    const { token } = w.tokens.sign(a.manager.claims)
    const create = (name: string) =>
      w.send('createClient', { name }, token, 'client { id }').then(({ payload }) => payload.client.id as string)
    const made = [await create('Before'), await create('Also before')]
    putServiceClock(-hour)
    const later = w.tokens.sign(a.manager.claims).token
    made.push(await create('After'))
    const seen: string[] = []
    for (let after: string | null = null, more = true; more; ) {
      const { data } = await w.world.send(
        'query ($after: String) { clients(first: 1, after: $after) { nodes { id } pageInfo { endCursor hasNextPage } } }',
        { after },
        later,
      )
      seen.push(...data.clients.nodes.map(({ id }: { id: string }) => id))
      after = data.clients.pageInfo.endCursor
      more = data.clients.pageInfo.hasNextPage
    }
    expect(seen.toSorted()).toEqual(made.toSorted())
  })
})

it('of two documents of a kind the one recorded last counts, also when a service recorded the first whose clock is ahead', async () => {
  const other = await world()
  const firm = await other.firm('Larch')
  const engagementId = await staffedEngagement(firm, await firm.client('Kestrel Cloud'))
  const brings = async (name: string) => (await firm.manager.brings(engagementId, { name, content: name })).id
  const document = { kind: 'REPRESENTATION_LETTER', datedOn: '2026-01-10', obtainedFrom: 'Carla' }
  await other.owner.query(
    `insert into engagement_document (firm_id, id, engagement_id, number, kind, dated_on, obtained_from, evidence_id, created_by, created_at)
     values ($1, $2, $3, 1, $4, $5, $6, $7, $8, now())`,
    [
      firm.id,
      v7({ msecs: Date.now() + hour * 60_000 }),
      engagementId,
      ...Object.values(document),
      await brings('first.txt'),
      firm.manager.memberId,
    ],
  )
  await firm.manager.does('recordEngagementDocument', {
    engagementId,
    ...document,
    evidenceId: await brings('second.txt'),
  })
  const listed = 'query ($id: ID!) { engagement(id: $id) { documents { evidence { fileName } } } }'
  const { engagement } = await firm.manager.gql(listed, { id: engagementId })
  const named = engagement.documents.map((one: { evidence: { fileName: string } }) => one.evidence.fileName)
  expect(named).toEqual(['first.txt', 'second.txt'])
})

it('of two assertions the one signed last counts, also when a service kept the first whose clock is ahead', async () => {
  const other = await world()
  const firm = await other.firm('Larch')
  const client = await firm.client('Kestrel Cloud')
  const engagementId = await staffedEngagement(firm, client)
  await other.owner.query("update engagement set state = 'FIELDWORK' where id = $1", [engagementId])
  const { id: evidenceId } = await firm.manager.brings(engagementId, { name: 'signed.txt', content: 'Signed.' })
  await other.owner.query(
    `insert into management_assertion (firm_id, id, engagement_id, client_id, number, text, claims, signers, dated_on, is_recorded, evidence_id, signed_at, signed_by, created_by, created_at)
     values ($1, $2, $3, $4, 1, 'The first.', '[]', '[{"name":"Carla","title":"CEO"}]', '2026-01-10', true, $6, now(), $5, $5, now())`,
    [firm.id, v7({ msecs: Date.now() + hour * 60_000 }), engagementId, client.id, client.admin.memberId, evidenceId],
  )
  const signed = { claims: allHolds, signers: [{ name: 'Carla', title: 'CEO' }], datedOn: '2026-01-10' }
  await firm.manager.does('recordAssertion', { engagementId, ...signed, text: 'The second.', evidenceId })
  const read = await openRead(other.database, firm.manager.claims)
  const facts = await reportFacts(read.tx, await read.tx.load(Engagement, engagementId), null)
  await read.close()
  expect(facts.assertion?.text).toBe('The second.')
})

it('an access token is borne five seconds beyond its end, for clocks that differ, and no longer', async () => {
  const end = accessTokenSeconds / 60
  putServiceClock(end + 4 / 60)
  expect(await holds(session.accessToken)).toBe(true)
  vi.useRealTimers()
  putServiceClock(end + 6 / 60)
  expect(await holds(session.accessToken)).toBe(false)
})

describe('a database whose clock is put back', () => {
  const claims = a.manager.claims
  const act = (input: object) =>
    w.send('createClient', { ...input }, w.tokens.sign(claims).token, 'client { id createdAt }')

  it('an hour, keeps the trail in the order of what was done, and intact', async () => {
    const marks = ['One', 'Two', 'Three'].map((mark) => `${mark} ${randomUUID()}`)
    await act({ name: marks[0] })
    await putDatabaseClock(-hour)
    await act({ name: marks[1] })
    await putDatabaseClock(0)
    await act({ name: marks[2] })
    const { rows } = await w.world.owner.query(
      `select position::int, at, changes from trail_entry where chain_id = $1 order by position desc limit 3`,
      [a.id],
    )
    const entries = rows.toReversed()
    expect(entries.map(({ changes }) => JSON.parse(changes)[0].after.name)).toEqual(marks)
    expect(entries.map(({ position }) => position - entries[0].position)).toEqual([0, 1, 2])
    // It was put back: what was done second is dated before the first.
    expect(entries[1].at.getTime()).toBeLessThan(entries[0].at.getTime() - 59 * 60_000)
    const read = await openRead(w.world.database, claims)
    expect(await verifyTrail(firmScope(read.tx))).toMatchObject({ intact: true, entryCount: entries[2].position })
    await read.close()
  })

  it('does nothing twice that is sent again, before, meanwhile and after', async () => {
    const input = { idempotencyKey: randomUUID(), name: `Same ${randomUUID()}` }
    const first = await act(input)
    for (const minutes of [-hour, -8 * 24 * hour, 0, hour]) {
      await putDatabaseClock(minutes)
      expect(await act(input)).toEqual(first)
      // Another act, which forgets what is older than seven days.
      await act({ name: `Other ${randomUUID()}` })
    }
    const { rows } = await w.world.owner.query('select count(*)::int as n from client where name = $1', [input.name])
    expect(rows).toEqual([{ n: 1 }])
  })

  it('ends no session, and lets no refresh token be used twice', async () => {
    await putDatabaseClock(-hour)
    const next = (await refresh(session.refreshToken)).payload.session
    expect(await holds(next.accessToken)).toBe(true)
    await putDatabaseClock(0)
    const again = (await refresh(next.refreshToken)).payload.session
    expect(await holds(again.accessToken)).toBe(true)
    expect((await refresh(session.refreshToken)).payload.errors).toMatchObject([{ code: 'SESSION_ENDED' }])
    expect(await holds(again.accessToken)).toBe(false)
  })

  it('gives the token used last no longer time of grace', async () => {
    const next = (await refresh(session.refreshToken)).payload.session
    await putDatabaseClock(-hour)
    expect((await refresh(session.refreshToken)).payload.errors).toMatchObject([{ code: 'SESSION_ENDED' }])
    expect(await holds(next.accessToken)).toBe(false)
  })

  it('a year, ends the pause after failures as soon as ever: an hour after the next attempt at most', async () => {
    const attempt = (secret = password) => w.send('signIn', { email, password: secret })
    const isPaused = async () => (await attempt()).errors?.[0]?.extensions.code === 'RATE_LIMITED'
    for (let n = 0; n < 6; n += 1) await attempt('a wrong password')
    expect(await isPaused()).toBe(true)
    const year = 365 * 24 * hour
    await putDatabaseClock(-year)
    expect(await isPaused()).toBe(true)
    await putDatabaseClock(-year + 59)
    expect(await isPaused()).toBe(true)
    await putDatabaseClock(-year + 61)
    expect(await isPaused()).toBe(false)
  })

  it('keeps out no caller who was not paused', async () => {
    for (let n = 0; n < 3; n += 1) await w.send('signIn', { email, password: 'a wrong password' })
    for (const minutes of [-365 * 24 * hour, -hour, 0]) {
      await putDatabaseClock(minutes)
      expect(await holds((await w.signIn(email)).accessToken)).toBe(true)
    }
  })
})

describe('a database whose clock is put forward', () => {
  it('an hour, ends no session, and a pause no earlier than by that hour', async () => {
    for (let n = 0; n < 6; n += 1) await w.send('signIn', { email, password: 'a wrong password' })
    expect(await w.refused('signIn', { email, password })).toBe('RATE_LIMITED')
    await putDatabaseClock(hour)
    expect(await holds((await refresh(session.refreshToken)).payload.session.accessToken)).toBe(true)
    expect((await w.send('signIn', { email, password })).payload.errors).toEqual([])
  })

  it('beyond thirty days, ends what waited so long, and signing in goes on', async () => {
    await putDatabaseClock(31 * 24 * hour)
    expect((await refresh(session.refreshToken)).payload.errors).toMatchObject([{ code: 'SESSION_ENDED' }])
    expect(await holds((await w.signIn(email)).accessToken)).toBe(true)
  })
})
