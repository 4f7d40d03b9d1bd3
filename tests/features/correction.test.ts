import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Chain, chain } from '../support/chain.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const stranger = await (await w.firm('Birch')).client('Heron Pay')

/** A misstatement of the description under a description criterion: of no control, and of no period. */
const misstatement = (code: string, changes: object = {}) => ({
  kind: 'DESCRIPTION_MISSTATEMENT',
  controlId: null,
  category: 'INSUFFICIENT_DOCUMENTATION',
  criteriaCodes: [code],
  title: `${code} is wrong`,
  expectedOperation: 'Each incident of the period that led to a failure of a commitment is told.',
  condition: 'It says that there was none; there was one in May.',
  cause: 'OVERSIGHT',
  potentialImpact: 'Readers do not learn of the incident.',
  evidenceNote: 'WP 7.1, read against the register of incidents.',
  ...{ failedFrom: null, failedTo: null, failurePeriodBasis: null, causeNote: null },
  ...changes,
})

const sectionsOf = async (work: Chain): Promise<{ id: string; criterion: string; version: number }[]> => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { descriptionSections { id criterion version writtenAt } } }'
  return (await client.admin.gql(asked, { id: work.engagementId })).engagement.descriptionSections
}

const sectionOf = async (work: Chain, criterion: string) => {
  const section = (await sectionsOf(work)).find((one) => one.criterion === criterion)
  if (!section) throw new Error(`There is no section ${criterion}.`)
  return section
}

/** The client writes a section anew. Answers its id. */
async function rewritten(work: Chain, criterion: string, text: string): Promise<string> {
  const { id, version } = await sectionOf(work, criterion)
  const input = { engagementId: work.engagementId, criterion, text, expectedVersion: version }
  await client.admin.does('writeDescriptionSection', input)
  return id
}

/** An engagement whose description is written, and a misstatement of it that the client knows of. */
async function misstated(code = 'DC4'): Promise<{ work: Chain; exceptionId: string }> {
  const work = await chain(a, client)
  await work.documents()
  return { work, exceptionId: await work.exception(misstatement(code)) }
}

const corrected = (work: Chain, exceptionId: string, descriptionSectionId: string) =>
  work.change(a.manager, 'recordCorrection', 'exceptionId', exceptionId, {
    note: 'DC4 tells the incident of May now.',
    descriptionSectionId,
  })

const read = async (by: Person, id: string, selection: string) =>
  (await by.gql(`query ($id: ID!) { exception(id: $id) { ${selection} } }`, { id })).exception

const blockersOf = async (work: Chain): Promise<string[]> => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code } } } }'
  const { readiness } = (await a.partner.gql(asked, { id: work.engagementId })).engagement
  return readiness.blockers.map(({ code }: { code: string }) => code)
}

describe('a misstatement of the description', () => {
  it('that management corrects is not printed; one left uncorrected is weighed, printed and listed for the letter', async () => {
    const { work, exceptionId } = await misstated()
    const left = await work.exception(misstatement('DC3', { title: 'DC3 leaves out a data centre' }))
    const listed = async () => {
      const asked =
        'query ($id: ID!, $is: Boolean!) { engagement(id: $id) { exceptions(filter: { isUncorrectedMisstatement: $is }) { nodes { id state } } } }'
      const of = async (is: boolean) =>
        (await a.partner.gql(asked, { id: work.engagementId, is })).engagement.exceptions.nodes
      const [uncorrected, others] = [await of(true), await of(false)]
      expect([...uncorrected, ...others].map(({ id }) => id).sort()).toEqual([exceptionId, left].sort())
      return uncorrected
    }
    expect(await listed()).toMatchObject([{ id: exceptionId }, { id: left }])
    const sectionId = await rewritten(work, 'DC4', 'There was one incident in May, which was over within a day.')
    await corrected(work, exceptionId, sectionId)
    expect(await listed()).toEqual([{ id: left, state: 'COMMUNICATED' }])

    await work.answered(left)
    await work.startCompletion()
    await work.concluded(left)
    await work.decided()
    await work.cleared()
    const { report } = await work.issue()
    const model = JSON.parse(report.model)
    expect(model.tests.exceptions.map(({ number }: { number: number }) => number)).toEqual([2])
    expect(report.model).not.toContain('DC4 is wrong')
    expect(report.model).toContain('What the description is to say: ')
    expect(report.model).not.toContain('Control: ')
    const opinion = `query ($id: ID!) { engagement(id: $id) { opinion { conclusions { subjectMatter opinion } } } }`
    const { conclusions } = (await a.partner.gql(opinion, { id: work.engagementId })).engagement.opinion
    expect(conclusions).toEqual([
      { subjectMatter: 'DESCRIPTION', opinion: 'QUALIFIED' },
      { subjectMatter: 'SUITABILITY_OF_DESIGN', opinion: 'UNQUALIFIED' },
      { subjectMatter: 'OPERATING_EFFECTIVENESS', opinion: 'UNQUALIFIED' },
    ])
    expect(await listed()).toEqual([{ id: left, state: 'CONCLUDED' }])
  })

  it('stays in the file once it is corrected, with who saw it, when and in what; the client sees that it is', async () => {
    const { work, exceptionId } = await misstated()
    const sectionId = await rewritten(work, 'DC4', 'There was one incident in May.')
    await corrected(work, exceptionId, sectionId)
    const seen = 'state correctionNote correctedAt correctedSectionVersion correctedBy { id } correctedSection { id }'
    expect(await read(a.staff, exceptionId, `${seen} condition correctionRestsOn { id }`)).toEqual({
      state: 'CORRECTED',
      condition: 'It says that there was none; there was one in May.',
      correctionNote: 'DC4 tells the incident of May now.',
      correctedAt: expect.any(String),
      correctedSectionVersion: 2,
      correctedBy: { id: a.manager.memberId },
      correctedSection: { id: sectionId },
      correctionRestsOn: [],
    })
    expect(await read(client.respondent, exceptionId, seen)).toMatchObject({
      state: 'CORRECTED',
      correctionNote: null,
      correctedBy: null,
      correctedSection: { id: sectionId },
    })
    const before = await w.digest()
    const { errors } = await client.respondent.tryTo('draftResponse', { exceptionId, acknowledgement: 'Noted.' })
    expect(errors).toMatchObject([{ code: 'INVALID_TRANSITION' }])
    expect(
      await work.refused(a.manager, 'communicateException', 'exceptionId', exceptionId, {
        responseDueOn: '2099-01-01',
      }),
    ).toMatchObject([{ code: 'INVALID_TRANSITION' }])
    expect(await w.digest()).toBe(before)
  })

  it('is seen again where the section was written anew, or withdrawn and raised again', async () => {
    const { work, exceptionId } = await misstated()
    const sectionId = await rewritten(work, 'DC4', 'There was one incident in May.')
    await corrected(work, exceptionId, sectionId)
    await work.startCompletion()
    expect(await blockersOf(work)).not.toContain('CORRECTION_OUTDATED')
    await rewritten(work, 'DC4', 'There was no incident.')
    expect(await blockersOf(work)).toContain('CORRECTION_OUTDATED')
    await rewritten(work, 'DC4', 'There was one incident in May after all.')
    await corrected(work, exceptionId, sectionId)
    expect(await blockersOf(work)).not.toContain('CORRECTION_OUTDATED')
    await rewritten(work, 'DC4', 'There was no incident.')
    const why = { reason: 'The description was changed back.', restsOnIds: [work.procedureId] }
    await work.change(a.manager, 'withdrawException', 'exceptionId', exceptionId, why)
    expect(await blockersOf(work)).not.toContain('CORRECTION_OUTDATED')
    const kept = await read(a.staff, exceptionId, 'state correctionNote restsOn { id }')
    expect(kept).toEqual({
      state: 'WITHDRAWN',
      correctionNote: 'DC4 tells the incident of May now.',
      restsOn: [{ id: work.procedureId }],
    })
  })

  it('is not corrected in a section that says the same, however often it is written, nor in one on another matter', async () => {
    const { work, exceptionId } = await misstated()
    const { id, version } = await sectionOf(work, 'DC4')
    const asked = `query ($id: ID!) { node(id: $id) { ... on DescriptionSection { text writtenAt version } } }`
    const section = async () => (await client.admin.gql(asked, { id })).node
    const { text, writtenAt } = await section()
    // The same text is no change at all, other spacing no newer text.
    await rewritten(work, 'DC4', text)
    expect(await section()).toEqual({ text, writtenAt, version })
    await rewritten(work, 'DC4', ` ${text.replace(' ', '\n\n')}\n`)
    expect(await section()).toMatchObject({ writtenAt, version: version + 1 })
    const another = await rewritten(work, 'DC5', 'The criteria are those of 2017.')
    const before = await w.digest()
    for (const descriptionSectionId of [id, another]) {
      const given = { note: 'It says so now.', descriptionSectionId, restsOnIds: [work.procedureId] }
      const errors = await work.refused(a.manager, 'recordCorrection', 'exceptionId', exceptionId, given)
      expect(errors).toMatchObject([{ code: 'INVALID_INPUT', path: ['descriptionSectionId'] }])
    }
    expect(await w.digest()).toBe(before)
    await rewritten(work, 'DC4', 'There was one incident in May.')
    expect((await section()).writtenAt > writtenAt).toBe(true)
    await corrected(work, exceptionId, id)
    expect(await read(a.staff, exceptionId, 'state')).toEqual({ state: 'CORRECTED' })
  })

  it('is corrected as a paper shows, where no section does', async () => {
    const { work, exceptionId } = await misstated()
    const { id } = await a.staff.brings(work.engagementId, { name: 'section-3.txt', content: 'As printed (invented).' })
    const seen = { note: 'The final text tells it.', restsOnIds: [id] }
    await work.change(a.partner, 'recordCorrection', 'exceptionId', exceptionId, seen)
    expect(await read(a.staff, exceptionId, 'state correctedSection { id } correctionRestsOn { id }')).toEqual({
      state: 'CORRECTED',
      correctedSection: null,
      correctionRestsOn: [{ id }],
    })
  })

  it('is not corrected by who wrote it, without anything that shows it, nor once it is concluded; nothing moves', async () => {
    const { work, exceptionId } = await misstated()
    const own = await a.manager.does(
      'raiseException',
      { engagementId: work.engagementId, ...misstatement('DC5') },
      'exception { id }',
    )
    await work.change(a.partner, 'confirmException', 'exceptionId', own.exception.id)
    const draft = await a.senior.does(
      'raiseException',
      { engagementId: work.engagementId, ...misstatement('DC6') },
      'exception { id }',
    )
    const other = await work.exception()
    const concluded = await work.exception(misstatement('DC7'))
    await work.concluded(concluded)
    const unchanged = (await sectionOf(work, 'DC4')).id
    const elsewhere = await misstated()
    const foreign = await rewritten(elsewhere.work, 'DC4', 'There was one.')
    const paper = { restsOnIds: [work.procedureId] }
    const refusals: [Person, string, object, object][] = [
      [a.manager, own.exception.id, paper, { code: 'SEPARATION_OF_DUTIES' }],
      [a.manager, draft.exception.id, paper, { code: 'INVALID_TRANSITION' }],
      [a.manager, concluded, paper, { code: 'INVALID_TRANSITION' }],
      [a.manager, other, paper, { code: 'INVALID_INPUT', path: ['exceptionId'] }],
      [a.manager, exceptionId, {}, { code: 'INVALID_INPUT', path: ['restsOnIds'] }],
      [
        a.manager,
        exceptionId,
        { descriptionSectionId: unchanged },
        { code: 'INVALID_INPUT', path: ['descriptionSectionId'] },
      ],
      [
        a.manager,
        exceptionId,
        { descriptionSectionId: foreign },
        { code: 'NOT_FOUND', path: ['descriptionSectionId'] },
      ],
      [
        a.manager,
        exceptionId,
        { descriptionSectionId: randomUUID() },
        { code: 'NOT_FOUND', path: ['descriptionSectionId'] },
      ],
      [a.manager, exceptionId, { restsOnIds: [exceptionId] }, { code: 'INVALID_INPUT', path: ['restsOnIds', '0'] }],
      [
        a.manager,
        exceptionId,
        { restsOnIds: [elsewhere.exceptionId] },
        { code: 'NOT_FOUND', path: ['restsOnIds', '0'] },
      ],
    ]
    const before = await w.digest()
    for (const [by, id, input, expected] of refusals) {
      const given = { note: 'It says so now.', ...input }
      const errors = await work.refused(by, 'recordCorrection', 'exceptionId', id, given)
      expect(errors, JSON.stringify(input)).toMatchObject([expected])
    }
    const input = { exceptionId, expectedVersion: await work.version(exceptionId), note: 'It says so now.', ...paper }
    for (const person of [a.reviewer, a.senior, a.staff, client.admin, client.respondent, stranger.admin]) {
      expect(await person.isDenied('recordCorrection', input), person.name).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
  })
})
