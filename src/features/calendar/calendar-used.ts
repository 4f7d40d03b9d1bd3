import { Loaders } from '../../kernel/store/loaders.js'
import type { WriteTx } from '../../kernel/store/work.js'
import type { ReportingTime } from '../../rules/scope.js'
import { Client } from '../client/client.js'
import type { ClientCalendar } from '../client/client-calendar.js'
import type { Engagement } from '../engagement/engagement.js'
import { EngagementCalendar } from './engagement-calendar.js'

/** The time an engagement examines, with the zone in which its days begin and end. */
export type TimeAtClient = ReportingTime & { timeZone: string }

/** The calendars of an engagement, the one in force last; those of many engagements are read as a set. */
export const calendarsOf = (loaders: Loaders, { id }: Engagement): Promise<EngagementCalendar[]> =>
  loaders.children(EngagementCalendar, 'engagementId', id, { number: 'asc' })

/** The calendar that an engagement uses now: its own, or the client's as long as no list was imported. */
export async function calendarUsed(loaders: Loaders, engagement: Engagement): Promise<ClientCalendar> {
  const own = (await calendarsOf(loaders, engagement)).at(-1)
  if (own) return own
  const client = (await loaders.byId(Client, engagement.clientId)) as Client
  return (await loaders.whole(Client, client)).calendar as ClientCalendar
}

/** The period of an engagement, and the time zone of the calendar that it uses. */
export async function timeAtClient(loaders: Loaders, engagement: Engagement): Promise<TimeAtClient> {
  const { periodStart, periodEnd, asOf } = engagement
  return { periodStart, periodEnd, asOf, timeZone: (await calendarUsed(loaders, engagement)).timeZone }
}

/**
 * Has an engagement use the client's calendar as it is now, from now on: what is changed of the client's later does not reach it.
 * Nothing where it has one already.
 * @param engagement locked, where it has none
 */
export async function keepCalendar(tx: WriteTx, engagement: Engagement): Promise<void> {
  const engagementId = engagement.id
  if ((await tx.count(EngagementCalendar, { engagementId })) > 0) return
  const { timeZone, weekendDays, holidays } = await calendarUsed(Loaders.over(tx), engagement)
  const { calendarReason: reason } = await tx.load(Client, engagement.clientId)
  await tx.insert(EngagementCalendar, {
    engagementId,
    number: 1,
    timeZone,
    weekendDays,
    holidays,
    reason,
    restsOnIds: [],
  })
}
