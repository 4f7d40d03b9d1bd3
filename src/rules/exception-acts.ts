import { checkExceptionConfirmer } from './independence.js'
import { exceptionLifecycle, responseLifecycle } from './lifecycles.js'
import { blocker, Refusal } from './refusal.js'
import type { DescriptionCriterion, ExceptionKind, ExceptionState, ResponseState, TeamRole } from './vocabulary.js'

/**
 * When an act on an exception or a response is possible, as far as its row and who acts decide that: for the `when` of the
 * policy table. Each returns, or throws a Refusal.
 */

/** Who acts: their membership, and engagement id -> role on its team. */
interface Acting {
  memberId: string
  team: ReadonlyMap<string, TeamRole>
}

interface ExceptionFact {
  engagementId: string
  state: ExceptionState
  /** Who raised it, then who changed the draft. */
  authorIds: readonly string[]
}

/** The exception can go to this state. Refuses with INVALID_TRANSITION. */
export const checkExceptionBecomes = (to: ExceptionState) => (exception: ExceptionFact) => {
  exceptionLifecycle.checkMove(exception.state, to)
}

/** For acts that do not move the exception. Refuses with INVALID_TRANSITION. */
export const checkExceptionIs =
  (...possible: readonly ExceptionState[]) =>
  ({ state }: ExceptionFact): void =>
    exceptionLifecycle.checkState(state, possible)

/** A conclusion that is reopened leads back to COMMUNICATED too, but by another act. Refuses with INVALID_TRANSITION. */
export const checkAwaitsCommunication = ({ state }: ExceptionFact): void =>
  exceptionLifecycle.checkState(state, ['CONFIRMED'], { to: 'COMMUNICATED' })

/**
 * Only a misstatement of the description can be corrected: what a control did or did not do stays so. One that is corrected already
 * is seen again where the section was written anew; of one whose materiality is decided the decision is reopened first. Refuses with
 * INVALID_INPUT at `exceptionId`, and with INVALID_TRANSITION.
 */
export const checkCorrectable = ({ kind, state }: ExceptionFact & { kind: ExceptionKind }): void => {
  if (kind !== 'DESCRIPTION_MISSTATEMENT') {
    const message = 'Only a misstatement of the description is corrected before the report; this one stays.'
    throw new Refusal('INVALID_INPUT', message, ['exceptionId'])
  }
  exceptionLifecycle.checkState(state, ['CONFIRMED', 'COMMUNICATED', 'CORRECTED'], { to: 'CORRECTED' })
}

/**
 * What shows that a misstatement was corrected: a section of the description under a criterion that the misstatement names, written
 * since it was raised, or a paper.
 * @param section the one that is named, with when its text was changed last; null where none is
 * Refuses with INVALID_INPUT at `restsOnIds` where nothing is named, at `descriptionSectionId` a section that says what it said, and
 * one on another matter
 */
export function checkCorrection(
  misstatement: { createdAt: Date; criteriaCodes: readonly string[] },
  section: { criterion: DescriptionCriterion; writtenAt: Date } | null,
  paperCount: number,
): void {
  if (!section && paperCount === 0) {
    const message = 'Name the section of the description that says it right now, or a paper that shows it.'
    throw new Refusal('INVALID_INPUT', message, ['restsOnIds'])
  }
  if (section && !misstatement.criteriaCodes.includes(section.criterion)) {
    const message = `The misstatement is not one of ${section.criterion}: name a section under a criterion that it names.`
    throw new Refusal('INVALID_INPUT', message, ['descriptionSectionId'])
  }
  if (section && section.writtenAt <= misstatement.createdAt) {
    const message = 'The section says what it said when the misstatement was raised: nothing was corrected in it.'
    throw new Refusal('INVALID_INPUT', message, ['descriptionSectionId'])
  }
}

/** Who confirms an exception wrote nothing of it, nor who sees it corrected. Refuses with SEPARATION_OF_DUTIES. */
export const checkNotItsAuthor = (exception: ExceptionFact, actor: Acting): void =>
  checkExceptionConfirmer({ authors: exception.authorIds, confirmer: actor.memberId })

/**
 * What was confirmed is changed only by a person who could confirm it, and is thereby confirmed as it is now. Refuses with
 * SEPARATION_OF_DUTIES.
 */
export const checkConfirmsAnew = (exception: ExceptionFact, actor: Acting): void => {
  if (exception.state !== 'CONFIRMED') return
  const role = actor.team.get(exception.engagementId)
  if (role !== 'MANAGER' && role !== 'ENGAGEMENT_PARTNER') {
    throw new Refusal('SEPARATION_OF_DUTIES', 'The exception is confirmed: a manager or the partner can change it.')
  }
  checkNotItsAuthor(exception, actor)
}

interface ResponseFact {
  state: ResponseState
  declinedReason: string | null
  inconsistency: string | null
}

/** The response can go to this state. Refuses with INVALID_TRANSITION. */
export const checkResponseBecomes = (to: ResponseState) => (response: ResponseFact) => {
  responseLifecycle.checkMove(response.state, to)
}

/** The auditor has a submitted response before them. Refuses with INVALID_TRANSITION. */
export const checkResponseSubmitted = ({ state }: ResponseFact): void =>
  responseLifecycle.checkState(state, ['SUBMITTED'])

/**
 * Accepted means read, complete and not inconsistent with the findings: not so for an answer that management declined to
 * give, nor for one flagged as inconsistent. Refuses with NOT_READY.
 */
export const checkResponseAcceptable = ({ declinedReason, inconsistency }: ResponseFact): void => {
  const declined = blocker('RESPONSE_DECLINED', 'Management declined to respond; there is nothing to accept.')
  const inconsistent = blocker(
    'RESPONSE_INCONSISTENT',
    'The response is flagged as inconsistent with the findings: return it, or take the flag back.',
  )
  const blockers = [...(declinedReason === null ? [] : [declined]), ...(inconsistency === null ? [] : [inconsistent])]
  if (blockers.length === 0) return
  throw new Refusal('NOT_READY', blockers.map(({ message }) => message).join(' '), [], { blockers })
}
