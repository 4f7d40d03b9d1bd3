import type { Journal } from '../../kernel/execute/services.js'
import { ColumnCondition } from '../../kernel/store/condition.js'
import type { Database } from '../../kernel/store/database.js'
import type { Gate } from '../../kernel/store/gates.js'
import { listed } from '../../kernel/store/listed.js'
import { firmIds } from '../../kernel/store/maintenance.js'
import { type Tx, type WriteTx, write } from '../../kernel/store/work.js'
import { localPartOf, mailboxOf } from '../../rules/email-domains.js'
import { statesUnderWay } from '../../rules/lifecycles.js'
import { checkOneSide, statesInUse } from '../../rules/memberships.js'
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
export async function checkOnOneSide(
  tx: WriteTx,
  joining: Joining,
  path: 'email' | 'memberId' | 'token',
): Promise<void> {
  // A session of the client does not see who is of the firm: for this one answer, yes or no, its wall is lifted.
  const [person] = await tx.within(tx.firmId, () => sidesOf([joining], tx))
  checkOneSide(person as Sides, sideOfJoining(joining), path)
}

/**
 * As `actions` foresees it, for the firm's side: a session of the client does not see who is of the firm, and its wall is lifted
 * for the act alone.
 */
export const oneSideGate: Gate<Member> = async (member, { tx, loaders, isAct }) => {
  if (isAct || tx.actor.clientRole) return
  const loader = loaders.of<Sides>('sides of member', async (ids) => {
    const members = await Promise.all(ids.map((id) => loaders.byId(Member, id)))
    return sidesOf(members as Member[], tx)
  })
  checkOneSide(await loader.load(member.id), sideOfJoining(member), 'memberId')
}

const sideOfJoining = ({ clientId }: Joining) => (clientId === null ? 'FIRM' : 'CLIENT')

/** On which sides a person is, by all memberships that are in use or can be accepted. */
interface Sides {
  ofFirm: boolean
  ofClient: boolean
  examinesClient: boolean
}

/** On which sides each of these is, by account and by every address in the firm that leads to the same mailbox. */
async function sidesOf(joining: readonly Joining[], tx: Tx): Promise<Sides[]> {
  const localParts = [...new Set(joining.map(({ email }) => localPartOf(email)))]
  const accounts = joining.flatMap(({ userId }) => userId ?? [])
  const memberships = await tx.query<Membership>(
    `select m.email, m.user_id as "userId", m.client_id as "clientId", m.state in (${listed(statesInUse)}) as "isInUse"
     from member m where m.firm_id = $1 and (regexp_replace(m.email, '@[^@]*$', '') = any($2) or m.user_id = any($3)
       or m.user_id in (select user_id from member where firm_id = $1 and user_id is not null
            and regexp_replace(email, '@[^@]*$', '') = any($2)))`,
    [tx.firmId, localParts, accounts],
  )
  const people = joining.map((one) => personOf(one, memberships))
  const places = await tx.query<{ email: string; userId: string | null; clientId: string }>(
    `select distinct m.email, m.user_id as "userId", e.client_id as "clientId" from team_member t
       join member m on m.firm_id = t.firm_id and m.id = t.member_id
       join engagement e on e.firm_id = t.firm_id and e.id = t.engagement_id
     where t.firm_id = $1 and (m.email = any($2) or m.user_id = any($3)) and e.client_id = any($4)
       and e.state in (${listed(statesUnderWay)})`,
    [
      tx.firmId,
      [...new Set(people.flatMap(({ emails }) => [...emails]))],
      [...new Set(people.flatMap(({ userIds }) => [...userIds]))],
      joining.flatMap(({ clientId }) => clientId ?? []),
    ],
  )
  return people.map((person, at) => {
    const own = memberships.filter((one) => one.isInUse && isOf(person, one))
    return {
      ofFirm: own.some(({ clientId }) => clientId === null),
      ofClient: own.some(({ clientId }) => clientId !== null),
      // Named for the team of an engagement of this client that is not over, or has left one: also who has left the firm since.
      examinesClient: places.some((place) => place.clientId === joining[at]?.clientId && isOf(person, place)),
    }
  })
}

interface Membership {
  email: string
  userId: string | null
  clientId: string | null
  isInUse: boolean
}

/** One person, by the addresses that lead to their mailbox and by their accounts. */
interface Person {
  emails: ReadonlySet<string>
  userIds: ReadonlySet<string>
}

function personOf({ email, userId }: Joining, memberships: readonly Membership[]): Person {
  const mailbox = mailboxOf(email)
  const emails = new Set([
    email,
    ...memberships.map((one) => one.email).filter((other) => mailboxOf(other) === mailbox),
  ])
  const known = memberships.filter((one) => emails.has(one.email)).flatMap((one) => one.userId ?? [])
  return { emails, userIds: new Set([...known, ...(userId ? [userId] : [])]) }
}

const isOf = ({ emails, userIds }: Person, one: { email: string; userId: string | null }): boolean =>
  emails.has(one.email) || (one.userId !== null && userIds.has(one.userId))

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
      and c.state in (${listed(statesInUse)}) and f.state in (${listed(statesInUse)})`
  const candidates = await tx.prepared<Pair & { firmEmail: string; email: string; oneAccount: boolean | null }>(
    `${joined('f.user_id = c.user_id')} union ${joined(`${localPart('f.email')} = ${localPart('c.email')}`)} order by 1, 2`,
    [tx.firmId],
  )
  return candidates
    .filter(({ oneAccount, firmEmail, email }) => oneAccount || mailboxOf(firmEmail) === mailboxOf(email))
    .map(({ firmMemberId, memberId }) => ({ firmMemberId, memberId }))
}

const suspended = (tx: Tx) =>
  tx.find(Member, { suspendedAt: new ColumnCondition((column) => `${column} is not null`) }, { order: { id: 'asc' } })

/**
 * Suspends the client memberships of people who are on both sides, and gives back those of people who no longer are.
 * Nothing else suspends one: no act leads there (`checkOnOneSide`), only rows that were there before, or came by another way.
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
