import { describe, expect, it } from 'vitest'
import { assertionText, claimsBeside } from '../support/assertions.js'
import { type Chain, chain, today } from '../support/chain.js'
import { coverageOf, decidesOn, inventedSet, loadsSet, mapsTo, takesIn } from '../support/frameworks.js'
import { world } from '../support/world.js'

// The opinion based on additional criteria: it follows from the conclusions on the mapped controls, binds the opinion on all else, is claimed
// by management, and is printed. A mapping that it does not cover is printed as other information, where the firm says so.

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const reason = 'Users asked for it in writing, invented.'
const why = ({ procedureId }: Chain) => ({ reason, restsOnIds: [procedureId] })
const rationale = 'What was not met is confined to telling of losses, invented.'

/** A chain whose control is mapped to the first two criteria; the third one applies not, or has no control. */
async function covered(ground: 'NOT_APPLICABLE' | 'NO_CONTROL', given: Parameters<typeof chain>[2] = {}) {
  const work = await chain(a, client, given)
  const criteriaSetId = await loadsSet(a.partner, { edition: `of ${work.engagementId}` })
  const frameworkId = await takesIn(a.partner, work.engagementId, criteriaSetId, undefined, why(work))
  await mapsTo(a.partner, work, frameworkId, ['LK-1', 'LK-2'])
  const uncovered = { frameworkId, criteriaCodes: ['LK-3(a)'], ground, ...why(work) }
  await a.partner.does('recordUncoveredCriteria', uncovered)
  const name = `${inventedSet.name}, of ${work.engagementId}`
  return { work, frameworkId, name }
}

const codesToIssue = async ({ engagementId }: Chain): Promise<string[]> => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code } } } }'
  const { readiness } = (await a.partner.gql(asked, { id: engagementId })).engagement
  return readiness.blockers.map(({ code }: { code: string }) => code)
}
const draftOf = async ({ engagementId }: Chain) => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { draftReport { model html } } }'
  const { draftReport } = (await a.partner.gql(asked, { id: engagementId })).engagement
  return { model: JSON.parse(draftReport.model), html: draftReport.html as string }
}
const offered = async ({ engagementId }: Chain, claims: object[] | null = null) => {
  const asked = `query ($id: ID!, $claims: [AssertionClaimInput!]) { engagement(id: $id) { offeredAssertion(claims: $claims) { text
    claims { subjectMatter frameworkId frameworkName claim matters } } } }`
  return (await client.admin.gql(asked, { id: engagementId, claims })).engagement.offeredAssertion
}
const standard = claimsBeside(
  ['DESCRIPTION', 'SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS'].map((subjectMatter) => ({
    subjectMatter,
    opinion: 'UNQUALIFIED',
  })),
)
const further = (frameworkId: string, claim = 'HOLDS', matters: string | null = null) =>
  ['SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS'].map((subjectMatter) => {
    return { subjectMatter, frameworkId, claim, matters }
  })
/** Management writes its assertion and signs it; answers the refusals of either. */
async function asserts({ engagementId }: Chain, claims: object[]) {
  const asked = 'query ($id: ID!) { engagement(id: $id) { assertions { id version signedAt } } }'
  const { assertions } = (await client.admin.gql(asked, { id: engagementId })).engagement
  const draft = assertions.find(({ signedAt }: { signedAt: string | null }) => signedAt === null)
  const said = { engagementId, text: assertionText, claims, expectedVersion: draft?.version ?? null }
  const written = await client.admin.tryTo('writeAssertion', said, 'assertion { id version }')
  if (written.errors.length > 0) return written.errors
  const { id: assertionId, version: expectedVersion } = written.assertion
  const signers = [{ name: client.admin.name, title: 'Chief executive officer' }]
  const signs = { assertionId, expectedVersion, signers, datedOn: today() }
  return (await client.admin.tryTo('signAssertion', signs)).errors
}
/** From completion on until only the report is to be issued. */
async function readyToIssue(work: Chain, claims: object[]): Promise<void> {
  await work.described()
  expect(await asserts(work, claims)).toEqual([])
  await papers(work)
  await work.decided()
  await work.acknowledged()
  await work.change(a.reviewer, 'clearQualityReview', 'engagementId', work.engagementId)
}
const papers = async ({ engagementId }: Chain) => {
  for (const kind of ['REPRESENTATION_LETTER', 'SUBSEQUENT_EVENTS_INQUIRY']) {
    const { id: evidenceId } = await a.manager.brings(engagementId, { name: `${kind}.txt`, content: 'Invented.' })
    const said = { engagementId, kind, datedOn: today(), obtainedFrom: 'Carla', evidenceId }
    await a.manager.does('recordEngagementDocument', said)
  }
}

describe('decideFrameworkOpinion', () => {
  it('is the partner’s, in completion, on the state that was read', async () => {
    const { work, frameworkId } = await covered('NOT_APPLICABLE')
    const { version, coverage } = await coverageOf(a.partner, frameworkId)
    expect(coverage).toMatchObject({ proposedDesign: 'UNQUALIFIED', proposedOperation: 'UNQUALIFIED' })
    const decides = { frameworkId, expectedVersion: version, factsDigest: coverage.factsDigest }
    const before = await w.digest()
    expect((await decidesOn(a.partner, frameworkId)).errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
    expect(await w.digest()).toBe(before)
    await work.startCompletion()
    const completing = await w.digest()
    for (const person of [a.manager, a.senior, a.reviewer]) {
      expect(await person.isDenied('decideFrameworkOpinion', decides)).toBe('FORBIDDEN')
    }
    for (const [wrong, error] of [
      [{ factsDigest: 'f'.repeat(64) }, { code: 'PROPOSAL_CHANGED', path: ['factsDigest'] }],
      [
        { isDesignPervasive: true, rationale },
        { code: 'INVALID_INPUT', path: ['isDesignPervasive'] },
      ],
      [
        { isOperationPervasive: true, rationale },
        { code: 'INVALID_INPUT', path: ['isOperationPervasive'] },
      ],
    ] as const) {
      expect((await a.partner.tryTo('decideFrameworkOpinion', { ...decides, ...wrong })).errors).toMatchObject([error])
    }
    expect(await w.digest()).toBe(completing)
    const { framework, errors } = await decidesOn(a.partner, frameworkId)
    expect(errors).toEqual([])
    expect(framework).toEqual({ designOpinion: 'UNQUALIFIED', operationOpinion: 'UNQUALIFIED' })
    expect(await coverageOf(a.staff, frameworkId)).toMatchObject({ isOpinionStale: false })
  })

  it('is none on a framework that the opinion does not cover', async () => {
    const work = await chain(a, client)
    const id = await takesIn(a.partner, work.engagementId, await loadsSet(a.partner), 'MAPPING_ONLY', why(work))
    await work.startCompletion()
    const before = await w.digest()
    expect((await decidesOn(a.partner, id)).errors).toMatchObject([{ code: 'INVALID_INPUT' }])
    expect(await w.digest()).toBe(before)
  })

  it('is qualified over a criterion without a control, adverse where that is pervasive, each with a rationale and a paper', async () => {
    const { work, frameworkId } = await covered('NO_CONTROL')
    await work.startCompletion()
    expect((await coverageOf(a.partner, frameworkId)).coverage).toMatchObject({ proposedDesign: 'QUALIFIED' })
    const before = await w.digest()
    expect((await decidesOn(a.partner, frameworkId)).errors).toMatchObject([{ path: ['rationale'] }])
    expect((await decidesOn(a.partner, frameworkId, { rationale })).errors).toMatchObject([{ path: ['restsOnIds'] }])
    expect(await w.digest()).toBe(before)
    const reasoned = { rationale, restsOnIds: [work.procedureId] }
    expect((await decidesOn(a.partner, frameworkId, reasoned)).framework).toEqual({
      designOpinion: 'QUALIFIED',
      operationOpinion: 'QUALIFIED',
    })
    // Operation is at least as modified as design.
    expect((await decidesOn(a.partner, frameworkId, { ...reasoned, isDesignPervasive: true })).framework).toEqual({
      designOpinion: 'ADVERSE',
      operationOpinion: 'ADVERSE',
    })
    expect((await decidesOn(a.partner, frameworkId, { ...reasoned, isOperationPervasive: true })).framework).toEqual({
      designOpinion: 'QUALIFIED',
      operationOpinion: 'ADVERSE',
    })
  })

  it('holds no more once a control is concluded otherwise; so does the opinion on all else', async () => {
    const { work, frameworkId } = await covered('NOT_APPLICABLE')
    await work.startCompletion()
    await decidesOn(a.partner, frameworkId)
    await work.decided()
    expect(await codesToIssue(work)).not.toContain('OPINION_STALE')
    await work.change(a.senior, 'concludeControl', 'controlId', work.controlId, {
      design: 'UNSUITABLE',
      operation: 'NOT_EFFECTIVE',
      rationale: 'The author can approve a change alone, invented.',
    })
    expect(await coverageOf(a.partner, frameworkId)).toMatchObject({
      isOpinionStale: true,
      coverage: { proposedDesign: 'QUALIFIED', proposedOperation: 'QUALIFIED' },
    })
    expect(await codesToIssue(work)).toEqual(expect.arrayContaining(['FURTHER_OPINION_STALE', 'OPINION_STALE']))
    expect((await draftOf(work)).model.auditorsReport.opinion.parts).toHaveLength(1)
    await decidesOn(a.partner, frameworkId, { rationale, restsOnIds: [work.procedureId] })
    expect(await codesToIssue(work)).not.toContain('FURTHER_OPINION_STALE')
  })

  it('is withdrawn when the opinion is to cover the framework no more', async () => {
    const { work, frameworkId } = await covered('NOT_APPLICABLE')
    await work.startCompletion()
    await decidesOn(a.partner, frameworkId)
    await work.change(a.partner, 'updateFramework', 'frameworkId', frameworkId, { use: 'MAPPING_ONLY', ...why(work) })
    expect(await coverageOf(a.partner, frameworkId)).toMatchObject({ designOpinion: null, operationOpinion: null })
  })
})

describe('Management’s assertion', () => {
  it('speaks of additional criteria, too, in the wording that is offered and in what is signed', async () => {
    const { work, frameworkId, name } = await covered('NOT_APPLICABLE')
    const { text, claims } = await offered(work)
    expect(claims).toHaveLength(5)
    expect(claims.slice(3)).toEqual(further(frameworkId).map((claim) => ({ ...claim, frameworkName: name })))
    expect(text).toContain(
      `d. the controls stated in the description that are mapped to the criteria of ${name} were suitably designed`,
    )
    expect(text).toContain(
      `e. the controls stated in the description that are mapped to the criteria of ${name} operated effectively`,
    )
    const before = await w.digest()
    expect(await asserts(work, standard)).toMatchObject([{ code: 'INVALID_INPUT', path: ['claims'] }])
    expect(await asserts(work, [...standard, ...further(work.engagementId)])).toMatchObject([
      { code: 'NOT_FOUND', path: ['claims', '3', 'frameworkId'] },
      { code: 'NOT_FOUND', path: ['claims', '4', 'frameworkId'] },
    ])
    expect(await w.digest()).toBe(before)
    expect(await asserts(work, [...standard, ...further(frameworkId)])).toEqual([])
  })

  it('is not signed on a draft that was written before the criteria were added', async () => {
    const work = await chain(a, client)
    const said = { engagementId: work.engagementId, text: assertionText, claims: standard, expectedVersion: null }
    const { assertion } = await client.admin.does('writeAssertion', said, 'assertion { id version }')
    await takesIn(a.partner, work.engagementId, await loadsSet(a.partner), undefined, why(work))
    const signers = [{ name: client.admin.name, title: 'Chief executive officer' }]
    const signs = { assertionId: assertion.id, expectedVersion: assertion.version, signers, datedOn: today() }
    const before = await w.digest()
    expect((await client.admin.tryTo('signAssertion', signs)).errors).toMatchObject([
      { code: 'INVALID_INPUT', path: ['assertionId'] },
    ])
    expect(await w.digest()).toBe(before)
  })

  it('that claims more than the opinion on additional criteria keeps the report back', async () => {
    const { work, frameworkId } = await covered('NO_CONTROL')
    await work.startCompletion()
    await decidesOn(a.partner, frameworkId, { rationale, restsOnIds: [work.procedureId] })
    await asserts(work, [...standard, ...further(frameworkId)])
    await work.decided()
    expect((await codesToIssue(work)).filter((code) => code === 'ASSERTION_CONTRADICTS')).toHaveLength(2)
    const asked = `query ($id: ID!) { engagement(id: $id) { assertions { contradictions { subjectMatter framework { id } claim opinion } } } }`
    const { assertions } = (await a.partner.gql(asked, { id: work.engagementId })).engagement
    expect(assertions[0].contradictions).toEqual([
      { subjectMatter: 'SUITABILITY_OF_DESIGN', framework: { id: frameworkId }, claim: 'HOLDS', opinion: 'QUALIFIED' },
      {
        subjectMatter: 'OPERATING_EFFECTIVENESS',
        framework: { id: frameworkId },
        claim: 'HOLDS',
        opinion: 'QUALIFIED',
      },
    ])
    await asserts(work, [...standard, ...further(frameworkId, 'EXCEPT', 'telling readers of losses')])
    expect(await codesToIssue(work)).not.toContain('ASSERTION_CONTRADICTS')
  })
})

describe('The report', () => {
  it('gives an opinion of its own based on additional criteria, and lists them with their controls', async () => {
    const { work, frameworkId, name } = await covered('NOT_APPLICABLE')
    await work.startCompletion()
    await decidesOn(a.partner, frameworkId)
    await readyToIssue(work, [...standard, ...further(frameworkId)])
    const { report } = await work.issue()
    const { auditorsReport, tests, responses } = JSON.parse(report.model)
    expect(auditorsReport.title).toContain(`relevant to Security, and based on the criteria of ${name}`)
    expect(auditorsReport.passages[0].paragraphs[1]).toContain('LK-3(a) does not apply to the system')
    expect(auditorsReport.passages[0].paragraphs[1]).toContain('It is no certification under that framework')
    expect(auditorsReport.opinion.heading).toBe('Opinion')
    expect(auditorsReport.opinion.parts[1]).toMatchObject({
      leadIn: 'In our opinion based on the additional criteria, in all material respects,',
      conclusions: [
        {
          letter: 'd',
          subjectMatter: 'SUITABILITY_OF_DESIGN',
          additionalCriteria: name,
          opinion: 'UNQUALIFIED',
          categories: [],
        },
        { letter: 'e', subjectMatter: 'OPERATING_EFFECTIVENESS', additionalCriteria: name, opinion: 'UNQUALIFIED' },
      ],
    })
    expect(tests.additionalCriteria).toMatchObject([
      {
        name: inventedSet.name,
        criteria: [
          { code: 'LK-1', controlRefs: ['CM-01'], conclusion: 'Met', because: [], text: inventedSet.criteria[0]?.text },
          { code: 'LK-2', controlRefs: ['CM-01'], conclusion: 'Met', because: [], text: null },
          { code: 'LK-3(a)', controlRefs: [], conclusion: 'Not applicable', because: [reason] },
        ],
      },
    ])
    expect(responses).toBeNull()
  })

  it('names each criterion that is not met in the basis, and is qualified', async () => {
    const { work, frameworkId, name } = await covered('NO_CONTROL')
    await work.startCompletion()
    await decidesOn(a.partner, frameworkId, { rationale, restsOnIds: [work.procedureId] })
    await work.decided()
    const { model, html } = await draftOf(work)
    const { passages, opinion } = model.auditorsReport
    const heading = `Basis for qualified opinion on the suitability of the design of controls based on the criteria of ${name}`
    expect(opinion.heading).toBe('Qualified opinion')
    expect(opinion.parts[1].leadIn).toContain(
      `except for the matters described under “${heading}” and “Basis for qualified`,
    )
    expect(passages.find((one: { heading: string }) => one.heading === heading)).toEqual({
      heading,
      paragraphs: [`The criterion LK-3(a) (Readers are told of losses) was not met. No control serves it. ${reason}`],
      points: [],
    })
    expect(html).toContain('Additional criteria:')
    expect(html).toContain('Not met.')
    // What is said of the trust services criteria stays unmodified.
    expect(opinion.parts[0]).toMatchObject({ leadIn: 'In our opinion, in all material respects,' })
  })

  it('prints a mapping that the opinion does not cover as other information, where the firm says so, and nowhere else', async () => {
    const work = await chain(a, client)
    const take = (given: object) => async (edition: string) => {
      const id = await loadsSet(a.partner, { edition })
      return takesIn(a.partner, work.engagementId, id, 'MAPPING_ONLY', { ...why(work), ...given })
    }
    const [printed, silent] = [
      await take({ printsMapping: true })(`printed ${work.engagementId}`),
      await take({})(`silent ${work.engagementId}`),
    ]
    for (const id of [printed, silent]) await mapsTo(a.partner, work, id, ['LK-2'])
    const { model, html } = await draftOf(work)
    expect(model.responses).toMatchObject({
      title: 'Other information from management, not covered by the service auditor’s report',
      responses: [],
      mappings: [
        {
          edition: `printed ${work.engagementId}`,
          criteria: [{ code: 'LK-2', title: 'Changes of records are reviewed', controlRefs: ['CM-01'] }],
        },
      ],
    })
    expect(model.tests.additionalCriteria).toEqual([])
    expect(JSON.stringify(model.auditorsReport)).not.toContain(inventedSet.name)
    expect(html).not.toContain(`silent ${work.engagementId}`)
    expect((await offered(work)).claims).toHaveLength(3)
  })
})
