import { reviewPointLifecycle } from './lifecycles.js'
import { type Blocker, blocker, Refusal } from './refusal.js'
import type { FirmRole, ReviewPointState } from './vocabulary.js'

/**
 * A difference of opinion (product page, section 1; quality management standards on differences of opinion): the quality reviewer
 * objects, decides nothing, and a third person settles it before the report is released.
 */

interface PointFact {
  state: ReviewPointState
  /** Who raised it. */
  createdBy: string | null
}

/** An objection that stands. Refuses with INVALID_TRANSITION. */
export const checkPointOpen = ({ state }: PointFact): void => reviewPointLifecycle.checkState(state, ['OPEN'])

/**
 * Who settles a difference is a partner of the firm, and not who objects. That they are not the engagement partner is said by their
 * place on the team. Refuses with SEPARATION_OF_DUTIES.
 */
export function checkSettler({ createdBy }: PointFact, actor: { memberId: string; firmRole: FirmRole | null }): void {
  if (actor.firmRole !== 'PARTNER') {
    throw new Refusal('SEPARATION_OF_DUTIES', 'A difference of opinion is settled by a partner of the firm.')
  }
  if (createdBy === actor.memberId) {
    throw new Refusal('SEPARATION_OF_DUTIES', 'Who objected does not settle the difference; a third person does.')
  }
}

export interface SettledPoint {
  state: ReviewPointState
  /** Whether it objects to the opinion itself. */
  concernsOpinion: boolean
  createdAt: Date
  settledAt: Date | null
  /** Of the opinion that was decided when it was settled; null where none was. */
  opinionDigest: string | null
}

/** An opinion as far as objections speak of it. */
export interface ObjectedTo {
  decidedAt: Date
  /** Over its conclusions and bases. */
  digest: string
}

/**
 * Whether a third person found that the opinion can stand against an objection to it, raised since it was decided: that one stands in
 * for the reviewer's agreement, and no objection to anything else does.
 */
export const isOverruledOn = (
  points: readonly Pick<SettledPoint, 'state' | 'concernsOpinion' | 'createdAt'>[],
  { decidedAt }: { decidedAt: Date },
): boolean =>
  points.some((point) => point.state === 'OVERRULED' && point.concernsOpinion && point.createdAt > decidedAt)

/**
 * Whether the opinion answers an objection that was upheld: it was decided since and, where the objection was to the opinion itself, it
 * says something else than the one that was objected to.
 */
const isAnsweredBy = ({ concernsOpinion, settledAt, opinionDigest }: SettledPoint, opinion: ObjectedTo): boolean =>
  settledAt !== null && opinion.decidedAt > settledAt && (!concernsOpinion || opinion.digest !== opinionDigest)

/**
 * What objections keep the report from being issued: REVIEW_POINT_OPEN for each that is not settled, REVIEW_POINT_UPHELD for each
 * that was upheld and that the opinion does not answer.
 * @param opinion null while none is decided
 */
export function reviewPointBlockers(
  points: readonly (SettledPoint & { id: string; number: number })[],
  opinion: ObjectedTo | null,
): Blocker[] {
  return points.flatMap((point) => {
    const { id, number, state, concernsOpinion } = point
    if (state === 'OPEN') {
      const message = `The quality reviewer objects (point ${number}): a third person settles it, or the reviewer withdraws it.`
      return blocker('REVIEW_POINT_OPEN', message, id)
    }
    if (state !== 'UPHELD' || (opinion && isAnsweredBy(point, opinion))) return []
    const what = concernsOpinion
      ? 'decide on the opinion anew, with other conclusions or bases'
      : 'decide on the opinion anew'
    return blocker('REVIEW_POINT_UPHELD', `Point ${number} of the quality review was upheld: ${what}.`, id)
  })
}
