import { describe, expect, it } from 'vitest'
import { type Chain, chain, judgmentsOf } from '../support/chain.js'
import { controlOf } from '../support/fieldwork.js'
import { figuresAgainst } from '../support/figures-against.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const b = await w.firm('Birch')
const client = await a.client('Kestrel Cloud')

const asked = `query ($id: ID!) { engagement(id: $id) { criterionProposals { criterion { code } design operation isReady
  reasons(first: 5) { nodes { subjectMatter leadsTo because controls(first: 1) { nodes { id } } exceptions(first: 1) { nodes { id } } } }
  conclusion { id version design operation proposedDesign proposedOperation rationale otherGround differs isStale
    criterion { code } engagement { id } restsOn { id } concludedBy { id } concludedAt } } } }`
const criteriaOf = async (engagementId: string, by: Person = a.staff): Promise<any[]> =>
  (await by.gql(asked, { id: engagementId })).engagement.criterionProposals
const criterionOf = async (engagementId: string, code = 'CC8.1') =>
  (await criteriaOf(engagementId)).find(({ criterion }) => criterion.code === code)
const blockers = async (engagementId: string, to = 'ISSUED') =>
  (
    await a.manager.gql(
      `query ($id: ID!) { engagement(id: $id) { readiness(to: ${to}) { blockers { code message node } } } }`,
      { id: engagementId },
    )
  ).engagement.readiness.blockers.filter(({ code }: any) => code.startsWith('CRITERION_'))

const rationale = 'Over all controls that serve it.'
const outcome = (changes: object = {}): Record<string, unknown> => ({
  criterionCode: 'CC8.1',
  design: 'ACHIEVED',
  operation: 'ACHIEVED',
  rationale,
  ...changes,
})
/** Does what must be refused; answers the refusals. Nothing moved. */
async function refused(by: Person, mutation: string, input: Record<string, unknown>): Promise<any[]> {
  const before = await w.digest()
  const { errors } = await by.tryTo(mutation, input)
  expect(errors).not.toEqual([])
  expect(await w.digest()).toBe(before)
  return errors
}
const cannot = (work: Chain, by: Person, changes: Record<string, unknown>) =>
  refused(by, 'concludeCriterion', { engagementId: work.engagementId, ...outcome(changes) })
const conclude = async (work: Chain, by: Person, changes: Record<string, unknown> = {}) => {
  const given = { engagementId: work.engagementId, ...outcome(changes) }
  return (await by.does('concludeCriterion', given, 'conclusion { id version }')).conclusion
}

describe('concluding on criteria', () => {
  it('those that no exception names are concluded in one act, the others each by itself, as proposed', async () => {
    const work = await chain(a, client)
    const { engagementId, controlId } = work
    const exceptionId = await work.exception()
    await work.concluded(exceptionId)
    const { conclusions } = await a.manager.does(
      'concludeCriteriaAsProposed',
      { engagementId },
      'conclusions { criterion { code } }',
    )
    expect(conclusions).toHaveLength(32)
    expect(await blockers(engagementId)).toMatchObject([
      { code: 'CRITERION_NOT_CONCLUDED', message: expect.stringContaining('CC8.1') },
    ])
    expect(await refused(a.manager, 'concludeCriteriaAsProposed', { engagementId })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['engagementId'] },
    ])
    const open = await criterionOf(engagementId)
    expect(open).toMatchObject({ design: 'ACHIEVED', operation: 'UNABLE_TO_CONCLUDE', isReady: true, conclusion: null })
    expect(open.reasons.nodes).toMatchObject([
      { subjectMatter: 'SUITABILITY_OF_DESIGN', leadsTo: 'ACHIEVED', controls: { nodes: [{ id: controlId }] } },
      { leadsTo: 'UNABLE_TO_CONCLUDE', exceptions: { nodes: [{ id: exceptionId }] } },
      { leadsTo: 'ACHIEVED', because: 'Concluded EFFECTIVE: CM-01.' },
    ])
    const { id } = await conclude(work, a.manager, { operation: 'UNABLE_TO_CONCLUDE' })
    expect((await criterionOf(engagementId)).conclusion).toMatchObject({
      id,
      criterion: { code: 'CC8.1' },
      engagement: { id: engagementId },
      operation: 'UNABLE_TO_CONCLUDE',
      proposedOperation: 'UNABLE_TO_CONCLUDE',
      rationale,
      differs: false,
      isStale: false,
      concludedBy: { id: a.manager.memberId },
    })
    expect((await criterionOf(engagementId, 'CC1.1')).conclusion).toMatchObject({ rationale: null, differs: false })
    expect(await blockers(engagementId)).toEqual([])
    expect((await judgmentsOf(a.partner, engagementId)).nodes).toEqual([])
  })

  it('is refused twice, out of scope, before exceptions are decided and by others; nothing moves', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const exceptionId = await work.exception()
    expect(await cannot(work, a.manager, {})).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'EXCEPTION_UNDECIDED', node: exceptionId }] },
    ])
    expect((await criterionOf(engagementId)).isReady).toBe(false)
    await work.concluded(exceptionId, { material: false })
    for (const criterionCode of ['A1.1', 'CC0.0']) {
      expect(await cannot(work, a.manager, { criterionCode })).toMatchObject([
        { code: 'INVALID_INPUT', path: ['criterionCode'] },
      ])
    }
    await conclude(work, a.manager)
    await chain(b, await b.client('Kite'))
    expect(await cannot(work, a.manager, {})).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['criterionCode'] }])
    const before = await w.digest()
    const given = { engagementId, ...outcome({ criterionCode: 'CC1.1' }) }
    for (const person of [a.senior, a.staff, a.reviewer, client.admin]) {
      expect(await person.isDenied('concludeCriterion', given)).toBe('FORBIDDEN')
      expect(await person.isDenied('concludeCriteriaAsProposed', { engagementId })).toBe('FORBIDDEN')
    }
    expect(await b.partner.isDenied('concludeCriterion', given)).toBe('NOT_FOUND')
    expect(await w.digest()).toBe(before)
    expect(
      await client.admin.gql('query ($id: ID!) { engagement(id: $id) { criterionProposals { isReady } } }', {
        id: engagementId,
      }),
    ).toMatchObject({
      engagement: { criterionProposals: [] },
    })
  })

  it('a control that is not concluded stands before it', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    const { control } = await a.senior.does(
      'createControl',
      controlOf(engagementId, { ref: 'CM-02', criteriaCodes: ['CC8.1'] }),
      'control { id }',
    )
    expect(await cannot(work, a.manager, {})).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'CONTROL_NOT_CONCLUDED', node: control.id }] },
    ])
    await work.criteria()
    expect(await blockers(engagementId)).toMatchObject([{ message: expect.stringContaining('CC8.1') }])
    expect(await refused(a.manager, 'concludeCriteriaAsProposed', { engagementId })).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'CONTROL_NOT_CONCLUDED', node: control.id }] },
    ])
  })

  it('another outcome than proposed is the partner’s, with papers, and is on the list of judgments', async () => {
    const work = await chain(a, client)
    const { engagementId, procedureId } = work
    await work.concluded(await work.exception())
    expect(await cannot(work, a.manager, { restsOnIds: [procedureId] })).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES' },
    ])
    expect(await cannot(work, a.partner, {})).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
    expect(await cannot(work, a.partner, { restsOnIds: [engagementId] })).toMatchObject([
      { code: 'NOT_FOUND', path: ['restsOnIds', '0'] },
    ])
    const { id } = await conclude(work, a.partner, { restsOnIds: [procedureId] })
    expect((await criterionOf(engagementId)).conclusion).toMatchObject({
      differs: true,
      proposedOperation: 'UNABLE_TO_CONCLUDE',
      restsOn: [{ id: procedureId }],
    })
    expect((await judgmentsOf(a.partner, engagementId)).nodes).toMatchObject([
      {
        kind: 'CONCLUSION_DIFFERS_FROM_PROPOSAL',
        subject: { __typename: 'CriterionConclusion', id },
        reason: rationale,
        restsOn: [{ id: procedureId }],
        figures: [
          { name: 'PROPOSED', value: 'CC8.1 OPERATING_EFFECTIVENESS: UNABLE_TO_CONCLUDE' },
          { name: 'DECIDED', value: 'CC8.1 OPERATING_EFFECTIVENESS: ACHIEVED' },
        ],
        awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'],
      },
    ])
    // What the partner says of the criterion does not talk the exception away.
    await work.criteria()
    expect((await work.proposal()).overall).toBe('QUALIFIED')
  })

  it('ACHIEVED is refused outright where every control failed; the criterion then gives the basis of the opinion', async () => {
    const work = await figuresAgainst(a, client)
    const { engagementId, testId } = work
    const exceptionId = await work.reported()
    await work.signed('EXCEPTIONS')
    await work.concludedAs('NOT_EFFECTIVE')
    await work.concluded(exceptionId, { material: false, restsOnIds: [testId] })
    const both = (await criterionOf(engagementId)).reasons.nodes.map(({ because }: any) => because)
    expect(both).toContain('Concluded EFFECTIVE: CM-01.')
    const { rows } = await w.owner.query("select id from control where engagement_id = $1 and ref = 'CM-01'", [
      engagementId,
    ])
    const retired = { reason: 'It was the same control twice, invented.', restsOnIds: [testId] }
    await work.change(a.partner, 'retireControl', 'controlId', rows[0].id, retired)
    for (const restsOnIds of [[], [testId]]) {
      expect(await cannot(work, a.partner, { restsOnIds })).toMatchObject([
        { code: 'INVALID_INPUT', path: ['operation'], message: expect.stringContaining('Every control') },
      ])
    }
    const words = 'The emergency changes had one pair of eyes, invented.'
    await conclude(work, a.manager, { operation: 'NOT_ACHIEVED', rationale: words })
    const { overall, bases, complete } = await work.proposal()
    // No control serves the other criteria any more, and nobody has concluded on them.
    expect({ overall, complete }).toEqual({ overall: 'QUALIFIED', complete: false })
    expect(bases[0].text).toMatch(
      /^Controls did not provide reasonable assurance .* the criterion CC8\.1 \(.*\)\. The emergency/,
    )
    expect(await criterionOf(engagementId, 'CC1.1')).toMatchObject({
      design: 'NOT_ACHIEVED',
      operation: 'NOT_ACHIEVED',
      reasons: { nodes: [{ because: 'No control serves it.' }, { because: expect.stringContaining('Carried') }] },
    })
  })

  it('ACHIEVED is refused where a control could not be tested and nothing says so', async () => {
    const work = await chain(a, client)
    // As a test that could not be performed ends: tests/features/conclusion has the way there.
    await w.owner.query("update control set operation_conclusion = 'UNABLE_TO_TEST' where id = $1", [work.controlId])
    expect(await cannot(work, a.partner, { restsOnIds: [work.procedureId] })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['operation'], message: expect.stringContaining('scope limitation') },
    ])
    await work.concluded(await work.exception({ kind: 'SCOPE_LIMITATION' }), { material: false })
    expect(await cannot(work, a.manager, {})).toMatchObject([{ code: 'SEPARATION_OF_DUTIES' }])
    await conclude(work, a.partner, { restsOnIds: [work.procedureId] })
  })

  it('in a Type 1 design alone is concluded', async () => {
    const typeOne = { kind: 'SOC2_TYPE_1', periodStart: null, periodEnd: null, asOf: '2025-12-31' }
    const work = await chain(a, client, typeOne)
    expect(await criterionOf(work.engagementId)).toMatchObject({ design: 'ACHIEVED', operation: null })
    expect(await cannot(work, a.manager, {})).toMatchObject([{ code: 'INVALID_INPUT', path: ['operation'] }])
    await conclude(work, a.manager, { operation: null })
    await work.criteria()
    expect(await blockers(work.engagementId)).toEqual([])
    const concluded = (await criterionOf(work.engagementId)).conclusion
    expect(concluded).toMatchObject({ design: 'ACHIEVED', operation: null, proposedOperation: null, differs: false })
  })
})

describe('operation is at least as modified as design', () => {
  const ground = 'The design was at fault in a part of the system that processed nothing in the period, invented.'
  const deficient = async () => {
    const work = await chain(a, client)
    await work.concluded(await work.exception({ kind: 'DESIGN_DEFICIENCY', category: 'CONTROL_GAP' }))
    return { ...work, papers: [work.procedureId] }
  }

  it('is proposed so, and operation ACHIEVED is refused without another ground', async () => {
    const work = await deficient()
    expect(await criterionOf(work.engagementId)).toMatchObject({ design: 'NOT_ACHIEVED', operation: 'NOT_ACHIEVED' })
    const less = { design: 'NOT_ACHIEVED', restsOnIds: work.papers }
    expect(await cannot(work, a.partner, less)).toMatchObject([{ code: 'INVALID_INPUT', path: ['otherGround'] }])
    expect(await cannot(work, a.manager, { ...less, otherGround: ground })).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES' },
    ])
    const needless = { design: 'NOT_ACHIEVED', operation: 'NOT_ACHIEVED', otherGround: ground }
    expect(await cannot(work, a.partner, needless)).toMatchObject([{ code: 'INVALID_INPUT', path: ['otherGround'] }])
  })

  it('another ground frees operation, stands on the list, and holds the report until both acknowledge it', async () => {
    const work = await deficient()
    const { engagementId } = work
    await conclude(work, a.partner, { design: 'NOT_ACHIEVED', restsOnIds: work.papers, otherGround: ground })
    await work.criteria()
    const { conclusions } = await work.proposal()
    const types = conclusions.map(({ subjectMatter, opinion }: any) => [subjectMatter, opinion])
    expect(types).toEqual([
      ['DESCRIPTION', 'UNQUALIFIED'],
      ['SUITABILITY_OF_DESIGN', 'QUALIFIED'],
      ['OPERATING_EFFECTIVENESS', 'UNQUALIFIED'],
    ])
    const [judgment] = (await judgmentsOf(a.reviewer, engagementId)).nodes
    expect(judgment).toMatchObject({
      statement: 'CC8.1 is concluded ACHIEVED in operation and not in design, on another ground.',
      reason: expect.stringContaining(ground),
      awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'],
    })
    const codes = async () =>
      (
        await a.manager.gql(
          'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code node } } } }',
          { id: engagementId },
        )
      ).engagement.readiness.blockers.filter(({ code }: any) => code === 'JUDGMENT_UNACKNOWLEDGED')
    expect(await codes()).toHaveLength(1)
    await work.acknowledged()
    expect(await codes()).toEqual([])
  })

  it('a conclusion that is revised states the ground again, or none', async () => {
    const work = await deficient()
    const { id } = await conclude(work, a.partner, {
      design: 'NOT_ACHIEVED',
      restsOnIds: work.papers,
      otherGround: ground,
    })
    const { criterionCode: _, ...anew } = outcome({ design: 'NOT_ACHIEVED', operation: 'NOT_ACHIEVED' })
    const input = { criterionConclusionId: id, expectedVersion: 1, ...anew }
    expect(await refused(a.manager, 'reviseCriterionConclusion', input)).toMatchObject([
      { code: 'INVALID_INPUT', path: ['otherGround'] },
    ])
    expect(await refused(a.manager, 'reviseCriterionConclusion', { ...input, expectedVersion: 2 })).toMatchObject([
      { code: 'VERSION_CONFLICT' },
    ])
    await a.manager.does('reviseCriterionConclusion', { ...input, otherGround: null })
    const { conclusion } = await criterionOf(work.engagementId)
    expect(conclusion).toMatchObject({ id, version: 2, operation: 'NOT_ACHIEVED', otherGround: null, restsOn: [] })
    expect((await judgmentsOf(a.partner, work.engagementId)).nodes).toEqual([])
  })
})

describe('a later exception', () => {
  it('makes the conclusions on its criteria stale, and the opinion with them; neither is issued until decided again', async () => {
    const work = await chain(a, client)
    const { engagementId } = work
    await work.startCompletion()
    await work.documents()
    await work.decided()
    await work.cleared()
    const standing = await criterionOf(engagementId)
    expect(await blockers(engagementId)).toEqual([])
    const exceptionId = await work.exception()
    await work.answered(exceptionId)
    expect((await criterionOf(engagementId)).conclusion).toMatchObject({ id: standing.conclusion.id, isStale: true })
    expect((await criterionOf(engagementId, 'CC1.1')).conclusion.isStale).toBe(false)
    expect(await blockers(engagementId)).toMatchObject([
      { code: 'CRITERION_CONCLUSION_STALE', node: standing.conclusion.id },
    ])
    await work.concluded(exceptionId)
    const before = await w.digest()
    const [notReady] = await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId)
    expect(notReady.code).toBe('NOT_READY')
    expect(await w.digest()).toBe(before)
    const { complete, overall } = await work.proposal()
    expect({ complete, overall }).toEqual({ complete: false, overall: 'QUALIFIED' })
    await work.revised()
    expect((await criterionOf(engagementId)).conclusion).toMatchObject({
      id: standing.conclusion.id,
      version: 2,
      operation: 'UNABLE_TO_CONCLUDE',
      isStale: false,
    })
    expect((await work.proposal()).complete).toBe(true)
    await work.cleared()
    expect((await work.issue()).engagement.state).toBe('ISSUED')
    expect(await refused(a.partner, 'concludeCriteriaAsProposed', { engagementId })).toMatchObject([
      { code: 'ENGAGEMENT_STATE' },
    ])
  })

  it('withdrawn, it leaves a conclusion as it was proposed, which the one act renews', async () => {
    const work = await chain(a, client)
    const { engagementId, change } = work
    const exceptionId = await work.exception()
    const decisionId = await work.weighed(exceptionId)
    await change(a.partner, 'approveMateriality', 'decisionId', decisionId)
    await work.criteria()
    const concluded = (await criterionOf(engagementId)).conclusion
    expect(concluded).toMatchObject({ operation: 'UNABLE_TO_CONCLUDE', version: 1 })
    await change(a.partner, 'reopenMateriality', 'decisionId', decisionId, { reason: 'The evidence was found.' })
    const found = { reason: 'The evidence was found.', restsOnIds: [work.procedureId] }
    await change(a.manager, 'withdrawException', 'exceptionId', exceptionId, found)
    expect((await criterionOf(engagementId)).conclusion.isStale).toBe(true)
    const renewed = await a.manager.does('concludeCriteriaAsProposed', { engagementId }, 'conclusions { id }')
    expect(renewed.conclusions).toEqual([{ id: concluded.id }])
    expect((await criterionOf(engagementId)).conclusion).toMatchObject({ operation: 'ACHIEVED', version: 2 })
  })
})
