import type { WriteTx } from '../../kernel/store/work.js'
import { checkSetCriteria } from '../../rules/frameworks.js'
import { Firm } from '../firm/firm.js'
import type { LoadCriteriaSetInput, RetireCriteriaSetInput } from './criteria-set.inputs.js'
import { CriteriaSet } from './criteria-set.js'
import { FurtherCriterion } from './further-criterion.js'

/**
 * Loads a set of criteria for the firm, which never changes from then on: all of it or nothing. Refused: at its place each criterion whose
 * code another one has; a name and edition that the firm has already; a set to supersede that is not the firm's, or is superseded.
 */
export async function loadCriteriaSet(tx: WriteTx, input: LoadCriteriaSetInput) {
  await tx.permit(await tx.load(Firm, tx.firmId))
  const superseded = input.supersedesId ? await tx.load(CriteriaSet, input.supersedesId) : null
  const { name, publisher, edition, description = null, licenceNote, criteria } = input
  checkSetCriteria(criteria)
  const criteriaSet = await tx.insert(CriteriaSet, {
    name,
    publisher,
    edition,
    description,
    licenceNote,
    criterionCount: criteria.length,
    supersedesId: superseded?.id ?? null,
    retiredAt: null,
    retiredBy: null,
    retiredReason: null,
  })
  await tx.insertMany(
    FurtherCriterion,
    criteria.map(({ code, section = null, title, text = null }, at) => ({
      position: at + 1,
      code,
      section,
      title,
      text,
    })),
    { common: { criteriaSetId: criteriaSet.id } },
  )
  return { criteriaSet }
}

/** Retires a set: engagements that use it keep it, no other takes it. Refused: INVALID_TRANSITION of one that is retired. */
export async function retireCriteriaSet(tx: WriteTx, input: RetireCriteriaSetInput) {
  const criteriaSet = await tx.load(CriteriaSet, input.criteriaSetId, input.expectedVersion)
  await tx.permit(criteriaSet)
  const retired = { retiredAt: tx.now, retiredBy: tx.actor.memberId, retiredReason: input.reason }
  return { criteriaSet: await tx.update(criteriaSet, retired) }
}
