import { Loaders } from '../../kernel/store/loaders.js'
import type { Tx } from '../../kernel/store/work.js'
import { exclusionInWords } from '../../rules/exclusions.js'
import type { ReportFacts } from '../../rules/report.js'
import type { Control } from '../control/control.js'
import { populationGapsOf } from '../gap/population-gaps.js'
import { PopulationExclusion } from '../population/exclusion.js'
import { Population } from '../population/population.js'

type Listed = Pick<ReportFacts['controls'][0], 'populations' | 'populationGaps'>

/**
 * What the report says of the populations of each of these controls, in their order: frozen ones whose place no other took, with
 * their approved exclusions, and the days that none covers.
 */
export async function populationFacts(tx: Tx, engagementId: string, controls: readonly Control[]): Promise<Listed[]> {
  const loaders = Loaders.over(tx)
  const frozen = await tx.find(Population, { engagementId, state: 'FROZEN' }, { order: { id: 'asc' } })
  const rules = await tx.find(PopulationExclusion, { engagementId, state: 'APPROVED' }, { order: { id: 'asc' } })
  const gaps = await Promise.all(controls.map((control) => populationGapsOf(loaders, control)))
  const superseded = new Set(frozen.map(({ supersedesId }) => supersedesId))
  const told = frozen
    .filter(({ id }) => !superseded.has(id))
    .toSorted((a, b) => ((a.coversFrom as string) < (b.coversFrom as string) ? -1 : 1))
  return controls.map((control, at) => ({
    populations: told
      .filter(({ controlId }) => controlId === control.id)
      .map(({ id, coversFrom, coveredUntilOn, excludedCount, setAsideCount, leftOutCount }) => ({
        coversFrom: coversFrom as string,
        coveredUntilOn: coveredUntilOn as string,
        excludedCount: excludedCount ?? 0,
        setAsideCount: setAsideCount ?? 0,
        leftOutCount: leftOutCount ?? 0,
        exclusions: rules
          .filter(({ populationId }) => populationId === id)
          .map((rule) => ({ rule: exclusionInWords(rule), reason: rule.reason })),
      })),
    populationGaps: (gaps[at] ?? []).map(({ gapFrom, gapTo }) => ({ from: gapFrom, to: gapTo })),
  }))
}
