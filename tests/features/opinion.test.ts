import { randomUUID } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Chain, chain } from '../support/chain.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')
const minor = { material: false, pervasive: false }
const material = { material: true, pervasive: false }
const pervasive = { material: true, pervasive: true }

async function inCompletion(changes: object = {}): Promise<Chain> {
  const work = await chain(a, client, changes)
  await work.startCompletion()
  return work
}

const refusedDecision = async (work: Chain, input: object = {}) => {
  const before = await w.digest()
  const { digest } = await work.proposal()
  const answer = await a.partner.tryTo('decideOpinion', {
    engagementId: work.engagementId,
    proposalDigest: digest,
    ...input,
  })
  expect(await w.digest()).toBe(before)
  return answer.errors
}
const told = (text: string) => [{ subjectMatter: 'OPERATING_EFFECTIVENESS', text }]
const operation = (opinion: string) => [{ subjectMatter: 'OPERATING_EFFECTIVENESS', category: 'SECURITY', opinion }]
const proposedFor = async (work: Chain) =>
  Object.fromEntries(
    (await work.proposal()).conclusions.map((each: { subjectMatter: string; category: string; opinion: string }) => [
      `${each.subjectMatter} ${each.category}`,
      each.opinion,
    ]),
  )

describe('the opinion proposed', () => {
  it('is computed for each subject matter and category from the approved decisions, with its reasons', async () => {
    const work = await inCompletion()
    const [limitation, design] = [await work.exception(), await work.exception({ kind: 'DESIGN_DEFICIENCY' })]
    const open = await work.proposal()
    expect(open).toMatchObject({ overall: 'UNQUALIFIED', complete: false, bases: [] })
    expect(open.conclusions.map((each: { undecided: { id: string }[] }) => each.undecided)).toEqual([
      [],
      [{ id: design }],
      [{ id: limitation }],
    ])
    const decisionId = await work.weighed(limitation, pervasive)
    expect(await work.proposal()).toEqual(open)
    await work.change(a.partner, 'approveMateriality', 'decisionId', decisionId)
    await work.concluded(design, material)
    expect(await proposedFor(work)).toEqual({
      'DESCRIPTION SECURITY': 'UNQUALIFIED',
      'SUITABILITY_OF_DESIGN SECURITY': 'QUALIFIED',
      'OPERATING_EFFECTIVENESS SECURITY': 'DISCLAIMER',
    })
    // They meet on every criterion of the control: what they come to together is not decided yet.
    expect(await work.proposal()).toMatchObject({ overall: 'DISCLAIMER', complete: false })
    await work.together()
    await work.criteria()
    const decided = await work.proposal()
    expect(decided).toMatchObject({ overall: 'DISCLAIMER', complete: true })
    expect(decided.conclusions[2].reasons).toMatchObject([
      { exceptions: [{ id: limitation }], leadsTo: 'DISCLAIMER', because: expect.stringContaining('EX-1') },
      { exceptions: [{ id: limitation }, { id: design }], leadsTo: 'QUALIFIED' },
      { exceptions: [{ id: design }], leadsTo: 'QUALIFIED', because: expect.stringContaining('Carried from design') },
    ])
    expect(decided.bases).toMatchObject([
      { subjectMatter: 'SUITABILITY_OF_DESIGN', text: expect.stringMatching(/\(EX-2 in Section IV\.\)$/) },
      {
        subjectMatter: 'OPERATING_EFFECTIVENESS',
        text: expect.stringMatching(/\(EX-1 in Section IV\.\)\n\n.*\(EX-2 in Section IV\.\)$/s),
      },
    ])
    expect(decided.digest).not.toBe(open.digest)
  })

  it('hits every category through a common criterion, one through its own; a withdrawn exception hits none', async () => {
    const work = await inCompletion({ categories: ['SECURITY', 'AVAILABILITY'] })
    const of = ['DESCRIPTION', 'SUITABILITY_OF_DESIGN', 'OPERATING_EFFECTIVENESS'].flatMap((subject) => [
      `${subject} SECURITY`,
      `${subject} AVAILABILITY`,
    ])
    const expected = (modified: Record<string, string>) =>
      Object.fromEntries(of.map((place) => [place, modified[place] ?? 'UNQUALIFIED']))
    await work.concluded(await work.exception({ criteriaCodes: ['A1.2'] }), material)
    expect(await proposedFor(work)).toEqual(expected({ 'OPERATING_EFFECTIVENESS AVAILABILITY': 'QUALIFIED' }))
    const common = await work.exception({ criteriaCodes: ['CC6.1'] })
    await work.change(a.manager, 'withdrawException', 'exceptionId', common, {
      reason: 'The records were found.',
      restsOnIds: [work.procedureId],
    })
    expect(await proposedFor(work)).toEqual(expected({ 'OPERATING_EFFECTIVENESS AVAILABILITY': 'QUALIFIED' }))
    await work.concluded(await work.exception({ criteriaCodes: ['CC6.1'] }), material)
    expect(await proposedFor(work)).toEqual(
      expected({
        'OPERATING_EFFECTIVENESS AVAILABILITY': 'QUALIFIED',
        'OPERATING_EFFECTIVENESS SECURITY': 'QUALIFIED',
      }),
    )
  })

  it('is not there for a readiness engagement, which has no opinion', async () => {
    const work = await inCompletion({ kind: 'READINESS' })
    expect(await work.proposal()).toBeNull()
    const { errors } = await a.partner.tryTo('decideOpinion', {
      engagementId: work.engagementId,
      proposalDigest: 'a'.repeat(64),
    })
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', message: expect.stringContaining('readiness') }])
  })
})

describe('the opinion decided', () => {
  it('cannot be unqualified over an undecided exception, whatever the rationale', async () => {
    const work = await inCompletion()
    const exceptionId = await work.exception()
    for (const input of [{}, { conclusions: operation('UNQUALIFIED'), rationale: 'It is certainly minor.' }]) {
      expect(await refusedDecision(work, input)).toMatchObject([
        { code: 'NOT_READY', blockers: [{ code: 'EXCEPTION_UNDECIDED' }] },
      ])
    }
    await work.weighed(exceptionId, minor)
    expect(await refusedDecision(work)).toMatchObject([{ code: 'NOT_READY' }])
  })

  it('follows the proposal, its basis drafted from the exceptions', async () => {
    const work = await inCompletion()
    await work.concluded(await work.exception(), material)
    const { digest } = await work.proposal()
    const { opinion } = await a.partner.does(
      'decideOpinion',
      { engagementId: work.engagementId, proposalDigest: digest },
      'opinion { overall differs isStale bases { subjectMatter text } agreedAt decidedBy { id } conclusions { subjectMatter opinion proposed } }',
    )
    expect(opinion).toMatchObject({
      overall: 'QUALIFIED',
      differs: false,
      isStale: false,
      agreedAt: null,
      decidedBy: { id: a.partner.memberId },
      bases: [{ subjectMatter: 'OPERATING_EFFECTIVENESS', text: expect.stringMatching(/\(EX-1 in Section IV\.\)$/) }],
    })
    expect(opinion.conclusions[2]).toEqual({
      subjectMatter: 'OPERATING_EFFECTIVENESS',
      opinion: 'QUALIFIED',
      proposed: 'QUALIFIED',
    })
    expect(await refusedDecision(work)).toMatchObject([{ code: 'ALREADY_EXISTS', path: ['engagementId'] }])
  })

  it('otherwise than proposed needs a rationale, and then the agreement of a quality reviewer who did no work', async () => {
    const work = await inCompletion()
    await work.concluded(await work.exception(), material)
    expect(await refusedDecision(work, { conclusions: operation('ADVERSE') })).toMatchObject([
      { code: 'INVALID_INPUT', path: ['rationale'] },
    ])
    const argued = { conclusions: operation('ADVERSE'), rationale: 'Users rely on it most.' }
    expect(await refusedDecision(work, argued)).toMatchObject([{ code: 'INVALID_INPUT', path: ['restsOnIds'] }])
    const opinionId = await work.decided({ ...argued, restsOnIds: [work.procedureId] })
    expect(await work.refused(a.reviewer, 'clearQualityReview', 'engagementId', work.engagementId)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'QUALITY_REVIEWER_AGREEMENT_MISSING' }] },
    ])
    for (const person of [a.partner, a.manager, client.admin]) {
      expect(await person.isDenied('agreeOpinion', { opinionId, expectedVersion: 1 })).toBe('FORBIDDEN')
    }
    const { opinion } = await work.change(
      a.reviewer,
      'agreeOpinion',
      'opinionId',
      opinionId,
      {},
      'opinion { overall differs agreedBy { id } }',
    )
    expect(opinion).toEqual({ overall: 'ADVERSE', differs: true, agreedBy: { id: a.reviewer.memberId } })
    await work.cleared()
    const revised = await work.change(
      a.partner,
      'reviseOpinion',
      'opinionId',
      opinionId,
      { proposalDigest: (await work.proposal()).digest, conclusions: [], rationale: null, bases: [], emphases: [] },
      'opinion { overall differs agreedAt }',
    )
    expect(revised.opinion).toEqual({ overall: 'QUALIFIED', differs: false, agreedAt: null })
    const asked = 'query ($id: ID!) { engagement(id: $id) { qualityReview { isCurrent clearedBy { id } } } }'
    expect((await a.partner.gql(asked, { id: work.engagementId })).engagement.qualityReview).toEqual({
      isCurrent: false,
      clearedBy: { id: a.reviewer.memberId },
    })
  })

  it('is refused on a proposal that has changed since, and goes stale when what it rests on changes', async () => {
    const work = await inCompletion()
    const { digest } = await work.proposal()
    const exceptionId = await work.exception()
    expect(await refusedDecision(work, { proposalDigest: digest })).toMatchObject([
      { code: 'PROPOSAL_CHANGED', path: ['proposalDigest'] },
    ])
    await work.concluded(exceptionId, minor)
    await work.decided()
    const stale = async () =>
      (
        await a.partner.gql('query ($id: ID!) { engagement(id: $id) { opinion { isStale } } }', {
          id: work.engagementId,
        })
      ).engagement.opinion.isStale
    expect(await stale()).toBe(false)
    await work.exception()
    expect(await stale()).toBe(true)
    expect(await work.refused(a.reviewer, 'clearQualityReview', 'engagementId', work.engagementId)).toMatchObject([
      { code: 'PROPOSAL_CHANGED' },
    ])
  })

  it('is refused where a conclusion is unknown or a basis does not fit', async () => {
    const work = await inCompletion()
    const restsOnIds = [work.procedureId]
    const faults: [object, string[], string?][] = [
      [{ conclusions: [{ ...operation('QUALIFIED')[0], category: 'PRIVACY' }], rationale: 'x' }, ['conclusions', '0']],
      [{ conclusions: [...operation('ADVERSE'), ...operation('ADVERSE')], rationale: 'x' }, ['conclusions', '1']],
      [{ bases: told('There is none.') }, ['bases', '0']],
      [{ conclusions: operation('QUALIFIED'), rationale: 'Prudence.', restsOnIds }, ['bases']],
      [
        {
          conclusions: operation('QUALIFIED'),
          rationale: 'Prudence.',
          restsOnIds,
          bases: [...told('a'), ...told('b')],
        },
        ['bases', '1'],
      ],
      [
        { conclusions: operation('QUALIFIED'), rationale: 'x', restsOnIds: [client.id] },
        ['restsOnIds', '0'],
        'NOT_FOUND',
      ],
      [{ proposalDigest: 'mine' }, ['proposalDigest']],
    ]
    for (const [input, path, code = 'INVALID_INPUT'] of faults) {
      expect(await refusedDecision(work, input), JSON.stringify(input)).toMatchObject([{ code, path }])
    }
    const written = { rationale: 'Prudence.', restsOnIds, bases: told('Told orally.') }
    await work.decided({ conclusions: operation('QUALIFIED'), ...written })
  })

  it('is decided by the engagement partner, in completion', async () => {
    const work = await chain(a, client)
    const input = { engagementId: work.engagementId, proposalDigest: (await work.proposal()).digest }
    expect((await a.partner.tryTo('decideOpinion', input)).errors).toMatchObject([{ code: 'ENGAGEMENT_STATE' }])
    await work.startCompletion()
    for (const person of [a.manager, a.reviewer, a.staff, client.admin]) {
      expect(await person.isDenied('decideOpinion', input)).toBe('FORBIDDEN')
    }
    expect(await a.partner.isDenied('decideOpinion', { ...input, engagementId: randomUUID() })).toBe('NOT_FOUND')
  })
})

describe('the quality review', () => {
  it('is not cleared by a person who performed work, though they stood in the reviewer’s place', async () => {
    const work = await inCompletion()
    await work.decided()
    // No act leads here: who was on the team never becomes its quality reviewer. The data are looked at all the same.
    const roles = 'update team_member set role = $3 where engagement_id = $1 and member_id = $2'
    await w.owner.query(roles, [work.engagementId, a.reviewer.memberId, 'STAFF'])
    await w.owner.query(roles, [work.engagementId, a.senior.memberId, 'QUALITY_REVIEWER'])
    const before = await w.digest()
    expect(await work.refused(a.senior, 'clearQualityReview', 'engagementId', work.engagementId)).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES' },
    ])
    expect(await w.digest()).toBe(before)
    const readiness = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code } } } }'
    expect((await a.partner.gql(readiness, { id: work.engagementId })).engagement.readiness.blockers).toContainEqual({
      code: 'QUALITY_REVIEWER_DID_WORK',
    })
  })

  it('is cleared by the quality reviewer alone, once there is an opinion', async () => {
    const work = await inCompletion()
    expect(await work.refused(a.reviewer, 'clearQualityReview', 'engagementId', work.engagementId)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'OPINION_UNDECIDED' }] },
    ])
    await work.decided()
    const input = { engagementId: work.engagementId, expectedVersion: await work.version(work.engagementId) }
    for (const person of [a.partner, a.manager, client.admin]) {
      expect(await person.isDenied('clearQualityReview', input)).toBe('FORBIDDEN')
    }
    await work.cleared()
  })
})

describe('an opinion that was decided and reviewed', () => {
  const issueErrors = async (work: Chain) =>
    (await work.refused(a.partner, 'issueOpinion', 'engagementId', work.engagementId))[0].blockers
      .map(({ code }: { code: string }) => code)
      .sort()
  const stale = expect.arrayContaining(['OPINION_STALE'])

  it('does not outlive a change of the period, of a conclusion or of the description', async () => {
    const work = await inCompletion()
    await work.documents()
    await work.decided()
    await work.cleared()
    const isStale = async () =>
      (
        await a.partner.gql('query ($id: ID!) { engagement(id: $id) { opinion { id isStale } } }', {
          id: work.engagementId,
        })
      ).engagement.opinion
    expect((await isStale()).isStale).toBe(false)
    const reason = 'The client asked for it.'
    await work.change(a.partner, 'updateEngagement', 'engagementId', work.engagementId, {
      periodEnd: '2025-11-30',
      reason,
      restsOnIds: [work.procedureId],
    })
    expect((await isStale()).isStale).toBe(true)
    expect(await issueErrors(work)).toEqual(stale)
    const again = async () =>
      work.change(a.partner, 'reviseOpinion', 'opinionId', (await isStale()).id, {
        proposalDigest: (await work.proposal()).digest,
        conclusions: [],
        bases: [],
        emphases: [],
      })
    await again()
    expect((await isStale()).isStale).toBe(false)
    await work.change(a.senior, 'concludeControl', 'controlId', work.controlId, {
      design: 'UNSUITABLE',
      operation: 'NOT_EFFECTIVE',
      rationale: 'Seen otherwise.',
    })
    expect((await isStale()).isStale).toBe(true)
    await again()
    const section = { engagementId: work.engagementId, criterion: 'DC1', text: 'The system does other things.' }
    await client.admin.does('writeDescriptionSection', { ...section, expectedVersion: 1 })
    expect((await isStale()).isStale).toBe(true)
    expect(await issueErrors(work)).toEqual(stale)
  })
})
