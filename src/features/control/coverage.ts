import { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import type { Criterion } from '../criterion/criterion.js'
import { criteriaInScope } from '../criterion/scope.js'
import type { Engagement } from '../engagement/engagement.js'
import { Control } from './control.js'
import { ControlCriterion } from './control-criterion.js'

/** What the mapping of controls to criteria leaves open. */
export interface CoverageFound {
  engagementId: string
  /** Criteria in scope that apply and that no control in use is mapped to, in the order of the catalogue. */
  criteriaWithoutControl: Criterion[]
  /** By reference. */
  controlsWithoutCriterion: Control[]
}

/**
 * Reads what is left open in three statements, whatever the number of controls (500 at most).
 * @param loaders the loaders of the request, where many engagements may ask at once
 */
export async function coverageOf(
  tx: Tx,
  engagement: Engagement,
  loaders = new Loaders(async () => tx),
): Promise<CoverageFound> {
  const engagementId = engagement.id
  const mappings = await loaders.children(ControlCriterion, 'engagementId', engagementId, { id: 'asc' })
  const controls = await loaders.children(Control, 'engagementId', engagementId, { ref: 'asc' })
  const inUse = new Set(controls.filter(({ retiredAt }) => retiredAt === null).map(({ id }) => id))
  const covered = new Set(mappings.flatMap((one) => (inUse.has(one.controlId) ? one.criterionCode : [])))
  const mapped = new Set(mappings.map(({ controlId }) => controlId))
  const inScope = await criteriaInScope(tx, engagement, loaders)
  return {
    engagementId,
    criteriaWithoutControl: inScope
      .filter(({ criterion, exclusion }) => exclusion === null && !covered.has(criterion.code))
      .map(({ criterion }) => criterion),
    controlsWithoutCriterion: controls.filter(({ id }) => inUse.has(id) && !mapped.has(id)),
  }
}
