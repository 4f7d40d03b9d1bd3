import { randomUUID } from 'node:crypto'
import { ApolloServer } from '@apollo/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { RoleCache } from '../../src/kernel/store/role-cache.js'
import type { FirmRole } from '../../src/rules/vocabulary.js'
import { staffedEngagement } from '../support/engagements.js'
import { leftBehind, listening } from '../support/listening.js'
import { keepFrom } from '../support/locks.js'
import { sentDuring } from '../support/statements.js'
import { type Person, world } from '../support/world.js'

// Each request reads who the caller is before it reads anything else, also where its query is cached and the caller's roles are
// (kernel/store/role-cache.ts): what was taken from a person is not theirs from their very next request on.

const w = await world(undefined, { database: { poolSize: 3, timeouts: { statement: 1_000 } }, lines: [] })
const door = await listening(w)
const a = await w.firm('Alder')
const client = await a.client('Kestrel Cloud')
const engagement = await staffedEngagement(a, client)

const title = 'query ($id: ID!) { engagement(id: $id) { systemName } }'
/** Each level is read when the one above it is there. */
const board = `query ($id: ID!) { engagement(id: $id) {
  systemName client { name } team { member { name } } controls(first: 5) { nodes { ref } } } }`
const whole = '{ verifyFirmTrail { intact } }'

/** The same, for which there is no plan. */
const byExecutor = (query: string) => query.replace('{', '{ executed: __typename @include(if: false)')

/** Sends a query until its plan answers it, past Apollo. */
async function untilCached(person: Person, query: string, variables: object) {
  const apollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')
  onTestFinished(() => apollo.mockRestore())
  for (let times = 0; times < 30; times += 1) {
    apollo.mockClear()
    const answer = await person.ask(query, { ...variables })
    if (apollo.mock.calls.length === 0) return answer
  }
  throw new Error('No plan has answered it.')
}

/** Changes what the database says of a person: `$1` is the person, `$2` the engagement, `$3` the sign-in. */
const changing = ({ claims }: Person, sql: string) =>
  w.owner.query(`with given as (select $1::uuid as person, $2::uuid as engagement, $3::uuid as session) ${sql}`, [
    claims.memberId,
    engagement,
    claims.sessionId,
  ])

const staffed = `insert into team_member (firm_id, id, engagement_id, member_id, role, independence_confirmed_at, created_at)
  select firm_id, gen_random_uuid(), engagement, person, 'SENIOR', now(), now() from given join member on id = person`
const dismissed = "update member set state = 'DISABLED' from given where id = person"

async function onTeam(role: FirmRole = 'STAFF'): Promise<Person> {
  const person = await a.person(`Noa ${randomUUID()}`, role)
  await changing(person, staffed)
  return person
}

describe('a person whose query is cached', () => {
  const fault = (code: string) => ({ errors: [{ extensions: { code } }] })
  it.each<[string, FirmRole, string[], string, object]>([
    [
      'was taken off the team',
      'STAFF',
      [title, board],
      'update team_member set removed_at = now() from given where member_id = person',
      { data: { engagement: null } },
    ],
    [
      'is no longer confirmed to be independent',
      'STAFF',
      [title, board],
      'update team_member set independence_confirmed_at = null from given where member_id = person',
      { data: { engagement: null } },
    ],
    [
      'was signed out',
      'STAFF',
      [title, board],
      `insert into session (firm_id, id, family_id, user_id, member_id, token_hash, revoked_at, expires_at, created_at)
       select firm_id, id, session, user_id, id, '', now(), now(), now() from given join member on id = person`,
      fault('UNAUTHENTICATED'),
    ],
    ['was dismissed', 'STAFF', [title, board], dismissed, fault('UNAUTHENTICATED')],
    [
      'has another role in the firm',
      'FIRM_ADMIN',
      [whole],
      "update member set firm_role = 'MANAGER' from given where id = person",
      fault('FORBIDDEN'),
    ],
  ])('gets an answer for what they are now when that person %s', async (_, role, queries, sql, answered) => {
    for (const query of queries) {
      const person = await onTeam(role)
      const variables = query === whole ? {} : { id: engagement }
      const before = await untilCached(person, query, variables)
      expect(before).not.toHaveProperty('errors')
      await changing(person, sql)
      const after = await person.ask(query, variables)
      expect(after).toMatchObject(answered)
      expect(after.data).not.toEqual(before.data)
      expect(apart(after)).toEqual(apart(await person.ask(byExecutor(query), variables)))
      expect(apart(await person.ask(query, variables))).toEqual(apart(after))
    }
  })

  it('is shown what is theirs from the moment they are on a team', async () => {
    const person = await a.person('Nia Newcomer', 'SENIOR')
    expect(await untilCached(person, board, { id: engagement })).toEqual({ data: { engagement: null } })
    await changing(person, staffed)
    const shown = { data: { engagement: { systemName: 'Kestrel Cloud Platform' } } }
    expect(await person.ask(board, { id: engagement })).toMatchObject(shown)
    expect(await person.ask(board, { id: engagement })).toMatchObject(shown)
  })

  it('of the client, gets no answer any more after they left it', async () => {
    const asked = '{ exceptions(filter: { awaitingResponse: true }) { nodes { id } } }'
    expect(await untilCached(client.viewer, asked, {})).toMatchObject({ data: { exceptions: { nodes: [] } } })
    await changing(client.viewer, dismissed)
    expect(await client.viewer.ask(asked)).toMatchObject(fault('UNAUTHENTICATED'))
  })

  it('has nothing read for them once they are dismissed', async () => {
    const person = await onTeam()
    await untilCached(person, board, { id: engagement })
    await changing(person, dismissed)
    const { sent } = await sentDuring(() => person.ask(board, { id: engagement }))
    expect(sent.filter(({ sql }) => /from "/.test(sql))).toEqual([])
  })
})

it('a person who was dismissed is refused while rows that they could see are locked', async () => {
  const person = await onTeam()
  await untilCached(person, title, { id: engagement })
  await door.post(person, title, { id: engagement })
  await changing(person, dismissed)
  const release = await keepFrom(w, 'engagement')
  const answer = await door.post(person, title, { id: engagement })
  await release()
  expect(answer.body?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await leftBehind(w, 3)).toEqual([])
})

it('a caller does not wait twice for a database that is too slow to say who they are', async () => {
  await untilCached(a.admin, whole, {})
  await door.post(a.staff, whole)
  const release = await keepFrom(w, 'member')
  const connect = vi.spyOn(w.database, 'connect')
  const answer = await door.post(a.staff, whole)
  expect(answer.body?.errors?.[0]?.extensions).toMatchObject({ code: 'TIMED_OUT' })
  expect(connect).toHaveBeenCalledTimes(1)
  connect.mockRestore()
  await release()
  expect(await leftBehind(w, 3)).toEqual([])
})

describe('the role cache', () => {
  const said = (role: string) => ({ person: JSON.stringify(['', role, null]), team: null, teamMark: randomUUID() })

  it('parses again only what the database says differently', () => {
    const cache = new RoleCache()
    const staff = said('STAFF')
    const roles = cache.parse('session', staff)
    expect(roles).toMatchObject({ firmRole: 'STAFF' })
    expect(cache.parse('session', { ...staff })).toBe(roles)
    expect(cache.parse('session', { ...staff, team: JSON.stringify({ e: 'SENIOR' }) }).team.get('e')).toBe('SENIOR')
    expect(cache.parse('session', said('PARTNER'))).toMatchObject({ firmRole: 'PARTNER' })
  })

  it('takes the team of cached roles only while the mark is theirs', () => {
    const cache = new RoleCache()
    const before = { ...said('STAFF'), team: JSON.stringify({ e: 'SENIOR' }) }
    cache.parse('session', before)
    const named = cache.get('session')
    expect(cache.parse('session', { ...before, team: null }, named).team.get('e')).toBe('SENIOR')
    expect(cache.parse('session', { ...before, team: null, teamMark: randomUUID() }, named).team.size).toBe(0)
  })

  it('keeps few enough sessions that they take little memory', () => {
    const cache = new RoleCache()
    const ids = Array.from({ length: 10_000 }, (_, nth) => `session ${nth}`)
    for (const id of ids) cache.parse(id, said('STAFF'))
    expect(ids.filter((id) => cache.get(id)).length).toBeLessThan(8_000)
    expect(cache.get(ids.at(-1) as string)).toMatchObject({ roles: { firmRole: 'STAFF' } })
  })
})

/** Without what differs from one request to the next. */
const apart = (answer: object): unknown =>
  JSON.parse(JSON.stringify(answer), (key, value) =>
    ['requestId', 'locations', 'executed'].includes(key) ? undefined : value,
  )
