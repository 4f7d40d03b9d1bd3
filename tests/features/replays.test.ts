import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { chain } from '../support/chain.js'
import { confirms, staffedEngagement } from '../support/engagements.js'
import { changes, controlOf, fieldwork } from '../support/fieldwork.js'
import { type Answer, keyless, type Person, world } from '../support/world.js'

// A repetition is answered as the first time, to who may still see what it answers.

const w = await world()
const a = await w.firm('Alder')
const b = await w.firm('Beech')

/** An act with a key of its own, which can be sent again. */
function act(mutation: string, input: Record<string, unknown>, selection: string) {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
  const query = `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} errors { code message path } } }`
  const variables = { input: { idempotencyKey: randomUUID(), ...input } }
  return {
    by: (person: Person): Promise<Answer> => person.ask(query, variables),
    /** The same answer as about an id that was never used. */
    isAsUnknown: async (person: Person, idName: string) => {
      const before = await w.digest()
      const about = await person.ask(query, variables)
      const unknown = { input: { ...variables.input, idempotencyKey: randomUUID(), [idName]: randomUUID() } }
      expect(about).toEqual(await person.ask(query, unknown))
      expect(JSON.stringify(about)).toContain('NOT_FOUND')
      expect(await w.digest()).toBe(before)
    },
  }
}

// On a further team, so that what they are told is told of the object and not of their having no role at all.
await staffedEngagement(a, await a.client('Wren Data'))

const placeOf = async (engagementId: string, person: Person) => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { team { id version removedAt member { id } } } }'
  const { engagement } = await a.partner.gql(asked, { id: engagementId })
  return engagement.team.find(
    (one: { member: { id: string }; removedAt: string | null }) => one.member.id === person.memberId && !one.removedAt,
  )
}

describe('a repetition', () => {
  it('of each act from planning to the report is answered to the letter, and does nothing', async () => {
    const sent: string[] = []
    const once = w.send.bind(w)
    w.send = async (query, variables, token) => {
      const first = await once(query, variables, token)
      const mutation = /^\s*mutation \(\$input: \w+!\) \{ (\w+)/.exec(query)?.[1]
      if (!mutation || keyless.includes(mutation) || !first.data?.[mutation]) return first
      const before = await w.digest()
      expect(await once(query, variables, token), mutation).toEqual(first)
      expect(await w.digest(), mutation).toBe(before)
      sent.push(mutation)
      return first
    }
    try {
      const work = await chain(a, await a.client('Kestrel Cloud'))
      await work.readyToIssue()
      expect((await work.issue()).engagement.state).toBe('ISSUED')
    } finally {
      w.send = once
    }
    expect(new Set(sent).size).toBeGreaterThan(20)
  }, 120_000)

  it('of a thousand results is answered, with one statement for each kind of row; not to who left the team', async () => {
    const work = await fieldwork(w, a)
    const population = await work.frozen(changes(500))
    const procedure = await work.procedure()
    const { sample } = await a.staff.does(
      'drawSample',
      {
        procedureId: procedure.id,
        populationId: population.id,
        basis: 'JUDGMENT',
        method: 'ENTIRE_POPULATION',
        sizeReason: 'All of them.',
      },
      'sample { id }',
    )
    const { rows } = await w.owner.query('select id from sample_item where sample_id = $1', [sample.id])
    const results = rows.flatMap(({ id }) =>
      ['A', 'B'].map((attribute) => ({ sampleItemId: id, attribute, outcome: 'NO_DEVIATION' })),
    )
    expect(results).toHaveLength(1_000)
    const record = act('recordResults', { procedureId: procedure.id, results }, 'results { id version } sample { id }')
    const first = await record.by(a.staff)
    expect(first.data.recordResults.results).toHaveLength(1_000)
    const before = await w.digest()
    expect(await record.by(a.staff)).toEqual(first)
    expect(await w.digest()).toBe(before)
    const place = await placeOf(work.engagementId, a.staff)
    await w.owner.query('update team_member set removed_at = now() where id = $1', [place.id])
    await record.isAsUnknown(a.staff, 'procedureId')
    await w.owner.query('update team_member set removed_at = null where id = $1', [place.id])
    expect(await record.by(a.staff)).toEqual(first)
  }, 60_000)
})

describe('who may no longer see what an act answered is answered as about what does not exist:', () => {
  it('removed from the team, and answered again once they are back', async () => {
    const engagementId = await staffedEngagement(a, await a.client('Plover Data'))
    const create = act('createControl', controlOf(engagementId), 'control { id ref owner version }')
    const first = await create.by(a.senior)
    expect(first.data.createControl.errors).toEqual([])
    const { id, version } = await placeOf(engagementId, a.senior)
    await a.partner.does('removeTeamMember', { teamMemberId: id, expectedVersion: version })
    await create.isAsUnknown(a.senior, 'engagementId')
    await a.partner.does('addTeamMember', { engagementId, memberId: a.senior.memberId, role: 'SENIOR' })
    await create.isAsUnknown(a.senior, 'engagementId')
    await confirms(a.senior)
    expect(await create.by(a.senior)).toEqual(first)
  })

  it('dismissed: not at all; and back again, as what they may see then', async () => {
    const create = act('createClient', { name: 'Heron Pay' }, 'client { id name version }')
    const first = await create.by(a.manager)
    await w.owner.query("update member set state = 'DISABLED' where id = $1", [a.manager.memberId])
    expect((await create.by(a.manager)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    await w.owner.query("update member set state = 'ACTIVE' where id = $1", [a.manager.memberId])
    expect(await create.by(a.manager)).toEqual(first)
  })

  it('in a role that may not do it any more', async () => {
    const create = act('createClient', { name: 'Sparrow Pay' }, 'client { id name version }')
    const first = await create.by(a.manager)
    const role = (firmRole: string) =>
      w.owner.query('update member set firm_role = $2 where id = $1', [a.manager.memberId, firmRole])
    await role('STAFF')
    expect(JSON.stringify(await create.by(a.manager))).toContain('FORBIDDEN')
    await role('MANAGER')
    expect(await create.by(a.manager)).toEqual(first)
  })

  it('of a client, as long as they see the response: also when its exception is withdrawn, not when they are dismissed', async () => {
    const client = await a.client('Osprey Tech')
    const work = await chain(a, client)
    const exceptionId = await work.exception()
    const answer = { acknowledgement: 'Management agrees.', rootCause: 'The tool was replaced.' }
    const draft = act('draftResponse', { exceptionId, ...answer }, 'response { id state version }')
    const first = await draft.by(client.respondent)
    expect(first.data.draftResponse.errors).toEqual([])
    const found = { reason: 'The evidence was found.', restsOnIds: [work.procedureId] }
    await work.change(a.partner, 'withdrawException', 'exceptionId', exceptionId, found)
    const { id } = first.data.draftResponse.response
    const read = await client.respondent.ask('query ($id: ID!) { node(id: $id) { id } }', { id })
    expect(read.data.node).toEqual({ id })
    expect(await draft.by(client.respondent)).toEqual(first)
    await w.owner.query("update member set state = 'DISABLED' where id = $1", [client.respondent.memberId])
    expect((await draft.by(client.respondent)).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })

  it('another member, or one of another firm, with the same key: theirs is another act', async () => {
    const create = act('createClient', { name: 'Same name' }, 'client { id name }')
    const first = await create.by(a.manager)
    expect((await create.by(b.manager)).data.createClient.client.id).not.toBe(first.data.createClient.client.id)
    expect((await create.by(a.partner)).data.createClient.errors).toMatchObject([{ code: 'ALREADY_EXISTS' }])
  })
})
