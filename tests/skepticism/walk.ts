import { today } from '../support/chain.js'
import { changes, type Walk } from './attempts.js'
import { acknowledged, concluded, criteriaConcluded, gapsAccepted, gapsAnswered, opined, weighed } from './deciding.js'
import { answered, drawn, reported, tested } from './performing.js'
import { tempted } from './temptations.js'

/** How often what this walk tests deviates. */
const rates = [0, 0, 0, 0.1, 0.3, 0.8]

/** An engagement from fieldwork to the point at which the partner tries to issue, with what people are tempted to on the way. */
export async function walked(walk: Walk): Promise<void> {
  const { firm, roll, engagementId } = walk
  const rate = roll.oneOf(rates)
  const isTempted = roll.chance(0.7)
  const temptation = (atMost: number) => (isTempted ? tempted(walk, atMost) : undefined)
  await drawn(walk)
  await tested(walk, rate)
  await temptation(3)
  await tested(walk, rate)
  await gapsAnswered(walk)
  await reported(walk)
  await temptation(2)
  await tested(walk, rate)
  await reported(walk)
  await answered(walk)
  await concluded(walk)
  if (roll.chance(0.2)) await temptation(2)
  await gapsAccepted(walk)
  if (!(await changes(walk, firm.manager, 'startCompletion', { engagementId }))) return
  await weighed(walk)
  await criteriaConcluded(walk)
  await opined(walk)
  await acknowledged(walk)
  if (roll.chance(0.1)) await temptation(1)
  await changes(walk, firm.reviewer, 'clearQualityReview', { engagementId })
}

/** The partner dates the report, and tries to issue. Answers the refusals. */
export async function issued({
  w,
  firm,
  engagementId,
}: Walk): Promise<{ code: string; blockers?: { code: string; node: string }[] }[]> {
  const said = async () => {
    const asked = 'select version as "expectedVersion" from engagement where id = $1'
    const { rows } = await w.owner.query<{ expectedVersion: number }>(asked, [engagementId])
    return { engagementId, expectedVersion: rows[0]?.expectedVersion as number }
  }
  await firm.partner.tryTo('dateReport', { ...(await said()), datedOn: today() })
  return (await firm.partner.tryTo('issueOpinion', await said())).errors
}
