import { beforeAll, describe, expect, it } from 'vitest'
import { type Fieldwork, fieldwork } from '../support/fieldwork.js'
import { walkthrough } from '../support/tested-items.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
let work: Fieldwork

beforeAll(async () => {
  work = await fieldwork(w, a)
})

const account = 'performedOn personAsked roleAsked traced seen'
const fields = `walkthrough { id version ${account} aspects performedBy { id } procedure { id version } }`
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)

/** A procedure that is under way, and a walkthrough recorded in it. */
async function walked(aspects = ['DESIGN', 'IMPLEMENTATION']) {
  const procedure = await work.procedure({ aspects, attributes: [] })
  const done = await a.staff.does('recordWalkthrough', { procedureId: procedure.id, ...walkthrough }, fields)
  return { procedure, walkthrough: done.walkthrough }
}

async function prepared() {
  const { procedure, walkthrough: made } = await walked()
  const outcome = { outcome: 'NO_EXCEPTIONS', outcomeNote: 'Walked through with the owner.' }
  const input = { procedureId: procedure.id, expectedVersion: made.procedure.version, ...outcome }
  await a.staff.does('prepareProcedure', input)
  return { procedureId: procedure.id, id: made.id, version: made.version }
}

describe('a walkthrough', () => {
  it('tells who was asked, in which role, when, what was traced and seen, and answers design and implementation', async () => {
    const { procedure, walkthrough: made } = await walked(['DESIGN', 'IMPLEMENTATION', 'OPERATION'])
    expect(made).toMatchObject({
      ...walkthrough,
      aspects: ['DESIGN', 'IMPLEMENTATION'],
      performedBy: { id: a.staff.memberId },
      procedure: { id: procedure.id, version: procedure.version + 1 },
    })
    const read = await a.reviewer.gql(`query ($id: ID!) { procedure(id: $id) { walkthroughs { id ${account} } } }`, {
      id: procedure.id,
    })
    expect(read.procedure.walkthroughs).toEqual([{ id: made.id, ...walkthrough }])
  })

  it('is changed until its procedure is signed: what is left out stays', async () => {
    const { walkthrough: made } = await walked()
    const change = { walkthroughId: made.id, expectedVersion: made.version, traced: 'Two changes.' }
    const { walkthrough: changed } = await a.senior.does('updateWalkthrough', change, fields)
    expect(changed).toMatchObject({
      ...walkthrough,
      traced: 'Two changes.',
      version: made.version + 1,
      performedBy: { id: a.senior.memberId },
    })
    const signed = await prepared()
    const before = await w.digest()
    const late = { walkthroughId: signed.id, expectedVersion: signed.version, traced: 'Another change.' }
    expect((await a.staff.tryTo('updateWalkthrough', late)).errors).toMatchObject([
      { code: 'INVALID_TRANSITION', from: 'PREPARED' },
    ])
    const more = { procedureId: signed.procedureId, ...walkthrough }
    expect((await a.staff.tryTo('recordWalkthrough', more)).errors).toMatchObject([{ code: 'INVALID_TRANSITION' }])
    expect(await w.digest()).toBe(before)
  })

  it('says nothing of operation: a procedure that is about that alone takes none, and nothing moves', async () => {
    const { id } = await work.procedure({ aspects: ['OPERATION'] })
    const before = await w.digest()
    const { errors } = await a.staff.tryTo('recordWalkthrough', { procedureId: id, ...walkthrough })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['procedureId'] }])
    const { procedure } = await a.staff.gql(
      'query ($id: ID!) { procedure(id: $id) { actions { name allowed reason { code } } } }',
      { id },
    )
    expect(procedure.actions).toContainEqual({
      name: 'recordWalkthrough',
      allowed: false,
      reason: { code: 'INVALID_INPUT' },
    })
    expect(await w.digest()).toBe(before)
  })

  it.each<[string, object, string]>([
    ['on a day to come', { performedOn: day(3) }, 'performedOn'],
    ['with no person asked', { personAsked: ' ' }, 'personAsked'],
    ['with no role', { roleAsked: '' }, 'roleAsked'],
    ['that traced nothing', { traced: ' ' }, 'traced'],
    ['in which nothing was seen', { seen: '' }, 'seen'],
    ['that traced too much to be read', { traced: 'x'.repeat(4_001) }, 'traced'],
  ])('is not recorded %s, and nothing moves', async (_, change, path) => {
    const { procedure, walkthrough: made } = await walked()
    const before = await w.digest()
    const recorded = await a.staff.tryTo('recordWalkthrough', { procedureId: procedure.id, ...walkthrough, ...change })
    expect(recorded.errors).toMatchObject([{ code: 'INVALID_INPUT', path: [path] }])
    const update = { walkthroughId: made.id, expectedVersion: made.version, ...change }
    expect((await a.staff.tryTo('updateWalkthrough', update)).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: [path] },
    ])
    expect(await w.digest()).toBe(before)
  })

  it('is work on its procedure: who recorded it does not review, and a reader before it does not sign', async () => {
    const { procedure, walkthrough: made } = await walked()
    const outcome = { outcome: 'NO_EXCEPTIONS', outcomeNote: 'Walked through.' }
    const unread = { procedureId: procedure.id, expectedVersion: procedure.version, ...outcome }
    expect((await a.senior.tryTo('prepareProcedure', unread)).errors).toMatchObject([{ code: 'VERSION_CONFLICT' }])
    const own = { walkthroughId: made.id, expectedVersion: made.version, seen: 'Seen by the manager as well.' }
    const { procedure: now } = await a.manager.does('updateWalkthrough', own, 'procedure { version }')
    const signed = await a.senior.does(
      'prepareProcedure',
      { ...unread, expectedVersion: now.version },
      'procedure { version }',
    )
    const review = { procedureId: procedure.id, expectedVersion: signed.procedure.version }
    const before = await w.digest()
    expect((await a.manager.tryTo('reviewProcedure', review)).errors).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    expect(await w.digest()).toBe(before)
    await a.partner.does('reviewProcedure', review)
  })

  it('has evidence of its own, until its procedure is signed', async () => {
    const { procedure, walkthrough: made } = await walked()
    const evidence = await a.staff.brings(work.engagementId, { name: 'ticket.txt', content: 'The ticket traced.' })
    await a.staff.does('linkEvidence', { evidenceId: evidence.id, nodeId: made.id })
    const read = async () =>
      (
        await a.staff.gql('query ($id: ID!) { procedure(id: $id) { version walkthroughs { evidence { id } } } }', {
          id: procedure.id,
        })
      ).procedure
    const { version, walkthroughs } = await read()
    expect(walkthroughs).toEqual([{ evidence: [{ id: evidence.id }] }])
    expect(version).toBe(made.procedure.version + 1)
    const outcome = { outcome: 'NO_EXCEPTIONS', outcomeNote: 'Walked through.' }
    await a.staff.does('prepareProcedure', { procedureId: procedure.id, expectedVersion: version, ...outcome })
    const before = await w.digest()
    const { errors } = await a.staff.tryTo('unlinkEvidence', { evidenceId: evidence.id, nodeId: made.id })
    expect(errors).toMatchObject([{ code: 'INVALID_TRANSITION', path: ['nodeId'] }])
    expect(await w.digest()).toBe(before)
  })

  it('is not read off the team, nor recorded by the quality reviewer or for another firm', async () => {
    const { procedure, walkthrough: made } = await walked()
    const b = await w.firm('Birch Row')
    expect((await b.partner.gql('query ($id: ID!) { node(id: $id) { id } }', { id: made.id })).node).toBeNull()
    const input = { procedureId: procedure.id, ...walkthrough }
    const before = await w.digest()
    expect(await a.reviewer.isDenied('recordWalkthrough', input)).toBe('FORBIDDEN')
    expect(await w.digest()).toBe(before)
  })
})
