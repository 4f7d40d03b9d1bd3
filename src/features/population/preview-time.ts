import { Loaders } from '../../kernel/store/loaders.js'
import { isUuid, type Tx } from '../../kernel/store/work.js'
import { dayIn } from '../../rules/calendar.js'
import { Refusal } from '../../rules/refusal.js'
import { timeAtClient } from '../calendar/calendar-used.js'
import { Engagement } from '../engagement/engagement.js'
import type { IntakeTime } from './intake-time.js'
import { Population } from './population.js'
import { coveredTimeOf } from './succession.js'

/**
 * The time that the items of a list are to be of: of the population that they are for, else of the engagement.
 * Refuses with INVALID_INPUT at `populationId` what is no population of the engagement.
 */
export async function timeOfItems(
  tx: Tx,
  { engagementId }: { engagementId: string },
  populationId: string | null,
): Promise<IntakeTime> {
  const loaders = Loaders.over(tx)
  const engagement = (await loaders.byId(Engagement, engagementId)) as Engagement
  const time = await timeAtClient(loaders, engagement)
  const { periodStart, periodEnd } = time
  if (populationId === null) {
    return { period: periodStart && periodEnd ? { start: periodStart, end: periodEnd } : null }
  }
  const population = isUuid(populationId) ? await tx.one(Population, { id: populationId }) : null
  if (population?.engagementId !== engagementId) {
    throw new Refusal('INVALID_INPUT', 'There is no such population of the engagement.', ['populationId'])
  }
  const { coversFrom, coversTo } = coveredTimeOf(population, time)
  return { period: { start: coversFrom, end: coversTo }, extractedOn: dayIn(time.timeZone, population.extractedAt) }
}
