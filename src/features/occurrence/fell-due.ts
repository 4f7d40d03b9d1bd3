import type { Loaders } from '../../kernel/store/loaders.js'
import { isPeriodic } from '../../rules/cycles.js'
import { concludesOnOperation } from '../../rules/procedures.js'
import type { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { OccurrenceExplanation } from './occurrence-explanation.js'
import { cyclesOf } from './occurrences.js'

/**
 * Whether an occurrence of a periodic control fell due in the period: not one that was not due as is explained, with approval. Null of one that follows no calendar, of an automated one,
 * and as of a date.
 */
export async function fellDueIn(loaders: Loaders, control: Control): Promise<boolean | null> {
  if (!isPeriodic(control.frequency) || control.nature === 'AUTOMATED') return null
  const { kind } = (await loaders.byId(Engagement, control.engagementId)) as Engagement
  if (!concludesOnOperation(kind)) return null
  const [cycles, explanations] = await Promise.all([
    cyclesOf(loaders, control),
    loaders.children(OccurrenceExplanation, 'controlId', control.id, { id: 'asc' }),
  ])
  const notDue = explanations.filter((one) => one.kind === 'NOT_DUE' && one.state === 'APPROVED')
  return cycles.some((cycle) => !notDue.some(({ label }) => label === cycle.label))
}
