import { expect, it } from 'vitest'
import { allHolds, signsAssertion } from '../support/assertions.js'
import { judgmentsOf, today } from '../support/chain.js'
import { honestControls, honestEngagement } from '../support/honest-engagement.js'
import { world } from '../support/world.js'

const w = await world()
const firm = await w.firm('Small & Honest')
const client = await firm.client('Wren Ledger')

it('has sixty controls, of which thirty-five have no population', () => {
  const refs = honestControls.map(({ ref }) => ref)
  expect([refs.length, new Set(refs).size]).toEqual([60, 60])
  expect(honestControls.filter(({ tested }) => tested.by === 'INSPECTION_AND_INQUIRY')).toHaveLength(35)
})

it('two people and a quality reviewer from outside take it from planning to an unmodified report without a wall', async () => {
  const { partner, manager, reviewer } = firm
  const work = await honestEngagement(firm, client)
  const { engagementId, change } = work
  await work.document('ENGAGEMENT_LETTER', '2025-09-15')
  await work.plan()
  await change(manager, 'startFieldwork', 'engagementId', engagementId)
  for (const control of honestControls) await work.test(control)
  await change(manager, 'startCompletion', 'engagementId', engagementId)
  for (const kind of ['REPRESENTATION_LETTER', 'SUBSEQUENT_EVENTS_INQUIRY']) await work.document(kind, today())
  await signsAssertion(client.admin, engagementId, allHolds, today())
  await work.described()
  await manager.does('concludeCriteriaAsProposed', { engagementId })
  const asked = 'query ($id: ID!) { engagement(id: $id) { opinionProposal { overall complete digest } } }'
  const { opinionProposal } = (await partner.gql(asked, { id: engagementId })).engagement
  expect(opinionProposal).toMatchObject({ overall: 'UNQUALIFIED', complete: true })
  await partner.does('decideOpinion', { engagementId, proposalDigest: opinionProposal.digest })

  // One thing speaks against a conclusion: what was not in the folder. It says what it rests on, and two people read it.
  const { nodes } = await judgmentsOf(partner, engagementId)
  expect(nodes.map(({ kind }: { kind: string }) => kind)).toEqual(['DEVIATION_EXPLAINED'])
  for (const by of [partner, reviewer]) {
    const [{ id: judgmentId, figuresDigest }] = (await judgmentsOf(by, engagementId)).nodes
    const note = 'The record is dated when it was due.'
    await by.does('acknowledgeJudgment', { engagementId, judgmentId, figuresDigest, note })
  }
  await change(reviewer, 'clearQualityReview', 'engagementId', engagementId)
  await change(partner, 'dateReport', 'engagementId', engagementId, { datedOn: today() })
  const { engagement, report } = await change(
    partner,
    'issueOpinion',
    'engagementId',
    engagementId,
    {},
    'engagement { state } report { model }',
  )
  expect(engagement.state).toBe('ISSUED')
  expect(JSON.parse(report.model).auditorsReport.opinion.heading).toBe('Opinion')
}, 240_000)
