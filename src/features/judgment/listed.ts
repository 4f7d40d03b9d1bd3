import type { CoverageGapJudged, OccurrenceJudged, PopulationGapJudged, SeedJudged } from '../../rules/judged.js'
import { countDays, timeOfControl } from '../../rules/population-gaps.js'
import type { Control } from '../control/control.js'
import type { CoverageDecision } from '../coverage/coverage-decision.js'
import type { Engagement } from '../engagement/engagement.js'
import type { PopulationGapDecision } from '../gap/population-gap-decision.js'
import type { OccurrenceExplanation } from '../occurrence/occurrence-explanation.js'
import type { Population } from '../population/population.js'
import { decided } from './changed.js'

/** What was decided on lists, on the days that none covers, and on occurrences that none holds. */

/** A population to whose seed a person added a part; none of others. */
export function seedJudged(population: Population): SeedJudged[] {
  const { id, controlId, title, seedContribution, seedContributedBy, seedContributedAt, itemCount } = population
  if (seedContribution === null) return []
  const given = decided(seedContributedBy, seedContributedAt, null)
  return [{ populationId: id, controlId, title, part: seedContribution, itemCount: itemCount ?? 0, ...given }]
}

export function occurrenceJudged(missed: OccurrenceExplanation, controls: readonly Control[]): OccurrenceJudged {
  const { id, controlId, label, kind, decidedBy, decidedAt, reason, restsOnIds } = missed
  const controlRef = controls.find((control) => control.id === controlId)?.ref ?? ''
  return { id, controlId, controlRef, label, kind, ...decided(decidedBy, decidedAt, reason, restsOnIds) }
}

export const gapJudged = ({ id, criterionCode, gapFrom, gapTo, ...gap }: CoverageDecision): CoverageGapJudged => ({
  id,
  criterionCode,
  from: gapFrom,
  to: gapTo,
  ...decided(gap.createdBy, gap.createdAt, gap.reason, gap.restsOnIds),
})

export function acceptedJudged(
  one: PopulationGapDecision,
  controls: readonly Control[],
  engagements: readonly Engagement[],
): PopulationGapJudged {
  const { id, controlId, gapFrom: from, gapTo: to, createdBy, createdAt, reason, restsOnIds } = one
  const control = controls.find((each) => each.id === controlId) as Control
  const engagement = engagements.find((each) => each.id === one.engagementId) as Engagement
  const own = timeOfControl(engagement, control)
  return {
    ...{ id, controlId, controlRef: control.ref, from, to },
    days: countDays({ from, to }),
    ofDays: own === null ? 0 : countDays(own),
    ...decided(createdBy, createdAt, reason, restsOnIds),
  }
}
