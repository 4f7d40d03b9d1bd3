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
  settledAt: Date | null
}

/** Whether a third person found, since the opinion was decided, that it can stand against an objection. */
export const isOverruledOn = (points: readonly SettledPoint[], opinion: { decidedAt: Date }): boolean =>
  points.some(({ state, settledAt }) => state === 'OVERRULED' && settledAt !== null && settledAt > opinion.decidedAt)

/**
 * What objections keep the report from being issued: REVIEW_POINT_OPEN for each that is not settled, REVIEW_POINT_UPHELD for each
 * that was upheld since the opinion was decided.
 * @param opinionDecidedAt null while no opinion is decided
 */
export function reviewPointBlockers(
  points: readonly (SettledPoint & { id: string; number: number })[],
  opinionDecidedAt: Date | null,
): Blocker[] {
  return points.flatMap(({ id, number, state, settledAt }) => {
    if (state === 'OPEN') {
      const message = `The quality reviewer objects (point ${number}): a third person settles it, or the reviewer withdraws it.`
      return blocker('REVIEW_POINT_OPEN', message, id)
    }
    const isAnswered = opinionDecidedAt !== null && settledAt !== null && opinionDecidedAt > settledAt
    if (state !== 'UPHELD' || isAnswered) return []
    return blocker(
      'REVIEW_POINT_UPHELD',
      `Point ${number} of the quality review was upheld: decide on the opinion anew.`,
      id,
    )
  })
}
