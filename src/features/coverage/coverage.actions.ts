import type { Gate } from '../../kernel/store/gates.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkNamesPaper } from '../../rules/papers.js'
import { Refusal } from '../../rules/refusal.js'
import { Engagement } from '../engagement/engagement.js'
import type { DecideCoverageGapInput } from './coverage.inputs.js'
import { CoverageDecision } from './coverage-decision.js'
import { gapsOf } from './gaps.js'

/** Some gap can be decided on: a control serves its criterion on other days, and there is no decision on it yet. */
export const decideCoverageGapGate: Gate<Engagement> = async (engagement, { tx, loaders, isAct }) => {
  if (isAct) return
  if ((await gapsOf(tx, engagement, loaders)).some(({ isPartial, decision }) => isPartial && decision === null)) return
  throw noGap()
}

const noGap = () => new Refusal('INVALID_INPUT', 'The criterion has no such gap now.', ['gapFrom'])

/**
 * Decides, as the engagement partner, why a gap in coverage is no design deficiency, with the papers that the reason rests on.
 * Refused: days that are no gap of the criterion as it is now, a criterion that no control serves at all, a gap decided on before,
 * a reason that names no paper.
 */
export async function decideCoverageGap(tx: WriteTx, input: DecideCoverageGapInput) {
  // Locked: controls must not change between the check and the answer.
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  const { criterionCode, gapFrom, gapTo, reason } = input
  const ofCriterion = (await gapsOf(tx, engagement)).filter(({ criterion }) => criterion.code === criterionCode)
  const gap = ofCriterion.find((one) => one.gapFrom === gapFrom && one.gapTo === gapTo)
  if (!gap) throw noGap()
  if (!gap.isPartial) {
    const message = 'No control serves the criterion at all: raise the design deficiency, or mark it not applicable.'
    throw new Refusal('INVALID_INPUT', message, ['criterionCode'])
  }
  checkNamesPaper(restsOnIds)
  const said = { criterionCode, gapFrom, gapTo, reason, restsOnIds }
  return { decision: await tx.insert(CoverageDecision, { engagementId: engagement.id, ...said }) }
}
