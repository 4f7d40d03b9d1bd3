import { notFound } from '../../kernel/access/faults.js'
import { type EngagementScope, scopeOf } from '../../kernel/store/scope.js'
import type { Tx } from '../../kernel/store/work.js'
import { checkReported, type Deviation } from '../../rules/deviations.js'
import { checkEach, Refusal } from '../../rules/refusal.js'
import { descriptionCriteria, type ExceptionKind, words } from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { ControlCriterion } from '../control/control-criterion.js'
import { applicableCodes } from '../criterion/scope.js'
import type { Engagement } from '../engagement/engagement.js'
import { Procedure } from '../procedure/procedure.js'
import { deviationsOf } from './exception.queries.js'

/** What an exception is about: the control, the test that found it and the deviations it reports. */
export interface Subject {
  control: Control | null
  procedure: Procedure | null
  deviations: Deviation[]
}

interface Named {
  kind: ExceptionKind
  controlId?: string | null
  procedureId?: string | null
  resultIds: readonly string[]
  occurrenceLabels: readonly string[]
}

/**
 * Loads what was named and checks that it belongs together.
 * @throws Denial NOT_FOUND for what is of another engagement; Refusal INVALID_INPUT at `controlId`, `procedureId` or `resultIds`
 */
export async function subjectOf(tx: Tx, engagement: Engagement, named: Named): Promise<Subject> {
  const procedure = named.procedureId ? await tx.load(Procedure, named.procedureId) : null
  const control = named.controlId
    ? await tx.load(Control, named.controlId)
    : procedure && (await tx.load(Control, procedure.controlId))
  for (const part of [procedure, control]) if (part && part.engagementId !== engagement.id) throw notFound(part.id)
  if (procedure && procedure.controlId !== control?.id) {
    throw new Refusal('INVALID_INPUT', 'The procedure tests another control.', ['procedureId'])
  }
  const missesOccurrences = named.occurrenceLabels.length > 0
  const needsProcedure = named.kind === 'OPERATING_DEVIATION' && !missesOccurrences
  if ((needsProcedure || named.resultIds.length > 0) && !procedure) {
    throw new Refusal('INVALID_INPUT', 'Name the procedure that found the deviations.', ['procedureId'])
  }
  const deviations = await reported(scopeOf(tx, engagement), named.kind, named.resultIds, procedure, missesOccurrences)
  return { control, procedure, deviations }
}

/**
 * The deviations of a procedure by the ids of their results.
 * @throws Refusal INVALID_INPUT at `resultIds`
 */
export async function reported(
  scope: EngagementScope,
  kind: ExceptionKind,
  resultIds: readonly string[],
  procedure: Pick<Procedure, 'id' | 'controlId'> | null,
  missesOccurrences = false,
): Promise<Deviation[]> {
  const found = resultIds.length > 0 ? await deviationsOf(scope) : []
  const known = new Map(found.map((deviation) => [deviation.id, deviation]))
  checkReported(kind, resultIds, known, {
    procedureId: procedure?.id ?? null,
    controlId: procedure?.controlId ?? null,
    missesOccurrences,
  })
  return resultIds.map((id) => known.get(id) as Deviation)
}

/**
 * The criteria an exception concerns: those named, or those of the control. All are in the scope of the engagement; a
 * misstatement of the description may also name description criteria.
 * @throws Refusal INVALID_INPUT at `criteriaCodes`
 */
export async function criteriaOf(
  tx: Tx,
  engagement: Engagement,
  kind: ExceptionKind,
  named: readonly string[] | null | undefined,
  controlId: string | null,
): Promise<string[]> {
  const inScope = await applicableCodes(tx, engagement)
  if (!named) {
    const mapped = controlId ? await tx.find(ControlCriterion, { controlId }) : []
    const codes = inScope.filter((code) => mapped.some(({ criterionCode }) => criterionCode === code))
    if (codes.length > 0) return codes
    throw new Refusal('INVALID_INPUT', 'Name the criteria concerned: there is no control that has any.', [
      'criteriaCodes',
    ])
  }
  const possible = kind === 'DESCRIPTION_MISSTATEMENT' ? [...inScope, ...words(descriptionCriteria)] : inScope
  const foreign = (at: number) =>
    new Refusal('INVALID_INPUT', 'This is not a criterion in the scope of the engagement.', ['criteriaCodes', at])
  checkEach(named.flatMap((code, at) => (possible.includes(code) ? [] : foreign(at))))
  return possible.filter((code) => named.includes(code))
}
