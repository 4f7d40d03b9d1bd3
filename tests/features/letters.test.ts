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
