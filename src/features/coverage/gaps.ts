import { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import { gapsIn, lieWithin, reportsGap } from '../../rules/coverage.js'
import { isLive } from '../../rules/exceptions.js'
import { Control } from '../control/control.js'
import { ControlCriterion } from '../control/control-criterion.js'
import type { Criterion } from '../criterion/criterion.js'
import { criteriaInScope } from '../criterion/scope.js'
import type { Engagement } from '../engagement/engagement.js'
import { Exception } from '../exception/exception.js'
import { CoverageDecision } from './coverage-decision.js'

/** Days of what is examined on which no control in operation serves a criterion, and what answers them. */
export interface GapFound {
  gapFrom: string
  gapTo: string
  criterion: Criterion
  /** Whether a control serves the criterion on other days. */
  isPartial: boolean
  decision: CoverageDecision | null
  /** The first live design deficiency that reports it. */
  deficiency: Exception | null
}

/** A gap is answered by a design deficiency or, where a control serves the criterion on other days, by the partner's decision. */
export const isGapAnswered = ({ isPartial, decision, deficiency }: GapFound): boolean =>
  deficiency !== null || (isPartial && decision !== null)

/**
 * The gaps of an engagement now, by criterion in the order of the catalogue, then by day: five statements, whatever the number of controls.
 * @param loaders the loaders of the request, where many engagements may ask at once
 */
export async function gapsOf(tx: Tx, engagement: Engagement, loaders = Loaders.over(tx)): Promise<GapFound[]> {
  const { id } = engagement
  const [inScope, controls, mappings, exceptions, decisions] = await Promise.all([
    criteriaInScope(tx, engagement, loaders),
    loaders.children(Control, 'engagementId', id, { ref: 'asc' }),
    loaders.children(ControlCriterion, 'engagementId', id, { id: 'asc' }),
    loaders.children(Exception, 'engagementId', id, { number: 'asc' }),
    loaders.children(CoverageDecision, 'engagementId', id, { id: 'asc' }),
  ])
  const inUse = new Map(controls.flatMap((one) => (one.retiredAt === null ? [[one.id, one] as const] : [])))
  const deficiencies = exceptions.filter((one) => one.kind === 'DESIGN_DEFICIENCY' && isLive(one))
  return inScope
    .filter(({ exclusion }) => exclusion === null)
    .flatMap(({ criterion }) => {
      const { code } = criterion
      const serving = mappings.flatMap((one) => (one.criterionCode === code ? (inUse.get(one.controlId) ?? []) : []))
      return gapsIn(engagement, serving).map((gap) => ({
        gapFrom: gap.from,
        gapTo: gap.to,
        criterion,
        isPartial: serving.length > 0,
        decision:
          decisions.find((one) => one.criterionCode === code && lieWithin(gap, { from: one.gapFrom, to: one.gapTo })) ??
          null,
        deficiency: deficiencies.find((one) => reportsGap(one, code, gap)) ?? null,
      }))
    })
}
