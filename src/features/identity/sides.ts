import { Condition } from '../../data/condition.js'
import type { Database } from '../../data/database.js'
import { firmIds } from '../../data/maintenance.js'
import { type Tx, type WriteTx, write } from '../../data/work.js'
import type { Journal } from '../../graph/services.js'
import { localPartOf, mailboxOf } from '../../rules/email-domains.js'
import { checkOneSide } from '../../rules/memberships.js'
import { Member } from '../firm/member.js'
import { oneAtATime } from '../firm/one-at-a-time.js'
import { endSessionsOf } from './store.js'

// One person is on one side of a firm: a member of it, or with clients of it. Disabled memberships are no side.

/** Who is to be on a side: by their account, where it is known, and their address in its normal form. */
interface Joining {
  email: string
  userId: string | null
  /** Null for a membership of the firm. */
  clientId: string | null
}

/**
 * Refuses a membership for who is on the other side. `oneAtATime` comes before.
 * @throws Refusal SEPARATION_OF_DUTIES
 */
export async function mustBeOnOneSide(
  tx: WriteTx,
  { email, userId, clientId }: Joining,
  path: 'email' | 'memberId' | 'token',
): Promise<void> {
  // A session of the client does not see who is of the firm: for this one answer, yes or no, its wall is lifted.
  const person = await tx.within(tx.firmId, async () => {
    const emails = await spellings(tx, email)
    const known = await tx.query<{ userId: string }>(
      'select distinct user_id as "userId" from member where firm_id = $1 and email = any($2) and user_id is not null',
      [tx.firmId, emails],
    )
    const userIds = [...known.map((one) => one.userId), ...(userId ? [userId] : [])]
    const sides = await tx.query<{ ofFirm: boolean }>(
      `select distinct client_id is null as "ofFirm" from member
       where firm_id = $1 and state in ('INVITED', 'ACTIVE') and (email = any($2) or user_id = any($3))`,
      [tx.firmId, emails, userIds],
    )
    return {
      ofFirm: sides.some(({ ofFirm }) => ofFirm),
      ofClient: sides.some(({ ofFirm }) => !ofFirm),
      examinesClient: clientId !== null && (await examines(tx, emails, userIds, clientId)),
    }
  })
  checkOneSide(person, clientId === null ? 'FIRM' : 'CLIENT', path)
}

/** The address, and all others in the firm that lead to the same mailbox. */
async function spellings(tx: Tx, email: string): Promise<string[]> {
  const alike = await tx.query<{ email: string }>(
    'select distinct email from member where firm_id = $1 and starts_with(email, $2)',
    [tx.firmId, `${localPartOf(email)}@`],
  )
  const mailbox = mailboxOf(email)
  return [email, ...alike.map((one) => one.email).filter((other) => mailboxOf(other) === mailbox)]
}

/**
 * Whether the person is named for the team of an engagement of this client that is not over, or has left one: also who has
 * left the firm since.
 */
async function examines(
  tx: Tx,
  emails: readonly string[],
  userIds: readonly string[],
  clientId: string,
): Promise<boolean> {
  const places = await tx.query(
    `select 1 from team_member t
       join member m on m.firm_id = t.firm_id and m.id = t.member_id
       join engagement e on e.firm_id = t.firm_id and e.id = t.engagement_id
     where t.firm_id = $1 and (m.email = any($2) or m.user_id = any($3)) and e.client_id = $4
       and e.state in ('PLANNING', 'FIELDWORK', 'COMPLETION')
     limit 1`,
    [tx.firmId, emails, userIds, clientId],
  )
  return places.length > 0
}

/** A person found on both sides: two memberships that are in use or can be accepted. */
interface Pair {
  firmMemberId: string
  memberId: string
}

/** The people on both sides of the firm entered, by account or by mailbox. */
async function onBothSides(tx: Tx): Promise<Pair[]> {
  const localPart = (column: string) => `regexp_replace(${column}, '@[^@]*$', '')`
  const joined = (by: string) => `
    select f.id as "firmMemberId", c.id as "memberId", f.email as "firmEmail", c.email, f.user_id = c.user_id as "oneAccount"
    from member c join member f on f.firm_id = $1 and ${by}
    where c.firm_id = $1 and c.client_id is not null and f.client_id is null
      and c.state in ('INVITED', 'ACTIVE') and f.state in ('INVITED', 'ACTIVE')`
  const candidates = await tx.prepared<Pair & { firmEmail: string; email: string; oneAccount: boolean | null }>(
    `${joined('f.user_id = c.user_id')} union ${joined(`${localPart('f.email')} = ${localPart('c.email')}`)} order by 1, 2`,
    [tx.firmId],
  )
  return candidates
    .filter(({ oneAccount, firmEmail, email }) => oneAccount || mailboxOf(firmEmail) === mailboxOf(email))
    .map(({ firmMemberId, memberId }) => ({ firmMemberId, memberId }))
}

const suspended = (tx: Tx) =>
  tx.find(Member, { suspendedAt: new Condition((column) => `${column} is not null`) }, { order: { id: 'asc' } })

/**
 * Suspends the client memberships of people who are on both sides, and gives back those of people who no longer are.
 * Nothing else suspends one: no act leads there (`mustBeOnOneSide`), only rows that were there before, or came by another way.
 */
async function settle(tx: WriteTx, pairs: readonly Pair[]): Promise<void> {
  const found = new Set(pairs.map(({ memberId }) => memberId))
  for (const member of await suspended(tx)) {
    if (!found.has(member.id)) await tx.update(member, { suspendedAt: null })
  }
  const ids = [...found]
  const usable = ids.length > 0 ? await tx.find(Member, { id: ids, state: 'ACTIVE', suspendedAt: null }) : []
  for (const member of usable) {
    await endSessionsOf(tx, member.id)
    await tx.update(member, { suspendedAt: tx.now })
  }
}

/** After a membership was disabled: gives back what was suspended because of it. */
export async function releaseSuspended(tx: WriteTx): Promise<void> {
  await tx.within(tx.firmId, async () => {
    if ((await suspended(tx)).length > 0) await settle(tx, await onBothSides(tx))
  })
}

/**
 * Looks for people on both sides in the data of every firm: before the service listens. What is found is logged by ids and
 * the client memberships are suspended; no firm's data keeps the service from starting for the others.
 */
export async function checkSides(database: Database, log: Journal): Promise<void> {
  for (const firmId of await firmIds(database)) {
    try {
      const pairs = await write(database, null, 'checkSides', (tx) => checkSidesOf(tx, firmId))
      if (pairs.length > 0) {
        log.error(
          { firmId, pairs },
          'people are members of the firm and of a client of it: the client memberships are suspended until one of the two is disabled',
        )
      }
    } catch (error) {
      log.error({ err: error, firmId }, 'it could not be checked whether people are on both sides of the firm')
    }
  }
}

async function checkSidesOf(tx: WriteTx, firmId: string): Promise<Pair[]> {
  await tx.enter(firmId)
  const [pairs, before] = await Promise.all([onBothSides(tx), suspended(tx)])
  if (pairs.length === 0 && before.length === 0) return pairs
  await oneAtATime(tx)
  const now = await onBothSides(tx)
  await settle(tx, now)
  await tx.appendTrail('checkSides', null)
  return now
}
