import type { Tx } from '../../kernel/store/work.js'
import type { ReportFacts } from '../../rules/report.js'
import { standing } from '../complementary/retired-or-not.js'
import type { Control } from '../control/control.js'
import type { Procedure } from '../procedure/procedure.js'
import { WorkOfOthers } from '../work-of-others/work-of-others.js'

/**
 * The work of others that is used, each with the controls whose tests it served.
 * @param controls those in the report
 */
export async function workOfOthersFacts(
  tx: Tx,
  engagementId: string,
  controls: readonly Control[],
  procedures: readonly Procedure[],
): Promise<ReportFacts['workOfOthers']> {
  const works = await tx.find(WorkOfOthers, { engagementId }, { order: { id: 'asc' }, whole: true })
  return standing(works).map(({ kind, name, performed = '', oversight = '', referenceReason, procedureIds }) => {
    const served = new Set(procedures.flatMap(({ id, controlId }) => (procedureIds.includes(id) ? controlId : [])))
    const controlRefs = controls.filter(({ id }) => served.has(id)).map(({ ref }) => ref)
    return { kind, name, performed, oversight, isReferredTo: referenceReason !== null, controlRefs }
  })
}
