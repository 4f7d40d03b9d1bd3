import type { Loaders } from '../../kernel/store/loaders.js'
import { isPeriodic } from '../../rules/cycles.js'
import { concludesOnOperation } from '../../rules/procedures.js'
import type { Control } from '../control/control.js'
import { Engagement } from '../engagement/engagement.js'
import { cyclesOf } from './occurrences.js'

/**
 * Whether an occurrence of a periodic control fell due in the period; null of one that follows no calendar, of an automated one,
 * and as of a date.
 */
export async function fellDueIn(loaders: Loaders, control: Control): Promise<boolean | null> {
  if (!isPeriodic(control.frequency) || control.nature === 'AUTOMATED') return null
  const { kind } = (await loaders.byId(Engagement, control.engagementId)) as Engagement
  return concludesOnOperation(kind) ? (await cyclesOf(loaders, control)).length > 0 : null
}
