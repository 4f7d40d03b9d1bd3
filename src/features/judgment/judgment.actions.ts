import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import type { WriteTx } from '../../kernel/store/work.js'
import {
  checkAcknowledgesAnothers,
  checkQualityReviewer,
  checkSecondReaderDidNoWork,
} from '../../rules/independence.js'
import { checkEach, Refusal, refusalOf } from '../../rules/refusal.js'
import type { AcknowledgingRole } from '../../rules/vocabulary.js'
import { Engagement } from '../engagement/engagement.js'
import { workersOn } from '../opinion/quality-review.js'
import type {
  AcknowledgedJudgmentInput,
  AcknowledgeJudgmentInput,
  AcknowledgeJudgmentsInput,
} from './judgment.inputs.js'
import type { JudgmentAgainstFigures } from './judgment.js'
import { JudgmentAcknowledgement } from './judgment-acknowledgement.js'
import { acknowledgedBy, judgmentsInRequest } from './judgments.js'

type Path = readonly (string | number)[]

/**
 * Acknowledges a judgment against the figures, as the engagement partner, the quality reviewer or the second reader. Who decided may
 * acknowledge as the partner; the quality reviewer decided nothing, and a second reader does not acknowledge what they settled.
 * Refused: NOT_FOUND where the engagement has no such judgment, or has it no more; JUDGMENT_CHANGED on other figures, another
 * decision or reason than were read; ALREADY_EXISTS where the role is not awaited; SEPARATION_OF_DUTIES for a quality
 * reviewer or second reader who did work, and for who settled it.
 */
export async function acknowledgeJudgment(tx: WriteTx, input: AcknowledgeJudgmentInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  const [judgment = null] = await acknowledge(tx, engagement, [input], () => [])
  return { judgment }
}

/** The same of several, each by its digest: all or none. Refused at the place of each that is at fault. */
export async function acknowledgeJudgments(tx: WriteTx, input: AcknowledgeJudgmentsInput) {
  const engagement = await tx.load(Engagement, input.engagementId, undefined, 'update')
  await tx.permit(engagement)
  await acknowledge(tx, engagement, input.judgments, (at) => ['judgments', at])
  return { engagement }
}

/** Answers the judgments as they are acknowledged now: nothing else of them has changed, and the list is not computed again. */
async function acknowledge(
  tx: WriteTx,
  engagement: Engagement,
  entries: readonly Pick<AcknowledgedJudgmentInput, 'judgmentId' | 'figuresDigest' | 'note'>[],
  placeOf: (at: number) => Path,
): Promise<JudgmentAgainstFigures[]> {
  // The engagement is locked: what the list is computed from stays as it is.
  const list = await judgmentsInRequest(Loaders.over(tx), engagement)
  const known = new Map(list.map((judgment) => [judgment.id, judgment]))
  const role = tx.actor.team.get(engagement.id) as AcknowledgingRole
  const ids = entries.map(({ judgmentId }) => judgmentId.toLowerCase())
  checkEach(
    entries.flatMap(({ figuresDigest }, at) => {
      const isTwice = ids.indexOf(ids[at] as string) < at
      const { memberId } = tx.actor
      return faultOf(known.get(ids[at] as string), { role, memberId, figuresDigest, isTwice }, placeOf(at)) ?? []
    }),
  )
  const read = ids.map((id) => known.get(id) as JudgmentAgainstFigures)
  const common = { engagementId: engagement.id, role, acknowledgedBy: tx.actor.memberId }
  const made = await tx.insertMany(
    JudgmentAcknowledgement,
    entries.map(({ figuresDigest, note }, at) => {
      const { id, kind } = read[at] as JudgmentAgainstFigures
      return { judgmentId: id, kind, figuresDigest, note }
    }),
    { common },
  )
  return read.map((judgment, at) => acknowledgedBy(judgment, made[at] as JudgmentAcknowledgement))
}

function faultOf(
  judgment: JudgmentAgainstFigures | undefined,
  {
    role,
    memberId,
    figuresDigest,
    isTwice,
  }: { role: AcknowledgingRole; memberId: string; figuresDigest: string; isTwice: boolean },
  path: Path,
): Refusal | null {
  const at = [...path, 'judgmentId']
  if (!judgment) return new Refusal('NOT_FOUND', 'The engagement has no such judgment against the figures.', at)
  if (judgment.figuresDigest !== figuresDigest) {
    const message = 'The figures, the decision or the reason have changed since: read the judgment again.'
    return new Refusal('JUDGMENT_CHANGED', message, [...path, 'figuresDigest'])
  }
  if (isTwice) return new Refusal('INVALID_INPUT', 'This judgment stands twice.', at)
  const own = ownSettlement(judgment, role, memberId)
  if (own) return new Refusal(own.code, own.message, at)
  if (judgment.awaited.includes(role)) return null
  return new Refusal('ALREADY_EXISTS', 'You have acknowledged this judgment as it is already.', at)
}

/** Why a second reader does not acknowledge a judgment that is theirs; null of another one and for others. */
const ownSettlement = ({ judgment }: JudgmentAgainstFigures, role: string | undefined, memberId: string) =>
  role === 'SECOND_READER'
    ? refusalOf(() => checkAcknowledgesAnothers({ decidedBy: judgment.decidedBy, secondReader: memberId }))
    : null

/** Some judgment awaits who acts, and a quality reviewer or second reader did no work and did not settle it. */
export const acknowledgeJudgmentGate: Gate<Engagement> = async (engagement, { tx, loaders, isAct }) => {
  const role = tx.actor.team.get(engagement.id)
  if (role !== 'ENGAGEMENT_PARTNER') {
    const performedWork = await workersOn(loaders, engagement)
    if (role === 'QUALITY_REVIEWER') checkQualityReviewer({ reviewer: tx.actor.memberId, performedWork })
    else checkSecondReaderDidNoWork({ reader: tx.actor.memberId, performedWork })
  }
  if (isAct) return
  const list = await judgmentsInRequest(loaders, engagement)
  const open = list.filter(({ awaited }) => awaited.some((one) => one === role))
  const refusals = open.map((one) => ownSettlement(one, role, tx.actor.memberId))
  if (refusals.includes(null)) return
  if (refusals[0]) throw refusals[0]
  throw new Refusal('NOT_FOUND', 'No judgment against the figures awaits your acknowledgment.', ['judgmentId'])
}
