import { describe, expect, it } from 'vitest'
import { type Chain, chain, judgmentsOf } from '../support/chain.js'
import { confirms } from '../support/engagements.js'
import { type Person, world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')

let named = 0
/** A member of the firm who is named as second reader of an engagement, and confirms their independence. */
async function secondReader(work: Chain, by: Person = a.admin, firmRole = 'PARTNER'): Promise<Person> {
  named += 1
  const person = await a.person(`Reader ${named} of Ashdown`, firmRole as 'PARTNER')
  const place = { engagementId: work.engagementId, memberId: person.memberId, role: 'SECOND_READER' }
  await by.does('addTeamMember', place)
  await confirms(person)
  return person
}

/** As far as the clearing of the quality review. */
async function decided(): Promise<Chain> {
  const work = await chain(a, client)
  const exceptionId = await work.exception()
  await work.answered(exceptionId)
  await work.startCompletion()
  await work.concluded(exceptionId)
  await work.documents()
  await work.decided()
  return work
}

const point =
  'qualityReviewPoint { id version number state concernsOpinion raisedBy { id } settledBy { id } reason restsOn { id } }'
const raised = async (
  work: Chain,
  objection = 'The sample of changes does not bear the conclusion.',
  concernsOpinion = false,
) => {
  const input = { engagementId: work.engagementId, objection, concernsOpinion }
  return (await a.reviewer.does('raiseQualityReviewPoint', input, point)).qualityReviewPoint
}

/** The partner decides otherwise on operation, with a basis, whatever is proposed. */
async function decidesAnew(work: Chain, { opinion, text = 'Invented, as it is.' }: { opinion: string; text?: string }) {
  const asked = 'query ($id: ID!) { engagement(id: $id) { opinion { id version } opinionProposal { digest } } }'
  const { opinion: before, opinionProposal } = (await a.partner.gql(asked, { id: work.engagementId })).engagement
  await a.partner.does('reviseOpinion', {
    ...{ opinionId: before.id, expectedVersion: before.version, proposalDigest: opinionProposal.digest },
    conclusions: [{ subjectMatter: 'OPERATING_EFFECTIVENESS', category: 'SECURITY', opinion }],
    bases: [{ subjectMatter: 'OPERATING_EFFECTIVENESS', text }],
    ...{ rationale: 'Users rely on it most.', restsOnIds: [work.procedureId], emphases: [] },
  })
}

const blockersOf = async (work: Chain): Promise<string[]> => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code } } } }'
  const { readiness } = (await a.partner.gql(asked, { id: work.engagementId })).engagement
  return readiness.blockers.map(({ code }: { code: string }) => code)
}

const settled = (work: Chain, by: Person, id: string, upheld: boolean) =>
  work.change(by, 'resolveDifference', 'qualityReviewPointId', id, {
    upheld,
    reason: 'Read against the papers.',
    restsOnIds: [work.procedureId],
  })

/** Tries an act that must be refused, and shows that nothing moved. */
const refused = async (by: Person, mutation: string, input: Record<string, unknown>) => {
  const before = await w.digest()
  const { errors } = await by.tryTo(mutation, input)
  expect(await w.digest()).toBe(before)
  return errors
}

describe('a quality reviewer who objects', () => {
  it('keeps the report from being issued until a third person settles it, which partner and reviewer acknowledge', async () => {
    const work = await decided()
    const { id } = await raised(work)
    await work.acknowledged()
    expect(await blockersOf(work)).toEqual(['QUALITY_REVIEW_NOT_CLEARED', 'REVIEW_POINT_OPEN', 'REPORT_NOT_DATED'])
    const version = await work.version(work.engagementId)
    const clearing = { engagementId: work.engagementId, expectedVersion: version }
    expect(await refused(a.reviewer, 'clearQualityReview', clearing)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'REVIEW_POINT_OPEN' }] },
    ])
    const third = await secondReader(work)
    await settled(work, third, id, false)
    const { nodes } = await judgmentsOf(a.partner, work.engagementId)
    expect(nodes.find(({ kind }: { kind: string }) => kind === 'DIFFERENCE_OF_OPINION')).toMatchObject({
      decidedBy: { id: third.memberId },
      reason: 'Read against the papers.',
      subject: { __typename: 'QualityReviewPoint', id },
      restsOn: [{ id: work.procedureId }],
      figures: [{ name: 'SETTLED_AS', value: 'OVERRULED' }],
      awaited: ['ENGAGEMENT_PARTNER', 'QUALITY_REVIEWER'],
    })
    expect(await blockersOf(work)).toEqual([
      'JUDGMENT_UNACKNOWLEDGED',
      'QUALITY_REVIEW_NOT_CLEARED',
      'REPORT_NOT_DATED',
    ])
    await work.cleared()
    expect((await work.issue()).engagement.state).toBe('ISSUED')
  })

  it('is right where the third person upholds it: the opinion is decided anew', async () => {
    const work = await decided()
    const { id } = await raised(work)
    await settled(work, await secondReader(work), id, true)
    await work.cleared()
    expect(await blockersOf(work)).toEqual(['REVIEW_POINT_UPHELD'])
    await work.revised()
    await work.cleared()
    expect(await blockersOf(work)).toEqual([])
    expect((await work.issue()).engagement.state).toBe('ISSUED')
  })

  it('need not agree to another opinion than proposed where the third person overruled the objection since', async () => {
    const work = await chain(a, client)
    await work.startCompletion()
    await work.documents()
    await work.decided({
      conclusions: [{ subjectMatter: 'OPERATING_EFFECTIVENESS', category: 'SECURITY', opinion: 'QUALIFIED' }],
      rationale: 'Users rely on it most.',
      bases: [{ subjectMatter: 'OPERATING_EFFECTIVENESS', text: 'Invented.' }],
      restsOnIds: [work.procedureId],
    })
    // Overruled on something else than the opinion, the reviewer is still asked to agree to it.
    const third = await secondReader(work)
    const other = await raised(work, 'A walkthrough is dated on a Sunday.')
    expect(other.concernsOpinion).toBe(false)
    await settled(work, third, other.id, false)
    expect(await blockersOf(work)).toContain('QUALITY_REVIEWER_AGREEMENT_MISSING')
    const uncleared = { engagementId: work.engagementId, expectedVersion: await work.version(work.engagementId) }
    expect(await refused(a.reviewer, 'clearQualityReview', uncleared)).toMatchObject([
      { code: 'NOT_READY', blockers: [{ code: 'QUALITY_REVIEWER_AGREEMENT_MISSING' }] },
    ])
    const { id, concernsOpinion } = await raised(work, 'The opinion is too hard.', true)
    expect(concernsOpinion).toBe(true)
    await settled(work, third, id, false)
    expect(await blockersOf(work)).not.toContain('QUALITY_REVIEWER_AGREEMENT_MISSING')
    await work.cleared()
    expect(await blockersOf(work)).toEqual([])
    // It was overruled on that decision, and stands for no other.
    await decidesAnew(work, { opinion: 'ADVERSE' })
    expect(await blockersOf(work)).toContain('QUALITY_REVIEWER_AGREEMENT_MISSING')
  })

  it('raised on what was decided before, an overruled objection stands for no agreement to what is decided since', async () => {
    const work = await decided()
    const { id } = await raised(work, 'It is adverse.', true)
    await decidesAnew(work, { opinion: 'ADVERSE' })
    await settled(work, await secondReader(work), id, false)
    expect(await blockersOf(work)).toContain('QUALITY_REVIEWER_AGREEMENT_MISSING')
  })

  it('upheld on the opinion itself is answered by another opinion, not by the same one decided again', async () => {
    const work = await decided()
    const { id } = await raised(work, 'The opinion is too mild.', true)
    const third = await secondReader(work)
    await settled(work, third, id, true)
    await work.cleared()
    expect(await blockersOf(work)).toEqual(['REVIEW_POINT_UPHELD'])
    await work.revised()
    await work.cleared()
    expect(await blockersOf(work)).toEqual(['REVIEW_POINT_UPHELD'])
    const refusal = await work.refused(a.partner, 'issueOpinion', 'engagementId', work.engagementId)
    expect(refusal).toMatchObject([{ code: 'NOT_READY', blockers: [{ code: 'REVIEW_POINT_UPHELD', node: id }] }])
    await decidesAnew(work, { opinion: 'ADVERSE' })
    expect(await blockersOf(work)).not.toContain('REVIEW_POINT_UPHELD')
    // Back to what was objected to: the objection stands again.
    await work.revised()
    expect(await blockersOf(work)).toContain('REVIEW_POINT_UPHELD')
    // The same basis in another layout is the same basis; in other words it is another one.
    await decidesAnew(work, { opinion: 'ADVERSE' })
    const again = await raised(work, 'The basis says too little.', true)
    await settled(work, third, again.id, true)
    await decidesAnew(work, { opinion: 'ADVERSE', text: '  Invented,\nas it is. ' })
    expect(await blockersOf(work)).toContain('REVIEW_POINT_UPHELD')
    await decidesAnew(work, { opinion: 'ADVERSE', text: 'Invented, with the effect on users.' })
    expect(await blockersOf(work)).not.toContain('REVIEW_POINT_UPHELD')
  })

  it('withdraws the objection with a reason; another reviewer who does so is on the list', async () => {
    const work = await chain(a, client)
    const [own, others] = [await raised(work), await raised(work, 'Another one.')]
    expect([own.number, others.number]).toEqual([1, 2])
    const reason = { reason: 'The sample was extended.' }
    const taken = await work.change(
      a.reviewer,
      'withdrawQualityReviewPoint',
      'qualityReviewPointId',
      own.id,
      reason,
      point,
    )
    expect(taken.qualityReviewPoint).toMatchObject({ state: 'WITHDRAWN', settledBy: { id: a.reviewer.memberId } })
    const differences = async () =>
      (await judgmentsOf(a.partner, work.engagementId)).nodes.filter((one: any) => one.kind === 'DIFFERENCE_OF_OPINION')
    expect(await differences()).toEqual([])
    const asked = 'query ($id: ID!) { engagement(id: $id) { team { id version member { id } } } }'
    const { team } = (await a.admin.gql(asked, { id: work.engagementId })).engagement
    const place = team.find(({ member }: any) => member.id === a.reviewer.memberId)
    await a.admin.does('removeTeamMember', { teamMemberId: place.id, expectedVersion: place.version })
    const next = await a.person('Nora Next of Ashdown', 'PARTNER')
    await a.admin.does('addTeamMember', {
      engagementId: work.engagementId,
      memberId: next.memberId,
      role: 'QUALITY_REVIEWER',
    })
    await confirms(next)
    await work.change(next, 'withdrawQualityReviewPoint', 'qualityReviewPointId', others.id, reason)
    expect(await differences()).toMatchObject([
      { subject: { id: others.id }, decidedBy: { id: next.memberId }, figures: [{ value: 'WITHDRAWN' }] },
    ])
  })

  it('is settled by a partner on no other side, who did no work, once, on a paper; and nothing moves otherwise', async () => {
    const work = await chain(a, client)
    const { id, version } = await raised(work)
    const input = { qualityReviewPointId: id, expectedVersion: version, upheld: false, reason: 'Read.' }
    const paper = { restsOnIds: [work.procedureId] }
    const before = await w.digest()
    for (const person of [a.partner, a.reviewer, a.manager, a.senior, a.staff, a.admin, client.admin]) {
      expect(await person.isDenied('resolveDifference', { ...input, ...paper }), person.name).toBe('FORBIDDEN')
    }
    for (const person of [a.partner, a.manager, a.senior, client.admin]) {
      const objecting = { engagementId: work.engagementId, objection: 'So.', concernsOpinion: true }
      expect(await person.isDenied('raiseQualityReviewPoint', objecting), person.name).toBe('FORBIDDEN')
    }
    expect(await w.digest()).toBe(before)
    const manager = await secondReader(work, a.admin, 'MANAGER')
    expect(await refused(manager, 'resolveDifference', { ...input, ...paper })).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES' },
    ])
    const asked = 'query ($id: ID!) { engagement(id: $id) { team { id version member { id } } } }'
    const { team } = (await a.admin.gql(asked, { id: work.engagementId })).engagement
    const place = team.find(({ member }: any) => member.id === manager.memberId)
    await a.admin.does('removeTeamMember', { teamMemberId: place.id, expectedVersion: place.version })
    const third = await secondReader(work)
    expect(await refused(third, 'resolveDifference', input)).toMatchObject([
      { code: 'INVALID_INPUT', path: ['restsOnIds'] },
    ])
    expect(await refused(third, 'resolveDifference', { ...input, ...paper, reason: ' ' })).toMatchObject([
      { path: ['reason'] },
    ])
    await settled(work, third, id, false)
    const again = { ...input, ...paper, expectedVersion: version + 1 }
    expect(await refused(third, 'resolveDifference', again)).toMatchObject([{ code: 'INVALID_TRANSITION' }])
  })
})

describe('a firm that needs no quality reviewer', () => {
  const requires = async (requiresQualityReviewer: boolean) => {
    const { version } = (await a.admin.gql('{ viewer { firm { version } } }')).viewer.firm
    await a.admin.does('reviseMethodology', { expectedVersion: version, requiresQualityReviewer, reason: 'So.' })
  }
  const leaves = async (work: Chain, person: Person) => {
    const asked = 'query ($id: ID!) { engagement(id: $id) { team { id version member { id } } } }'
    const { team } = (await a.admin.gql(asked, { id: work.engagementId })).engagement
    const place = team.find(({ member }: any) => member.id === person.memberId)
    await a.admin.does('removeTeamMember', { teamMemberId: place.id, expectedVersion: place.version })
  }
  const acknowledges = async (work: Chain, person: Person, role: string) => {
    const { nodes } = await judgmentsOf(person, work.engagementId)
    for (const { id: judgmentId, figuresDigest, awaited } of nodes) {
      if (!awaited.includes(role)) continue
      await person.does('acknowledgeJudgment', {
        engagementId: work.engagementId,
        judgmentId,
        figuresDigest,
        note: 'Read.',
      })
    }
  }

  it('has the list acknowledged by a second reader, and is asked for none and no clearing where none is named', async () => {
    const work = await chain(a, client)
    const withdrawn = await work.exception()
    await work.change(a.manager, 'withdrawException', 'exceptionId', withdrawn, {
      reason: 'The record was found.',
      restsOnIds: [work.procedureId],
    })
    await leaves(work, a.reviewer)
    await work.startCompletion().catch(() => undefined)
    expect(await blockersOf(work)).toEqual(
      expect.arrayContaining(['QUALITY_REVIEWER_MISSING', 'QUALITY_REVIEW_NOT_CLEARED']),
    )
    await requires(false)
    const blockers = await blockersOf(work)
    expect(blockers).not.toContain('QUALITY_REVIEWER_MISSING')
    expect(blockers).not.toContain('QUALITY_REVIEW_NOT_CLEARED')
    expect(blockers).toContain('JUDGMENT_UNACKNOWLEDGED')
    const { nodes } = await judgmentsOf(a.partner, work.engagementId)
    expect(nodes[0].awaited).toEqual(['ENGAGEMENT_PARTNER', 'SECOND_READER'])
    const reader = await secondReader(work, a.admin, 'MANAGER')
    await acknowledges(work, a.partner, 'ENGAGEMENT_PARTNER')
    await acknowledges(work, reader, 'SECOND_READER')
    expect(await blockersOf(work)).not.toContain('JUDGMENT_UNACKNOWLEDGED')
    await work.documents()
    await work.decided()
    expect(await blockersOf(work)).toEqual(['REPORT_NOT_DATED'])
    await work.dated()
    expect(await blockersOf(work)).toEqual([])
    expect((await work.issue()).engagement.state).toBe('ISSUED')
    await requires(true)
  })

  it('has a settlement acknowledged by another second reader than settled it', async () => {
    const work = await chain(a, client)
    const { id } = await raised(work)
    const third = await secondReader(work)
    await settled(work, third, id, false)
    await leaves(work, a.reviewer)
    await requires(false)
    const [{ id: judgmentId, figuresDigest, awaited }] = (await judgmentsOf(third, work.engagementId)).nodes
    expect(awaited).toEqual(['ENGAGEMENT_PARTNER', 'SECOND_READER'])
    const read = { engagementId: work.engagementId, judgmentId, figuresDigest, note: 'Read.' }
    expect(await refused(third, 'acknowledgeJudgment', read)).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES', path: ['judgmentId'] },
    ])
    const together = { engagementId: work.engagementId, judgments: [{ judgmentId, figuresDigest, note: 'Read.' }] }
    expect(await refused(third, 'acknowledgeJudgments', together)).toMatchObject([
      { code: 'SEPARATION_OF_DUTIES', path: ['judgments', '0', 'judgmentId'] },
    ])
    const offered = 'query ($id: ID!) { engagement(id: $id) { actions { name allowed reason { code } } } }'
    const { actions } = (await third.gql(offered, { id: work.engagementId })).engagement
    expect(actions.find(({ name }: { name: string }) => name === 'acknowledgeJudgment')).toMatchObject({
      allowed: false,
      reason: { code: 'SEPARATION_OF_DUTIES' },
    })
    await leaves(work, third)
    await acknowledges(work, await secondReader(work), 'SECOND_READER')
    await acknowledges(work, a.partner, 'ENGAGEMENT_PARTNER')
    expect(await blockersOf(work)).not.toContain('JUDGMENT_UNACKNOWLEDGED')
    await requires(true)
  })

  it('takes any second reader from its administrator alone while the quality reviewer objects', async () => {
    const work = await chain(a, client)
    const { id } = await raised(work)
    const person = await a.person('Petra Partner of Ashdown', 'PARTNER')
    const place = { engagementId: work.engagementId, memberId: person.memberId, role: 'SECOND_READER' }
    for (const by of [a.partner, a.manager]) {
      expect(await refused(by, 'addTeamMember', place)).toMatchObject([
        { code: 'SEPARATION_OF_DUTIES', path: ['role'] },
      ])
    }
    const reason = { reason: 'The sample was extended.' }
    await work.change(a.reviewer, 'withdrawQualityReviewPoint', 'qualityReviewPointId', id, reason)
    await a.manager.does('addTeamMember', place)
  })

  it('takes a second reader who is no partner from its administrator alone', async () => {
    const work = await chain(a, client)
    const person = await a.person('Mara Manager of Ashdown', 'MANAGER')
    const place = { engagementId: work.engagementId, memberId: person.memberId, role: 'SECOND_READER' }
    for (const by of [a.partner, a.manager]) {
      expect(await refused(by, 'addTeamMember', place)).toMatchObject([
        { code: 'SEPARATION_OF_DUTIES', path: ['role'] },
      ])
    }
    await a.admin.does('addTeamMember', place)
  })
})
