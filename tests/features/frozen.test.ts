import { describe, expect, it } from 'vitest'
import { features } from '../../src/features.js'
import { allows, type PolicyRow } from '../../src/kernel/access/permission.js'
import { policy } from '../../src/policy.js'
import { plainSchema } from '../../src/schema.js'
import { typeAt } from '../support/attack.js'
import { fullWorld } from '../support/full-world.js'
import { argumentsFor } from '../support/generate.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const { a, one, secondReader } = await fullWorld(w)
const schema = await plainSchema(features)

/** Acts on what belongs to an engagement, as the table knows them. */
const acts = Object.entries(policy).flatMap(([coordinate, row]) => {
  const type = row.on ? w.database.rowClass(row.on) : undefined
  const inEngagement = type && (type.name === 'Engagement' || w.database.table(type).columnOf('engagementId'))
  return coordinate.startsWith('Mutation.') && inEngagement
    ? [[coordinate.slice('Mutation.'.length), row] as const]
    : []
})

/** What belongs to the issued engagement: type name -> ids. */
const issued = new Map<string, string[]>()
for (const type of w.database.rows) {
  if (type.name !== 'Engagement' && !w.database.table(type).columnOf('engagementId')) continue
  if (!w.database.table(type).columnOf('id')) continue
  const { rows } = await w.owner.query<{ id: string }>(
    `select id from ${w.database.table(type).name} where firm_id = $1 and ${type.name === 'Engagement' ? 'id' : 'engagement_id'} in
       (select id from engagement where firm_id = $1 and client_id = $2 and state = 'ISSUED')`,
    [a.id, one.id],
  )
  issued.set(
    type.name,
    rows.map(({ id }) => id),
  )
}
const [engagementId] = issued.get('Engagement') as [string]

/** A person who may do the act, as far as their role decides. */
async function doer(row: PolicyRow): Promise<Person> {
  const people = [a.partner, a.manager, a.senior, a.staff, a.reviewer, secondReader, one.admin, one.respondent, a.admin]
  for (const person of people) {
    const { rows } = await w.owner.query(
      `select m.firm_role, m.client_role, (select role from team_member t where t.member_id = m.id and t.engagement_id = $2)
       as team_role from member m where m.id = $1`,
      [person.memberId, engagementId],
    )
    const { firm_role, client_role, team_role } = rows[0]
    const team = new Map(team_role ? [[engagementId, team_role]] : [])
    const actor = { ...person.claims, name: person.name, firmRole: firm_role, clientRole: client_role, team }
    if (allows(row, actor, engagementId)) return person
  }
  throw new Error('No person may do it.')
}

/** What is kept of an engagement is decided after it was issued, too (legal-hold.test.ts). */
const ofWhatIsKept = ['placeLegalHold', 'releaseLegalHold']

describe('an issued engagement', async () => {
  it('knows of acts to try', () => {
    expect(acts.length).toBeGreaterThan(40)
  })

  it.each(acts.filter(([name]) => !ofWhatIsKept.includes(name)))(
    'is not changed by %s, in whatever state the row is',
    async (name, row) => {
      const person = await doer(row)
      const before = await w.digest()
      let tried = 0
      for (const target of issued.get(row.on as string) ?? []) {
        // What a person may not see they cannot try to change.
        if (!(await person.gql('query ($id: ID!) { node(id: $id) { id } }', { id: target })).node) continue
        tried++
        const id = (path: string) => {
          const type = typeAt(schema, { field: name, path })
          return type === row.on ? target : (issued.get(type)?.[0] ?? a.staff.memberId)
        }
        const { input } = argumentsFor(schema, name, { id }) as { input: Record<string, unknown> }
        const { errors } = await person.tryTo(name, input)
        expect(errors, JSON.stringify(input)).toHaveLength(1)
        expect(['ENGAGEMENT_STATE', 'INVALID_TRANSITION'], JSON.stringify(errors)).toContain(errors[0].code)
      }
      expect(tried).toBeGreaterThan(0)
      expect(await w.digest()).toBe(before)
    },
  )
})
