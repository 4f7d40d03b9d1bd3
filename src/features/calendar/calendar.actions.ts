import type { Gate } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { checkPapers } from '../../kernel/store/papers.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { checkCalendar } from '../../rules/days.js'
import { checkNamesPaper } from '../../rules/papers.js'
import { Refusal } from '../../rules/refusal.js'
import { Engagement } from '../engagement/engagement.js'
import type { ChangeEngagementCalendarInput } from './calendar.inputs.js'
import { calendarsOf } from './calendar-used.js'
import { EngagementCalendar } from './engagement-calendar.js'

/**
 * Changes the calendar that an engagement uses, as its partner, once lists were imported: which occurrences are missing from them
 * follows from it, so that it is a judgment against the figures. The one before stays on file.
 * Refused: an engagement that uses the client's still; a time zone that there is not, a holiday named twice; a reason without a paper.
 */
export async function changeEngagementCalendar(tx: WriteTx, input: ChangeEngagementCalendarInput) {
  const engagement = await tx.load(Engagement, input.engagementId, input.expectedVersion, 'update')
  await tx.permit(engagement)
  const restsOnIds = await checkPapers(tx, engagement.id, input.restsOnIds)
  const { timeZone, weekendDays, reason } = input
  const holidays = input.holidays.map(({ fallsOn, name }) => ({ fallsOn, name }))
  const calendar = checkCalendar({ timeZone, weekendDays, holidays })
  checkNamesPaper(restsOnIds)
  const before = (await calendarsOf(Loaders.over(tx), engagement)).at(-1) as EngagementCalendar
  const made = { engagementId: engagement.id, number: before.number + 1, ...calendar, reason, restsOnIds }
  return { calendar: await tx.insert(EngagementCalendar, made), engagement: await tx.touch(engagement) }
}

/** It has a calendar of its own. */
export const changeEngagementCalendarGate: Gate<Engagement> = async (engagement, { tx, loaders, isAct }) => {
  if ((await calendarsOf(isAct ? Loaders.over(tx) : loaders, engagement)).length > 0) return
  const message = 'No list of the engagement was imported: it uses the calendar of the client, as that is.'
  throw new Refusal('INVALID_INPUT', message, ['engagementId'])
}
