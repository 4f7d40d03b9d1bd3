import type { Loaders } from '../../kernel/store/loaders.js'
import { type Days, lieWithin } from '../../rules/coverage.js'
import { populationGapsIn } from '../../rules/population-gaps.js'
import type { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { type Covering, coveringOf } from './gap.queries.js'
import { PopulationGapDecision } from './population-gap-decision.js'

/** Days of a control's time that no population of it covers, and what was recorded why. */
export interface PopulationGapFound {
  gapFrom: string
  gapTo: string
  decision: PopulationGapDecision | null
}

/**
 * The gaps of a control now, by day. None of a control without a frozen population: that it has none is asked elsewhere. Those of
 * many controls are read as a set: three statements, whatever their number.
 */
export async function populationGapsOf(loaders: Loaders, control: Control): Promise<PopulationGapFound[]> {
  const covering = await loaders
    .within<Control, Covering[]>(
      'what covers the time of controls',
      ({ id }) => id,
      async (scope, ids) => {
        const found = await coveringOf(scope, ids)
        return ids.map((id) => found.filter(({ controlId }) => controlId === id))
      },
    )
    .load(control)
  if (!covering.some(({ isPopulation }) => isPopulation)) return []
  const engagement = (await loaders.byId(Engagement, control.engagementId)) as Engagement
  const gaps = populationGapsIn(
    engagement,
    control,
    covering.filter(({ isTested }) => isTested),
  )
  if (gaps.length === 0) return []
  const decisions = await loaders.children(PopulationGapDecision, 'controlId', control.id, { id: 'asc' })
  return gaps.map((gap) => ({ gapFrom: gap.from, gapTo: gap.to, decision: decisionOn(gap, decisions) }))
}

const decisionOn = (gap: Days, decisions: readonly PopulationGapDecision[]): PopulationGapDecision | null =>
  decisions.find(({ gapFrom, gapTo }) => lieWithin(gap, { from: gapFrom, to: gapTo })) ?? null
