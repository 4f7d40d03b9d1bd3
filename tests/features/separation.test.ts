import { describe, expect, it } from 'vitest'
import { type Tested, tested } from '../support/exceptions.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')

const version = async (id: string): Promise<number> =>
  (await a.manager.gql('query ($id: ID!) { node(id: $id) { version } }', { id })).node.version

/** All of the test is accounted for and signed by whom it says. */
async function prepared(work: Tested, by: Person): Promise<void> {
  await a.senior.does('raiseException', work.matter)
  const { procedureId } = work
  const input = {
    procedureId,
    expectedVersion: await version(procedureId),
    outcome: 'EXCEPTIONS',
    outcomeNote: 'Seen.',
  }
  await by.does('prepareProcedure', input)
}

const review = async (by: Person, { procedureId }: Tested) =>
  (await by.tryTo('reviewProcedure', { procedureId, expectedVersion: await version(procedureId) })).errors

/** The person records a result again, as it was. */
async function recordedBy(person: Person, work: Tested, place: string): Promise<void> {
  const id = work.results[place]?.id
  const { node } = await person.gql(
    'query ($id: ID!) { node(id: $id) { version ... on Result { outcome sampleItem { id } } } }',
    { id },
  )
  await person.does('recordResult', {
    sampleItemId: node.sampleItem.id,
    attribute: place.split(' ')[1],
    outcome: node.outcome,
    note: 'Seen again (invented).',
    expectedVersion: node.version,
  })
}

describe('whoever had a hand in a procedure does not review it', () => {
  it('also when somebody else recorded their results once more since', async () => {
    const work = await tested(w, a)
    await recordedBy(a.manager, work, 'C-2 A')
    await recordedBy(a.senior, work, 'C-2 A')
    await recordedBy(a.staff, work, 'C-2 A')
    await prepared(work, a.staff)
    expect(await review(a.manager, work)).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    expect(await review(a.partner, work)).toEqual([])
  })

  it('also when their own signature was withdrawn and another person signed', async () => {
    const work = await tested(w, a)
    const { procedureId } = work
    await prepared(work, a.manager)
    const reason = 'Staff is to sign it.'
    await a.manager.does('sendBackProcedure', { procedureId, expectedVersion: await version(procedureId), reason })
    const again = { outcome: 'EXCEPTIONS', outcomeNote: 'Seen.' }
    await a.staff.does('prepareProcedure', { procedureId, expectedVersion: await version(procedureId), ...again })
    expect(await review(a.manager, work)).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    expect(await review(a.partner, work)).toEqual([])
  })
})

describe('that a deviation is none', () => {
  it('is not agreed by somebody who had a hand in the test, whoever recorded it last', async () => {
    const work = await tested(w, a)
    const resultId = work.results['C-2 A']?.id as string
    await recordedBy(a.manager, work, 'C-2 A')
    await recordedBy(a.staff, work, 'C-2 A')
    const reason = 'A housekeeping commit (invented).'
    await a.staff.does('explainDeviation', { resultId, reason, expectedVersion: await version(resultId) })
    const decision = { resultId, expectedVersion: await version(resultId), approve: true }
    const before = await w.digest()
    expect((await a.manager.tryTo('decideExplanation', decision)).errors).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES' },
    ])
    expect(await w.digest()).toBe(before)
    expect((await a.partner.tryTo('decideExplanation', decision)).errors).toEqual([])
  })
})
