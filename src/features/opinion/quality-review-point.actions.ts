import type { Gate } from '../../kernel/store/gates.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkSecondReaderDidNoWork } from '../../rules/independence.js'
import { reasonFor, reviewPointLifecycle } from '../../rules/lifecycles.js'
import { checkNamesPaper } from '../../rules/papers.js'
import { Engagement } from '../engagement/engagement.js'
import { Opinion } from './opinion.js'
import { decidedDigest, workersOn } from './quality-review.js'
import type {
  RaiseQualityReviewPointInput,
  ResolveDifferenceInput,
  WithdrawQualityReviewPointInput,
} from './quality-review-point.inputs.js'
import { QualityReviewPoint } from './quality-review-point.js'

type Done = Promise<{ qualityReviewPoint: QualityReviewPoint }>

/** Objects: the report is not issued until the reviewer withdraws it or a third person settles it. The reviewer decides nothing. */
export async function raiseQualityReviewPoint(tx: WriteTx, input: RaiseQualityReviewPointInput): Done {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const { id: engagementId } = engagement
  const number = (await tx.count(QualityReviewPoint, { engagementId })) + 1
  const { objection, concernsOpinion } = input
  const raised = { engagementId, number, objection, concernsOpinion, state: 'OPEN' as const, restsOnIds: [] }
  return { qualityReviewPoint: await tx.insert(QualityReviewPoint, raised) }
}

/** Withdraws an objection. Where another reviewer withdraws it than raised it, that is among the judgments against the figures. */
export async function withdrawQualityReviewPoint(tx: WriteTx, input: WithdrawQualityReviewPointInput): Done {
  const point = await tx.load(QualityReviewPoint, input.qualityReviewPointId, input.expectedVersion)
  await tx.permit(point)
  const settled = { settledBy: tx.actor.memberId, settledAt: tx.now }
  const reason = reasonFor('Withdrawing an objection', input.reason)
  const state = reviewPointLifecycle.move(point.state, 'WITHDRAWN')
  return { qualityReviewPoint: await tx.update(point, { state, reason, ...settled }) }
}

/**
 * Settles a difference of opinion, as the third person: upheld, the opinion is decided anew, as another one where the point concerns
 * it; overruled, one that it concerns can stand without the reviewer's agreement. Either is among the judgments against the figures.
 * @throws Refusal INVALID_INPUT at `restsOnIds` without a paper, and as `checkPapers`
 */
export async function resolveDifference(tx: WriteTx, input: ResolveDifferenceInput): Done {
  const point = await tx.load(QualityReviewPoint, input.qualityReviewPointId, input.expectedVersion)
  await tx.permit(point)
  const restsOnIds = await checkPapers(tx, point.engagementId, input.restsOnIds)
  checkNamesPaper(restsOnIds)
  const reason = reasonFor('Settling a difference of opinion', input.reason)
  const state = reviewPointLifecycle.move(point.state, input.upheld ? 'UPHELD' : 'OVERRULED')
  const opinion = await tx.one(Opinion, { engagementId: point.engagementId })
  const opinionDigest = opinion && decidedDigest(opinion)
  const settled = { settledBy: tx.actor.memberId, settledAt: tx.now, opinionDigest }
  return { qualityReviewPoint: await tx.update(point, { state, reason, restsOnIds, ...settled }) }
}

/** Who settles performed no work on the engagement. */
export const resolveDifferenceGate: Gate<QualityReviewPoint> = async (point, { tx, loaders }) => {
  checkSecondReaderDidNoWork({ reader: tx.actor.memberId, performedWork: await workersOn(loaders, point) })
}
