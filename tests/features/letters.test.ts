import { describe, expect, it } from 'vitest'
import { chain, today } from '../support/chain.js'
import { world } from '../support/world.js'

const w = await world()
const a = await w.firm('Ashdown')
const client = await a.client('Kestrel Cloud')

const blockersOf = async (engagementId: string): Promise<string[]> => {
  const asked = 'query ($id: ID!) { engagement(id: $id) { readiness(to: ISSUED) { blockers { code message } } } }'
  const { blockers } = (await a.partner.gql(asked, { id: engagementId })).engagement.readiness
  return blockers.map(({ code }: { code: string }) => code)
}

describe('a representation letter that management refuses', () => {
  it('is no dead end: the opinion becomes a disclaimer on all, and nothing else is decided or issued', async () => {
    const work = await chain(a, client)
    await work.readyToIssue()
    const { engagementId, procedureId } = work
    const refusal = { engagementId, statement: 'REPRESENTATION_LETTER', refusedBy: 'Carla, CEO', refusedOn: today() }
    await a.partner.does('recordManagementRefusal', { ...refusal, reason: 'Counsel said so.' })

    // What was decided before does not stand any more.
    expect(await blockersOf(engagementId)).toEqual(['OPINION_STALE'])
    const proposal = await work.proposal()
    expect(proposal.overall).toBe('DISCLAIMER')
    expect(proposal.conclusions.map(({ opinion }: { opinion: string }) => opinion)).toEqual(Array(3).fill('DISCLAIMER'))
    expect(proposal.bases.map(({ text }: { text: string }) => text.split('. ')[0])).toEqual(
      Array(3).fill('Management did not give us the written representations that we asked for'),
    )

    const asked = 'query ($id: ID!) { engagement(id: $id) { opinion { id version } } }'
    const { id, version } = (await a.partner.gql(asked, { id: engagementId })).engagement.opinion
    const before = await w.digest()
    for (const opinion of ['UNQUALIFIED', 'QUALIFIED', 'ADVERSE']) {
      const conclusions = [{ subjectMatter: 'SUITABILITY_OF_DESIGN', category: 'SECURITY', opinion }]
      const argued = { conclusions, rationale: 'All was seen.', restsOnIds: [procedureId], bases: [], emphases: [] }
      const input = { opinionId: id, expectedVersion: version, proposalDigest: proposal.digest, ...argued }
      expect((await a.partner.tryTo('reviseOpinion', input)).errors, opinion).toMatchObject([
        { code: 'INVALID_INPUT', path: ['conclusions', '0'] },
      ])
    }
    const refused = await work.refused(a.partner, 'issueOpinion', 'engagementId', engagementId)
    expect(refused).toMatchObject([{ code: 'NOT_READY' }])
    expect(await w.digest()).toBe(before)

    await work.revised()
    await work.cleared()
    expect(await blockersOf(engagementId)).toEqual([])
    const { report } = await work.issue()
    const { opinion } = JSON.parse(report.model).auditorsReport
    expect(opinion.heading).toBe('Disclaimer of opinion')
  })

  it('is taken back where management gives it after all: by the partner, on a paper; the opinion is decided anew, and it may refuse again', async () => {
    const work = await chain(a, client)
    await work.readyToIssue()
    const { engagementId, procedureId } = work
    const refusal = {
      ...{ engagementId, statement: 'REPRESENTATION_LETTER', refusedBy: 'Carla, CEO', refusedOn: today() },
      reason: 'Counsel said so.',
    }
    const fields = 'refusal { id version retractedAt retractedReason retractedBy { id } restsOn { id } }'
    const { refusal: stands } = await a.partner.does('recordManagementRefusal', refusal, fields)
    expect(stands).toMatchObject({ retractedAt: null, retractedReason: null, retractedBy: null, restsOn: [] })
    await work.revised()
    await work.cleared()
    expect((await work.proposal()).overall).toBe('DISCLAIMER')

    const retracting = { managementRefusalId: stands.id, expectedVersion: stands.version }
    const paper = { reason: 'It was signed two days later.', restsOnIds: [procedureId] }
    const before = await w.digest()
    for (const person of [a.manager, a.senior, a.reviewer, client.admin]) {
      const denied = await person.isDenied('retractManagementRefusal', { ...retracting, ...paper })
      expect(denied, person.name).toBe('FORBIDDEN')
    }
    for (const [input, path] of [
      [{ ...paper, restsOnIds: [] }, ['restsOnIds']],
      [{ ...paper, restsOnIds: [stands.id] }, ['restsOnIds', '0']],
      [{ ...paper, reason: ' ' }, ['reason']],
    ] as const) {
      const { errors } = await a.partner.tryTo('retractManagementRefusal', { ...retracting, ...input })
      expect(errors).toMatchObject([{ path }])
    }
    expect(await w.digest()).toBe(before)

    const { refusal: taken } = await a.partner.does('retractManagementRefusal', { ...retracting, ...paper }, fields)
    expect(taken).toMatchObject({
      retractedReason: paper.reason,
      retractedBy: { id: a.partner.memberId },
      restsOn: [{ id: procedureId }],
    })
    expect((await work.proposal()).overall).not.toBe('DISCLAIMER')
    expect(await blockersOf(engagementId)).toContain('OPINION_STALE')
    const again = { ...retracting, expectedVersion: taken.version, ...paper }
    const after = await w.digest()
    expect((await a.partner.tryTo('retractManagementRefusal', again)).errors).toMatchObject([
      { code: 'INVALID_TRANSITION', from: 'RETRACTED' },
    ])
    expect(await w.digest()).toBe(after)
    await expect(
      w.owner.query("update management_refusal set retracted_reason = 'Another.' where id = $1", [stands.id]),
    ).rejects.toMatchObject({ code: '23001' })

    await work.revised()
    await work.cleared()
    expect(await blockersOf(engagementId)).toEqual([])
    await a.partner.does('recordManagementRefusal', refusal)
    expect((await a.partner.tryTo('recordManagementRefusal', refusal)).errors).toMatchObject([
      { code: 'ALREADY_EXISTS', path: ['statement'] },
    ])
    expect((await work.proposal()).overall).toBe('DISCLAIMER')
  })

  it('leaves no decision of before standing: what was decided without knowing of the refusal is decided anew', async () => {
    const work = await chain(a, client)
    await work.readyToIssue()
    const { engagementId } = work
    const said = { statement: 'REPRESENTATION_LETTER', refusedBy: 'Carla', refusedOn: today(), reason: 'No word.' }
    const { refusal } = await a.partner.does(
      'recordManagementRefusal',
      { engagementId, ...said },
      'refusal { id version }',
    )
    await a.partner.does('retractManagementRefusal', {
      ...{ managementRefusalId: refusal.id, expectedVersion: refusal.version },
      ...{ reason: 'It is signed.', restsOnIds: [work.procedureId] },
    })
    expect(await blockersOf(engagementId)).toEqual(['OPINION_STALE'])
    await work.revised()
    await work.cleared()
    expect((await work.issue()).engagement.state).toBe('ISSUED')
  })

  it('is not missed where none was ever obtained, and the firm may withdraw all the same', async () => {
    const work = await chain(a, client)
    await work.startCompletion()
    const { engagementId } = work
    const before = await blockersOf(engagementId)
    expect(before.filter((code) => code === 'ENGAGEMENT_DOCUMENT_MISSING')).toHaveLength(2)
    const said = { statement: 'REPRESENTATION_LETTER', refusedBy: 'Carla', refusedOn: today(), reason: 'No word.' }
    await a.partner.does('recordManagementRefusal', { engagementId, ...said })
    const after = await blockersOf(engagementId)
    expect(after.filter((code) => code === 'ENGAGEMENT_DOCUMENT_MISSING')).toHaveLength(1)
    await work.change(a.partner, 'withdrawEngagement', 'engagementId', engagementId, { reason: 'No representations.' })
  })
})
