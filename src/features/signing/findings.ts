import type { Loaders } from '../../kernel/store/loaders.js'
import type { EngagementScope } from '../../kernel/store/scope.js'
import type { ProcedureFindings } from '../../rules/outcomes.js'
import type { ExplanationState } from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { fellDueIn } from '../occurrence/fell-due.js'
import type { Procedure } from '../procedure/procedure.js'
import { type CountedFindings, countFindings } from './signing.queries.js'

/**
 * What procedures found, counted from what was recorded. Without a sample, the frozen populations of the control say
 * whether there was any occasion.
 * @param explainedBy which explanations take a deviation away: for a preparer those that are proposed too, for a reviewer
 *   only those agreed with
 */
export async function findingsOf(
  loaders: Loaders,
  procedure: Procedure,
  explainedBy: readonly ExplanationState[],
): Promise<ProcedureFindings> {
  const counted = await loaders
    .within(
      `findings, explained by ${explainedBy.join()}`,
      ({ id }: Procedure) => id,
      (scope, ids) => readFindings(scope, ids, explainedBy),
    )
    .load(procedure)
  // Only over an empty list does it matter.
  const control = counted.populationSize === 0 ? await loaders.byId(Control, procedure.controlId) : null
  return { ...counted, fellDue: control && (await fellDueIn(loaders, control)) }
}

async function readFindings(
  scope: EngagementScope,
  procedureIds: readonly string[],
  explainedBy: readonly ExplanationState[],
): Promise<Omit<ProcedureFindings, 'fellDue'>[]> {
  const counted = await countFindings(scope, procedureIds, explainedBy)
  return procedureIds.map((id) => {
    const { deviations, exceptions, outstanding, sampled, attributes, listed, absence, aspects, frequency } =
      counted.find(({ procedureId }) => procedureId === id) as CountedFindings
    return {
      deviations,
      exceptions,
      sampleMissing: attributes && sampled === null,
      outstandingCount: outstanding,
      populationSize: sampled ?? listed,
      absenceChecked: absence,
      aspects,
      frequency,
    }
  })
}
