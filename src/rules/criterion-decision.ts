import {
  type ControlServing,
  type CriterionToConclude,
  failedInDesign,
  failedInOperation,
  namedControls,
  proposeCriterion,
  untestedAlone,
} from './criteria.js'
import { concludesOnOperation } from './procedures.js'
import { type Blocker, blocker, Refusal } from './refusal.js'
import type { CriterionOutcome, TeamRole } from './vocabulary.js'

/** The conclusion on a criterion that a person decides on, from the one proposed (criteria.ts). */

/** What stands before a conclusion on the criterion: exceptions that are not decided, controls that are not concluded. */
export function openBefore({ kind, controls, exceptions }: CriterionToConclude): Blocker[] {
  const lacks = ({ design, operation }: ControlServing): boolean =>
    design === null || (operation === null && concludesOnOperation(kind))
  return [
    ...exceptions
      .filter(({ judgment }) => judgment === null)
      .map(({ id, ref }) =>
        blocker('EXCEPTION_UNDECIDED', `The materiality of ${ref} is not decided and approved.`, id),
      ),
    ...controls.filter(lacks).map(({ id, ref }) => blocker('CONTROL_NOT_CONCLUDED', `Conclude on ${ref}.`, id)),
  ]
}

/** Whether a criterion is among those that one act concludes as proposed: no live exception names it, and it is achieved throughout. */
export const isWithoutDoubt = (facts: CriterionToConclude): boolean => {
  const { design, operation } = proposeCriterion(facts)
  const achieved = design === 'ACHIEVED' && (operation === null || operation === 'ACHIEVED')
  return achieved && facts.exceptions.length === 0 && openBefore(facts).length === 0
}

/** A conclusion on a criterion, as it is given. */
export interface CriterionConcluded {
  design: CriterionOutcome
  operation: CriterionOutcome | null
  /** Why operation is less modified than design; null where it is not. */
  otherGround: string | null
  /** How many papers it rests on. */
  paperCount: number
}

const invalid = (message: string, path: string): Refusal => new Refusal('INVALID_INPUT', message, [path])

/**
 * Whether these outcomes of a criterion fit each other and what was recorded. Refuses:
 * - NOT_READY: an exception that names it is undecided, a control that serves it is not concluded;
 * - INVALID_INPUT at `operation`: given in a Type 1, or not given otherwise;
 * - INVALID_INPUT at `design` or `operation`, outright: ACHIEVED where every control that serves it failed; ACHIEVED in operation where
 *   a control could not be tested, no other that was tested is effective and no scope limitation names the criterion;
 * - INVALID_INPUT at `otherGround`: operation less modified than design without another ground, or such a ground where it is not.
 */
export function checkOutcomes(concluded: Omit<CriterionConcluded, 'paperCount'>, facts: CriterionToConclude): void {
  const blockers = openBefore(facts)
  if (blockers.length > 0) {
    throw new Refusal('NOT_READY', 'A criterion is concluded from what is decided and concluded.', [], { blockers })
  }
  const { design, operation, otherGround } = concluded
  if (concludesOnOperation(facts.kind) !== (operation !== null)) {
    const message = 'Operation is concluded on where it is examined: in a Type 2, not in a Type 1.'
    throw invalid(message, 'operation')
  }
  checkNotContradicted(concluded, facts)
  const isLess = design !== 'ACHIEVED' && operation === 'ACHIEVED'
  if (isLess && !otherGround?.trim()) {
    const message =
      'The design is modified: operation is, too, unless another ground is recorded. That other controls worked is none.'
    throw invalid(message, 'otherGround')
  }
  if (!isLess && otherGround !== null) {
    throw invalid('Another ground is for operation that is less modified than design.', 'otherGround')
  }
}

/**
 * Whether a criterion may be concluded so. Refuses what `checkOutcomes` refuses; for another outcome than proposed, SEPARATION_OF_DUTIES
 * where the actor is not the engagement partner, and INVALID_INPUT at `restsOnIds` without a paper.
 */
export function checkCriterionConclusion(
  concluded: CriterionConcluded,
  facts: CriterionToConclude,
  role: TeamRole | undefined,
): void {
  checkOutcomes(concluded, facts)
  const { design, operation, paperCount } = concluded
  const proposed = proposeCriterion(facts)
  if (design === proposed.design && operation === proposed.operation) return
  if (role !== 'ENGAGEMENT_PARTNER') {
    const message = 'Another outcome than proposed is for the engagement partner to decide.'
    throw new Refusal('SEPARATION_OF_DUTIES', message)
  }
  if (paperCount === 0) throw invalid('Another outcome than proposed names the papers it rests on.', 'restsOnIds')
}

/** @throws Refusal INVALID_INPUT what no rationale makes true */
function checkNotContradicted(
  { design, operation }: Pick<CriterionConcluded, 'design' | 'operation'>,
  facts: CriterionToConclude,
): void {
  if (design === 'ACHIEVED' && failedInDesign(facts)) {
    throw invalid('Every control that serves the criterion is UNSUITABLE: it was not achieved.', 'design')
  }
  if (operation !== 'ACHIEVED') return
  if (failedInOperation(facts)) {
    throw invalid('Every control that serves the criterion failed: it was not achieved.', 'operation')
  }
  const untested = untestedAlone(facts)
  if (untested.length === 0 || facts.exceptions.some(({ kind }) => kind === 'SCOPE_LIMITATION')) return
  const message = `${namedControls(untested)} could not be tested: raise the scope limitation, or test another control that serves the criterion.`
  throw invalid(message, 'operation')
}
