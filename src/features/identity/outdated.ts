import type { Outdated } from '../../kernel/store/sweep.js'

/** How long an invitation that was accepted, replaced or withdrawn, or not accepted in time, stays on record. */
const keptDays = 90

/** What outlasts its end by a day: no clock of a service is as far behind that of the database. */
const expired = (session: string) => `${session}.expires_at < now() - interval '1 day'`

/**
 * Refresh tokens that answer alike whether they are known or not.
 * - One that expired: it is refused as one that never was, without a look at whether it was used. Until then a used one stays,
 *   since to present it once more ends the session. But the row that says that a session was ended stays for as long as a
 *   token of that session has not expired.
 * - One of a session that was ended, but for the one that says so to the end.
 */
export const outdatedSessions: Outdated = {
  table: 'session',
  key: ['id'],
  where: `${expired('t')} and (t.revoked_at is null or not exists (select 1 from session o
      where o.firm_id = $1 and o.family_id = t.family_id and not ${expired('o')}))
    or t.revoked_at is not null and exists (select 1 from session o
      where o.firm_id = $1 and o.family_id = t.family_id and o.revoked_at is not null
        and (o.expires_at, o.id) > (t.expires_at, t.id))`,
}

/** Invitations that were accepted or are void. They answer alike whether they are known or not; the trail keeps who invited whom. */
export const outdatedInvitations: Outdated = {
  table: 'invitation',
  key: ['id'],
  where: `least(t.accepted_at, t.expires_at) < now() - interval '${keptDays} days'`,
}
