import { readdir, readFile } from 'node:fs/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { features } from '../../src/features.js'
import { fewPlaces } from '../../src/kernel/store/row.js'
import { policy } from '../../src/policy.js'
import { plainSchema } from '../../src/schema.js'
import { typeAt } from '../support/attack.js'
import { controlOf } from '../support/fieldwork.js'
import { fullWorld } from '../support/full-world.js'
import { argumentsFor, operationFor } from '../support/generate.js'
import { layer, past } from '../support/lay.js'
import { type Person, world } from '../support/world.js'

// Who has many places on teams is walled in by other statements than who has few (`withPlaceOf`), and is not told anew on which
// teams they are while nothing changed (`Tx.identify`). Both must come to the same.

const w = await world()
const full = await fullWorld(w)
const { a, one, held, otherHeld, crew } = full
const former = await a.client('Osprey')
const lay = layer(w)
const schema = await plainSchema(features)
// A query that is recorded is itself among what is asked for next: it is told of in the tests of its own feature.
const questions = Object.keys(schema.getQueryType()?.getFields() ?? {}).filter(
  (field) => !policy[`Query.${field}`]?.recorded,
)

/** Places on teams of past engagements, in which nothing is. */
async function layPast(person: Person, count = fewPlaces + 6): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) {
    const period = { period_start: '2015-01-01', period_end: '2015-12-31' }
    const of = {
      client_id: former.id,
      kind: 'READINESS',
      state: 'ARCHIVED',
      system_name: 'Past',
      categories: ['SECURITY'],
    }
    const engagement_id = await lay(a.id, 'engagement', { ...of, ...period })
    const place = { engagement_id, member_id: person.memberId, role: 'SENIOR', independence_confirmed_at: past }
    await lay(a.id, 'team_member', place)
  }
}

/** Questions about each client's engagements in turn, and about lists of them. */
function* asked(): Generator<[name: string, query: string, variables: Record<string, unknown>]> {
  for (const field of questions) {
    for (const ids of [held, otherHeld]) {
      const id = (path: string) => ids[typeAt(schema, { field, path })]?.[0] ?? ids.Engagement?.[0]
      const { query } = operationFor(schema, field, 2)
      const variables = argumentsFor(schema, field, { id })
      // What has nothing to do with past work: engagements of the first client.
      yield [field, query, field === 'engagements' ? { ...variables, filter: { clientId: one.id } } : variables]
    }
  }
}

async function answersOf(person: Person): Promise<string[]> {
  const answers: string[] = []
  for (const [field, query, variables] of asked()) {
    const { data, errors } = await person.ask(query, variables)
    const codes = errors?.map(({ path, extensions }) => [path, extensions.code])
    answers.push(JSON.stringify([field, variables, data, codes]))
  }
  return answers
}

describe.each([
  ['the manager of the first team', crew.manager],
  ['the quality reviewer of the first team', crew.reviewer],
  ['a manager of the second team', full.otherCrew.manager],
  ['staff of one team, manager of the other', full.lent],
  ['who was removed from the first team', full.removed],
  ['who has not confirmed independence', full.unconfirmed],
  ['an administrator who is on a team', full.lentAdmin],
])('%s', (_, person) => {
  it('is answered alike with few places and with many', async () => {
    const few = await answersOf(person)
    expect(few.filter((answer) => answer.includes('"id"')).length).toBeGreaterThan(3)
    await layPast(person)
    // Twice: as one who was not known to have many places, and as one who was.
    expect(await answersOf(person)).toEqual(few)
    expect(await answersOf(person)).toEqual(few)
  }, 120_000)
})

describe('of many places', () => {
  let person: Person
  const seen = async (id: string) => {
    const query = 'query ($id: ID!) { engagement(id: $id) { systemName controls(first: 1) { nodes { ref } } } }'
    // By its plan, and by the executor.
    const plain = await person.gql(query, { id })
    expect(await person.gql(query.replace('{', '{ executed: __typename @include(if: false)'), { id })).toEqual(plain)
    return plain.engagement
  }
  const markOf = async () =>
    (await w.owner.query('select team_mark from member where id = $1', [person.memberId])).rows[0].team_mark
  const period = { kind: 'SOC2_TYPE_2', categories: ['SECURITY'], periodStart: '2025-01-01', periodEnd: '2025-12-31' }

  beforeAll(async () => {
    person = await a.person('Edda Experienced', 'MANAGER')
    await layPast(person)
    for (let time = 0; time < 3; time += 1) await seen(held.Engagement?.[0] as string)
  })

  it('one that is named, confirmed and removed is there from the next request on, and gone from the next', async () => {
    const marks = new Set([await markOf()])
    const marked = async () => {
      const before = marks.size
      expect(marks.add(await markOf()).size).toBe(before + 1)
    }
    const { engagement } = await a.partner.does(
      'createEngagement',
      {
        clientId: one.id,
        systemName: 'Kestrel',
        ...period,
        team: [
          { memberId: a.partner.memberId, role: 'ENGAGEMENT_PARTNER' },
          { memberId: person.memberId, role: 'MANAGER' },
        ],
      },
      'engagement { id version }',
    )
    await marked()
    expect(await seen(engagement.id)).toBeNull()
    const { viewer } = await person.gql(
      '{ viewer { teamInvitations { teamMember { id version engagement { id } } } } }',
    )
    const named = viewer.teamInvitations.map((one: any) => one.teamMember).at(-1)
    const place = { teamMemberId: named.id, expectedVersion: named.version }
    const { teamMember } = await person.does(
      'confirmIndependence',
      { ...place, statement: 'I am independent.' },
      'teamMember { id version }',
    )
    await marked()
    expect(await seen(engagement.id)).toMatchObject({ systemName: 'Kestrel' })
    await person.does('createControl', controlOf(engagement.id), 'control { id }')
    await a.admin.does('removeTeamMember', { teamMemberId: teamMember.id, expectedVersion: teamMember.version })
    await marked()
    expect(await seen(engagement.id)).toBeNull()
    expect(await person.isDenied('createControl', controlOf(engagement.id))).toBe('NOT_FOUND')
    await a.admin.does('addTeamMember', { engagementId: engagement.id, memberId: person.memberId, role: 'STAFF' })
    await marked()
    expect(await seen(engagement.id)).toBeNull()
  })

  it('a removal that was not marked is a removal all the same: what is seen is asked of the database', async () => {
    const engagementId = held.Engagement?.[0] as string
    await lay(a.id, 'team_member', {
      engagement_id: engagementId,
      member_id: person.memberId,
      role: 'STAFF',
      independence_confirmed_at: past,
    })
    await w.owner.query('update member set team_mark = gen_random_uuid() where id = $1', [person.memberId])
    expect(await seen(engagementId)).not.toBeNull()
    await w.owner.query('update team_member set removed_at = now() where engagement_id = $1 and member_id = $2', [
      engagementId,
      person.memberId,
    ])
    expect(await seen(engagementId)).toBeNull()
  })
})

/** Statements of our own on rows that are marked, which do not go through `WriteTx`: each with what it says to it. */
const handWritten: Readonly<Record<string, string>> = {
  'src/features/sample/result.queries.ts': 'update result',
  'src/features/sample/sample.queries.ts': 'update sample_item',
}

it('rows that are marked are written by the one place that marks them, and by no statement that is not listed', async () => {
  const marked = features.flatMap(({ rows }) => rows).filter(({ marks }) => marks)
  expect(marked.map(({ name }) => name).sort()).toEqual(['EvidenceLink', 'Result', 'SampleItem', 'TeamMember'])
  const tables = marked.map((row) => w.database.table(row).name).join('|')
  const writing = new RegExp(`\\b(update|insert into|delete from)\\s+"?(${tables})\\b`, 'g')
  const found: Record<string, string> = {}
  for (const file of await readdir('src', { recursive: true })) {
    if (!file.endsWith('.ts')) continue
    const text = await readFile(`src/${file}`, 'utf8')
    for (const [statement] of text.matchAll(writing)) found[`src/${file}`] = statement
  }
  expect(found).toEqual(handWritten)
})
