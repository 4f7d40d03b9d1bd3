import { Field, ObjectType } from 'type-graphql'
import { engagementOf } from '../../kernel/access/belonging.js'
import { sha256Of } from '../../kernel/schema/digest.js'
import { Moment } from '../../kernel/schema/scalars.js'
import type { Gate, GateView } from '../../kernel/store/gates.js'
import type { Loaders } from '../../kernel/store/loaders.js'
import type { Row, Whole } from '../../kernel/store/row.js'
import type { WriteTx } from '../../kernel/store/work.js'
import type { BlockerCode } from '../../rules/blocker-codes.js'
import { canonicalJson } from '../../rules/canonical.js'
import { checkOpinionPartner, checkQualityReviewer } from '../../rules/independence.js'
import { blocker, Refusal } from '../../rules/refusal.js'
import { isOverruledOn, type ObjectedTo } from '../../rules/review-points.js'
import { DescriptionSection } from '../engagement/description-section.js'
import { Engagement } from '../engagement/engagement.js'
import type { ClearQualityReviewInput } from './opinion.inputs.js'
import { Opinion } from './opinion.js'
import { performersOfWork } from './opinion.queries.js'
import { checkStillProposed, proposalIn } from './proposal.js'
import { QualityReviewPoint } from './quality-review-point.js'

@ObjectType({ description: 'That the quality reviewer cleared the engagement for release.' })
export class QualityReview {
  engagementId: string
  clearedBy: string

  @Field(() => Moment, { description: 'When it was cleared.' })
  clearedAt: Date

  @Field(() => Boolean, {
    description:
      'Whether opinion, description and management’s assertion are still those that were reviewed, by who is the quality reviewer.',
  })
  isCurrent: boolean
}

/** All who performed work on an engagement, by member id. */
export const workersOn = (loaders: Loaders, row: Row): Promise<string[]> =>
  loaders.within('workers on engagement', (one: Row) => engagementOf(one) as string, performersOfWork).load(row)

/** @throws Refusal SEPARATION_OF_DUTIES the actor performed work on the engagement */
async function checkReviewerDidNoWork({ tx, loaders }: GateView, row: Row): Promise<void> {
  checkQualityReviewer({ reviewer: tx.actor.memberId, performedWork: await workersOn(loaders, row) })
}

/** Who agrees did no work, and the opinion was decided on the proposal as it is. */
export const agreeOpinionGate: Gate<Opinion> = async (opinion, view) => {
  await checkReviewerDidNoWork(view, opinion)
  checkStillProposed(await proposalIn(view.loaders, opinion.engagementId), opinion.proposalDigest)
}

/**
 * What was reviewed: the opinion and, through the digest of its proposal, every exception and decision it rests on; and
 * the description, which management can write anew until the report is issued.
 */
export function reviewedDigest(opinion: Opinion, sections: readonly Whole<DescriptionSection>[]): string {
  const { proposalDigest, conclusions, rationale, bases, emphases } = opinion
  const description = Object.fromEntries(sections.map(({ criterion, text }) => [criterion, text]))
  const reviewed = canonicalJson({ proposalDigest, conclusions, rationale, bases, emphases, description })
  return sha256Of(reviewed)
}

/** What an opinion says: another one has other conclusions, or gives them another basis. */
export function decidedDigest({ conclusions, bases }: Pick<Opinion, 'conclusions' | 'bases'>): string {
  const said = {
    conclusions: conclusions.map(({ subjectMatter, category, opinion }) => ({ subjectMatter, category, opinion })),
    bases: bases.map(({ subjectMatter, text }) => ({ subjectMatter, text: text.replace(/\s+/g, ' ').trim() })),
  }
  return sha256Of(canonicalJson(said))
}

/** The opinion as far as objections speak of it. */
export const objectedTo = (opinion: Opinion): ObjectedTo => ({
  decidedAt: opinion.decidedAt,
  digest: decidedDigest(opinion),
})

/**
 * Clears the quality review: the last word before the report. Refused: by a member who performed work on the engagement or
 * decided on the opinion; before there is an opinion that holds, agreed to where it is not the proposed one.
 */
export async function clearQualityReview(tx: WriteTx, input: ClearQualityReviewInput) {
  const engagement = await tx.load(Engagement, input.engagementId, input.expectedVersion, 'update')
  await tx.permit(engagement)
  const opinion = (await tx.one(Opinion, { engagementId: engagement.id })) as Opinion
  const description = await tx.find(DescriptionSection, { engagementId: engagement.id })
  await tx.update(engagement, {
    qualityReviewClearedBy: tx.actor.memberId,
    qualityReviewClearedAt: tx.now,
    qualityReviewDigest: reviewedDigest(opinion, description),
  })
  return { engagement }
}

/** Who clears did no work and decided nothing, and there is an opinion that holds, agreed to where it is not the proposed one. */
export const clearQualityReviewGate: Gate<Engagement> = async (engagement, view) => {
  const { id } = engagement
  await checkReviewerDidNoWork(view, engagement)
  const opinion = await view.loaders.child(Opinion, 'engagementId', id)
  if (!opinion) throw notReady('OPINION_UNDECIDED', 'There is no opinion to review yet.')
  const points = await view.loaders.children(QualityReviewPoint, 'engagementId', id, { number: 'asc' })
  if (points.some(({ state }) => state === 'OPEN')) {
    throw notReady(
      'REVIEW_POINT_OPEN',
      'You object to it: withdraw the objection, or have the difference settled first.',
    )
  }
  if (opinion.differs && !opinion.agreedAt && !isOverruledOn(points, opinion)) {
    throw notReady('QUALITY_REVIEWER_AGREEMENT_MISSING', 'The opinion is not the one proposed: agree to it first.')
  }
  checkOpinionPartner({ partner: opinion.decidedBy, qualityReviewer: view.tx.actor.memberId })
  checkStillProposed(await proposalIn(view.loaders, id), opinion.proposalDigest)
}

const notReady = (code: BlockerCode, message: string) =>
  new Refusal('NOT_READY', message, [], { blockers: [blocker(code, message)] })
