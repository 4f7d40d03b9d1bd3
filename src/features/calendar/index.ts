import { changeEngagementCalendarGate } from './calendar.actions.js'
import { CalendarsOfEngagement, EngagementCalendarResolver } from './calendar.resolver.js'
import { EngagementCalendar } from './engagement-calendar.js'

export const calendar = {
  name: 'calendar',
  rows: [EngagementCalendar],
  resolvers: [EngagementCalendarResolver, CalendarsOfEngagement],
  gates: { changeEngagementCalendar: changeEngagementCalendarGate },
}
