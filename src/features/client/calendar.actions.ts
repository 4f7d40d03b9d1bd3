import type { WriteTx } from '../../kernel/store/work.js'
import { checkCalendar } from '../../rules/days.js'
import type { ChangeClientCalendarInput } from './calendar.inputs.js'
import { Client } from './client.js'

/**
 * Says when people work at a client. Which occurrences its controls are expected to have is computed from it in engagements of which no
 * list was imported; the others keep what they used (`keepCalendar`). Who set it, when and why stays with it.
 * Refused: a time zone that there is not, a holiday named twice.
 */
export async function changeClientCalendar(tx: WriteTx, input: ChangeClientCalendarInput) {
  const client = await tx.load(Client, input.clientId, input.expectedVersion)
  await tx.permit(client)
  const { timeZone, weekendDays, holidays, reason } = input
  const calendar = checkCalendar({
    timeZone,
    weekendDays,
    holidays: holidays.map(({ fallsOn, name }) => ({ fallsOn, name })),
  })
  const set = { calendarReason: reason, calendarSetBy: tx.actor.memberId, calendarSetAt: tx.now }
  return { client: await tx.update(client, { calendar, ...set }) }
}
