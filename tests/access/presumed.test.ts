import { randomUUID } from 'node:crypto'
import { ApolloServer } from '@apollo/server'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { People } from '../../src/kernel/store/people.js'
import type { FirmRole } from '../../src/rules/vocabulary.js'
import { staffedEngagement } from '../support/engagements.js'
import { leftBehind, listening } from '../support/listening.js'
import { keepFrom } from '../support/locks.js'
import { sentDuring } from '../support/statements.js'
import { type Person, world } from '../support/world.js'

// A question that was asked before is read for who its asker was a moment ago (data/people.ts), while the database is asked
// who they are. Nobody must be able to tell.

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

/** The same, answered by nothing that was thought through before. */
const anew = (question: string) => question.replace('{', '{ executed: __typename @include(if: false)')

/** Asks until it is answered past Apollo: by its plan, and for who the person was. */
async function untilKnown(person: Person, question: string, variables: object) {
  const apollo = vi.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest')
  onTestFinished(() => apollo.mockRestore())
  for (let times = 0; times < 30; times += 1) {
    apollo.mockClear()
    const answer = await person.ask(question, { ...variables })
    if (apollo.mock.calls.length === 0) return answer
  }
  throw new Error('It did not become known.')
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

describe('somebody who asked before', () => {
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
  ])('is told what is true of them now when that person %s', async (_, role, questions, sql, told) => {
    for (const question of questions) {
      const person = await onTeam(role)
      const variables = question === whole ? {} : { id: engagement }
      const before = await untilKnown(person, question, variables)
      expect(before).not.toHaveProperty('errors')
      await changing(person, sql)
      const after = await person.ask(question, variables)
      expect(after).toMatchObject(told)
      expect(after.data).not.toEqual(before.data)
      expect(apart(after)).toEqual(apart(await person.ask(anew(question), variables)))
      expect(apart(await person.ask(question, variables))).toEqual(apart(after))
    }
  })

  it('is shown what is theirs from the moment they are on a team', async () => {
    const person = await a.person('Nia Newcomer', 'SENIOR')
    expect(await untilKnown(person, board, { id: engagement })).toEqual({ data: { engagement: null } })
    await changing(person, staffed)
    const shown = { data: { engagement: { systemName: 'Kestrel Cloud Platform' } } }
    expect(await person.ask(board, { id: engagement })).toMatchObject(shown)
    expect(await person.ask(board, { id: engagement })).toMatchObject(shown)
  })

  it('of the client, is told no more when they left it', async () => {
    const asked = '{ exceptions(filter: { awaitingResponse: true }) { nodes { id } } }'
    expect(await untilKnown(client.viewer, asked, {})).toMatchObject({ data: { exceptions: { nodes: [] } } })
    await changing(client.viewer, dismissed)
    expect(await client.viewer.ask(asked)).toMatchObject(fault('UNAUTHENTICATED'))
  })

  it('is read for no further than the first answer once they are nobody, and then not at all', async () => {
    const person = await onTeam()
    await untilKnown(person, board, { id: engagement })
    const nobody = await a.person('Nobody', 'STAFF')
    await changing(nobody, dismissed)
    const ofNobody = (await sentDuring(() => nobody.ask(board, { id: engagement }))).sent.length
    await changing(person, dismissed)
    const sent = async () => (await sentDuring(() => person.ask(board, { id: engagement }))).sent
    const first = await sent()
    expect(first.filter(({ sql }) => /from "(control|client|team_member)"/.test(sql))).toEqual([])
    expect(await sent()).toHaveLength(ofNobody)
  })
})

it('somebody dismissed is told so, whatever became of what was read for them meanwhile', async () => {
  const person = await onTeam()
  await untilKnown(person, title, { id: engagement })
  await door.post(person, title, { id: engagement })
  await changing(person, dismissed)
  const letGo = await keepFrom(w, 'engagement')
  const answer = await door.post(person, title, { id: engagement })
  await letGo()
  expect(answer.body?.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  expect(await leftBehind(w, 3)).toEqual([])
})

it('whoever may not ask is not made to wait for the database twice when it is too slow to say who they are', async () => {
  await untilKnown(a.admin, whole, {})
  await door.post(a.staff, whole)
  const letGo = await keepFrom(w, 'member')
  const connect = vi.spyOn(w.database, 'connect')
  const answer = await door.post(a.staff, whole)
  expect(answer.body?.errors?.[0]?.extensions).toMatchObject({ code: 'TIMED_OUT' })
  expect(connect).toHaveBeenCalledTimes(1)
  connect.mockRestore()
  await letGo()
  expect(await leftBehind(w, 3)).toEqual([])
})

it('few enough people are remembered that they take little memory', () => {
  const people = new People()
  const said = (role: string) => ({ person: JSON.stringify(['', role, null]), team: null, teamMark: randomUUID() })
  const ids = Array.from({ length: 10_000 }, (_, nth) => `session ${nth}`)
  for (const id of ids) people.learn(id, said('STAFF'))
  expect(ids.filter((id) => people.recall(id)).length).toBeLessThan(8_000)
  expect(people.recall(ids.at(-1) as string)).toMatchObject({ roles: { firmRole: 'STAFF' } })
  people.forget(ids.at(-1) as string)
  expect(people.recall(ids.at(-1) as string)).toBeUndefined()
})

/** Without what differs from one request to the next. */
const apart = (answer: object): unknown =>
  JSON.parse(JSON.stringify(answer), (key, value) =>
    ['requestId', 'locations', 'executed'].includes(key) ? undefined : value,
  )
