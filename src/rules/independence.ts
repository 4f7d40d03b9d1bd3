import { dayOfNumber, monthsLater, numberOfDay, partsOf } from './days.js'
import { Refusal, refusalOf } from './refusal.js'
import type { TeamRole } from './vocabulary.js'

/**
 * Who may not do what, because of what they did: separation of duties. What a role may do at all is said elsewhere, in
 * the policy table. Each person is named by the id of their membership in the firm.
 * Each check returns nothing, or refuses with SEPARATION_OF_DUTIES.
 */
function refuseIf(same: boolean, sentence: string): void {
  if (same) throw new Refusal('SEPARATION_OF_DUTIES', sentence)
}

/** No member reviews what they prepared. `preparers` are all who signed or recorded results. */
export function checkReviewer({ preparers, reviewer }: { preparers: readonly string[]; reviewer: string }): void {
  refuseIf(
    preparers.includes(reviewer),
    'The reviewer may not be a preparer of the same work; another person reviews it.',
  )
}

/**
 * The level of a reviewer: a senior reviews the work of staff; all other work is reviewed by a manager or the partner.
 * `preparerRole` is null for a member who has left the team.
 */
export function checkReviewLevel(work: { preparerRole: TeamRole | null; reviewerRole: TeamRole | null }): void {
  const above = work.reviewerRole === 'MANAGER' || work.reviewerRole === 'ENGAGEMENT_PARTNER'
  const seniorOfStaff = work.reviewerRole === 'SENIOR' && work.preparerRole === 'STAFF'
  refuseIf(!above && !seniorOfStaff, 'A senior reviews the work of staff; this is for a manager or the partner.')
}

/** Whether work of this preparer is theirs to review by level: see `checkReviewLevel`. */
export const canReview = (work: Parameters<typeof checkReviewLevel>[0]): boolean =>
  refusalOf(() => checkReviewLevel(work)) === null

/** Whether a place on the team decides on explanations of deviations: a manager's or the partner's (product page, 5b). */
export const decidesExplanations = (role: TeamRole): boolean => role === 'MANAGER' || role === 'ENGAGEMENT_PARTNER'

/** The quality reviewer performed no work on the engagement: no procedure, result, exception, decision or sign-off. */
export function checkQualityReviewer(work: { reviewer: string; performedWork: readonly string[] }): void {
  refuseIf(
    work.performedWork.includes(work.reviewer),
    'The quality reviewer may not have performed work on the engagement; a person outside the work reviews it.',
  )
}

/** Nor did the second reader. */
export function checkSecondReaderDidNoWork(work: { reader: string; performedWork: readonly string[] }): void {
  refuseIf(
    work.performedWork.includes(work.reader),
    'The second reader may not have performed work on the engagement; a person outside the work reads it.',
  )
}

/** The partner who signs the opinion is not the quality reviewer. */
export function checkOpinionPartner(people: { partner: string; qualityReviewer: string | null }): void {
  refuseIf(
    people.partner === people.qualityReviewer,
    'The partner who signs the opinion may not be the quality reviewer of the engagement.',
  )
}

/** An exception is confirmed by a person who wrote nothing of it: neither raised it nor changed the draft. */
export function checkExceptionConfirmer({
  authors,
  confirmer,
}: {
  authors: readonly string[]
  confirmer: string
}): void {
  refuseIf(authors.includes(confirmer), 'Who wrote an exception may not confirm it; another manager or partner does.')
}

/** A materiality decision is approved by another person than its decider. */
export function checkDecisionApprover({ decider, approver }: { decider: string; approver: string }): void {
  refuseIf(decider === approver, 'Who decided on materiality may not approve the decision; another person does.')
}

/** That a control has no population is approved by another person than who said so. */
export function checkMarkApprover({ marker, approver }: { marker: string; approver: string }): void {
  refuseIf(marker === approver, 'Who marked the control may not approve it; another manager or the partner does.')
}

/** That a deviation is none is agreed by another person than the one who explained it. */
export function checkExplanationApprover({ proposer, approver }: { proposer: string; approver: string }): void {
  refuseIf(proposer === approver, 'Who explained a deviation may not approve the explanation; the reviewer does.')
}

/** Nor by the person who recorded the deviation: to agree would be to review one's own work. */
export function checkExplanationDecider(people: { explainer: string; recorder: string; decider: string }): void {
  checkExplanationApprover({ proposer: people.explainer, approver: people.decider })
  refuseIf(people.recorder === people.decider, 'Who recorded a deviation may not decide that it is none.')
}

/** Why a missing occurrence is no deviation is decided by another person than the one who proposed it. */
export function checkOccurrenceDecider({ proposer, decider }: { proposer: string; decider: string }): void {
  refuseIf(
    proposer === decider,
    'Who explained a missing occurrence may not decide on it; another manager or partner does.',
  )
}

/** Independence is a statement about oneself: it is not confirmed for another person. */
export function checkIndependenceConfirmation({ member, confirmer }: { member: string; confirmer: string }): void {
  refuseIf(member !== confirmer, 'Each member confirms their own independence; it cannot be confirmed for another.')
}

/** On the team of one engagement a quality reviewer or second reader holds no other role, and no member the same role twice. */
export function checkTeamRole(joining: { role: TeamRole; rolesHeld: readonly TeamRole[] }): void {
  const { role, rolesHeld } = joining
  refuseIf(rolesHeld.includes(role), `This person is on the team as ${role} already.`)
  const together = [role, ...rolesHeld]
  refuseIf(
    together.includes('QUALITY_REVIEWER') && together.length > 1,
    'The quality reviewer of an engagement has no other part in it.',
  )
  refuseIf(
    together.includes('SECOND_READER') && together.length > 1,
    'The second reader of an engagement has no other part in it.',
  )
}

/** Who settled a difference of opinion does not acknowledge their own settlement in the place of the quality reviewer. */
export function checkAcknowledgesAnothers(judgment: { decidedBy: string | null; secondReader: string }): void {
  refuseIf(
    judgment.decidedBy === judgment.secondReader,
    'You settled this difference of opinion: another second reader acknowledges it, whom the firm’s administrator names.',
  )
}

/** Who judges what others decided at a client, and must have led nothing there for some years. */
export const cooledOffRoles: readonly TeamRole[] = ['QUALITY_REVIEWER', 'SECOND_READER']

/** Years for which a former engagement partner is no quality reviewer or second reader of the same client, where the firm decides no other. */
export const shippedCoolingOffYears = 2

/**
 * Who led an engagement of the client would judge their own judgments: for some years after that they are neither its quality reviewer nor its second reader
 * (facts page, section 12; quality management standards on engagement quality reviews).
 * @param lastLedOn the last day on which the person was engagement partner at the client; null where they never were
 * @param years of the firm's methodology; 0 for none
 */
export function checkCoolingOff({
  lastLedOn,
  years,
  today,
}: {
  lastLedOn: string | null
  years: number
  today: string
}): void {
  if (lastLedOn === null || years === 0) return
  const freeFrom = dayOfNumber(monthsLater(partsOf(numberOfDay(lastLedOn)), 12 * years))
  refuseIf(
    today < freeFrom,
    `This person was the engagement partner of the client until ${lastLedOn}: they can be its quality reviewer or second reader from ${freeFrom} on.`,
  )
}

/** What is left out of a population is agreed with by another person than the one who proposed it. */
export function checkExclusionDecider({ proposer, decider }: { proposer: string; decider: string }): void {
  refuseIf(proposer === decider, 'Who proposed an exclusion may not decide on it; another person does.')
}
