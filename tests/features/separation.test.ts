import { describe, expect, it } from 'vitest'
import { matter, type Tested, tested } from '../support/exceptions.js'
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

describe('a person who had a hand in a procedure does not review it', () => {
  it('also when another person recorded their results once more since', async () => {
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
  it('is not agreed by a person who had a hand in the test, even if another person recorded it last', async () => {
    const work = await tested(w, a)
    const resultId = work.results['C-2 A']?.id as string
    await recordedBy(a.manager, work, 'C-2 A')
    await recordedBy(a.staff, work, 'C-2 A')
    const why = {
      kind: 'CONTROL_OPERATED',
      reason: 'Reviewed by mail (invented).',
      alternativeProcedure: 'Read the mail of that day (invented).',
    }
    await a.staff.does('explainDeviation', { resultId, ...why, expectedVersion: await version(resultId) })
    const decision = { resultId, expectedVersion: await version(resultId), approve: true }
    const before = await w.digest()
    expect((await a.manager.tryTo('decideExplanation', decision)).errors).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES' },
    ])
    expect(await w.digest()).toBe(before)
    expect((await a.partner.tryTo('decideExplanation', decision)).errors).toEqual([])
  })
})

describe('a person who wrote on the draft of an exception does not confirm it', () => {
  interface Raised {
    id: string
    version: number
  }
  const few = (work: Tested, ...places: string[]) => places.map((place) => work.results[place]?.id)
  const raised = async (work: Tested): Promise<Raised> => {
    const input = { ...work.matter, resultIds: few(work, 'C-2 A', 'C-3 A') }
    return (await a.senior.does('raiseException', input, 'exception { id version }')).exception
  }
  const act = async (by: Person, mutation: string, { id }: Raised, more: object = {}) =>
    (await by.tryTo(mutation, { exceptionId: id, expectedVersion: await version(id), ...more })).errors
  const seen = async (by: Person, { id }: Raised) => {
    const query = 'query ($id: ID!) { exception(id: $id) { authors { id } actions { name allowed } } }'
    const { authors, actions } = (await by.gql(query, { id })).exception
    return {
      authors: authors.map((one: { id: string }) => one.id),
      mayConfirm: actions.find(({ name }: { name: string }) => name === 'confirmException').allowed,
    }
  }
  const wording = 'Of 5 changes tested, 2 had no review (C-2, C-3).'

  it.each([
    ['its matter', 'updateException', () => matter],
    ['its wording', 'editSectionFourText', () => ({ wording })],
    ['its figures', 'recountException', (work: Tested) => ({ resultIds: few(work, 'C-5 A') })],
    // C-3 deviates already: the figures stay as they are.
    ['the deviations it reports', 'recountException', (work: Tested) => ({ resultIds: few(work, 'C-3 B') })],
  ] as const)('be it %s', async (_, mutation, more) => {
    const work = await tested(w, a)
    const exception = await raised(work)
    expect(await seen(a.manager, exception)).toEqual({ authors: [a.senior.memberId], mayConfirm: true })
    expect(await act(a.manager, mutation, exception, more(work))).toEqual([])
    expect(await act(a.senior, 'updateException', exception, matter)).toEqual([])
    expect(await seen(a.manager, exception)).toEqual({
      authors: [a.senior.memberId, a.manager.memberId],
      mayConfirm: false,
    })
    const before = await w.digest()
    expect(await act(a.manager, 'confirmException', exception)).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    expect(await w.digest()).toBe(before)
    expect(await act(a.partner, 'confirmException', exception)).toEqual([])
    expect(await act(a.manager, 'editSectionFourText', exception, { wording })).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES' },
    ])
  })

  it('but a count that finds nothing new, and confirming anew, make no person an author', async () => {
    const exception = await raised(await tested(w, a))
    expect(await act(a.manager, 'recountException', exception, { resultIds: [] })).toEqual([])
    expect(await act(a.manager, 'confirmException', exception)).toEqual([])
    for (const text of [wording, `${wording} No person noticed.`]) {
      expect(await act(a.manager, 'editSectionFourText', exception, { wording: text })).toEqual([])
    }
    expect((await seen(a.manager, exception)).authors).toEqual([a.senior.memberId])
  })
})
