import type { Tx, WriteTx } from '../../kernel/store/work.js'
import type { ClientRole, FirmRole } from '../../rules/vocabulary.js'
import type { OpaqueToken } from './opaque-token.js'

// What proves the identity of a person: accounts, sessions, invitations. Hand-written statements, never `insert` and `update`, which
// write what they change into the trail. Those on `user_account` need the identity realm; the others name the firm that
// the transaction has entered. (Keys and counted attempts have statements of their own: signing-keys.ts, throttle.ts.)

export interface Account {
  id: string
  email: string
  passwordHash: string
}

const accountColumns = 'id, email, password_hash as "passwordHash"'

/** @param email in its normal form */
export async function accountByEmail(tx: Tx, email: string): Promise<Account | null> {
  const [found] = await tx.query<Account>(`select ${accountColumns} from user_account where email = $1`, [email])
  return found ?? null
}

export async function accountById(tx: Tx, id: string): Promise<Account | null> {
  const [found] = await tx.query<Account>(`select ${accountColumns} from user_account where id = $1`, [id])
  return found ?? null
}

/** @param lock `share` keeps the password as it is until the transaction ends, `update` is for changing it */
export async function lockAccount(
  tx: WriteTx,
  id: string,
  lock: 'share' | 'update' = 'share',
): Promise<Account | null> {
  const [found] = await tx.query<Account>(`select ${accountColumns} from user_account where id = $1 for ${lock}`, [id])
  return found ?? null
}

/** @returns false when an account of this address was made meanwhile */
export async function insertAccount(tx: WriteTx, account: Account): Promise<boolean> {
  const made = await tx.query(
    `insert into user_account (id, email, password_hash, created_at, password_changed_at) values ($1, $2, $3, $4, $4)
     on conflict (email) do nothing returning 1`,
    [account.id, account.email, account.passwordHash, tx.now],
  )
  return made.length === 1
}

export async function replacePassword(tx: WriteTx, accountId: string, passwordHash: string): Promise<void> {
  await tx.query('update user_account set password_hash = $2, password_changed_at = $3 where id = $1', [
    accountId,
    passwordHash,
    tx.now,
  ])
}

/** One place where a person may work. */
export interface Membership {
  firmId: string
  memberId: string
  /** The person's name in it. */
  name: string
  clientId: string | null
  firmRole: FirmRole | null
  clientRole: ClientRole | null
}

/** The memberships the person may use, across firms: the one statement that names no firm, and that the realm is for. */
export async function activeMemberships(tx: Tx, userId: string): Promise<Membership[]> {
  await tx.speakFor(userId)
  return tx.query<Membership>(
    `select firm_id as "firmId", id as "memberId", name, client_id as "clientId", firm_role as "firmRole", client_role as "clientRole"
     from member where user_id = $1 and state = 'ACTIVE' and suspended_at is null order by firm_id, id`,
    [userId],
  )
}

/** How many memberships the person holds, across firms, in whatever state. */
export async function countMemberships(tx: Tx, userId: string): Promise<number> {
  await tx.speakFor(userId)
  const [found] = await tx.query<{ count: number }>('select count(*) from member where user_id = $1', [userId])
  return found?.count ?? 0
}

export interface SessionRow {
  id: string
  familyId: string
  userId: string
  memberId: string
  expiresAt: Date
}

export async function insertSession(tx: WriteTx, session: SessionRow & { tokenHash: Buffer }): Promise<void> {
  await tx.query(
    `insert into session (firm_id, id, family_id, user_id, member_id, token_hash, expires_at, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      tx.firmId,
      session.id,
      session.familyId,
      session.userId,
      session.memberId,
      session.tokenHash,
      session.expiresAt,
      tx.now,
    ],
  )
}

export interface KnownSession extends SessionRow {
  usedAt: Date | null
  /** The token that it was changed into. */
  successorId: string | null
  clientId: string | null
  /** Whether the family was ended: one row that says so is enough. */
  ended: boolean
}

/**
 * The session of a refresh token, locked: of two that use it at once, one comes first. Nothing is locked for a caller who
 * does not hold the token.
 */
export async function lockSession(tx: WriteTx, { id, hash }: OpaqueToken): Promise<KnownSession | null> {
  const [found] = await tx.query<KnownSession>(
    `select id, family_id as "familyId", user_id as "userId", member_id as "memberId",
       expires_at as "expiresAt", used_at as "usedAt", successor_id as "successorId",
       (select m.client_id from member m where m.firm_id = $1 and m.id = s.member_id) as "clientId"
     from session s where firm_id = $1 and id = $2 and token_hash = $3 for update`,
    [tx.firmId, id, hash],
  )
  if (!found) return null
  // Asked after the lock was had: what ended the family while this waited is seen.
  const ended = await tx.query(
    'select 1 from session where firm_id = $1 and family_id = $2 and revoked_at is not null limit 1',
    [tx.firmId, found.familyId],
  )
  return { ...found, ended: ended.length > 0 }
}

export async function markSessionUsed(tx: WriteTx, id: string, successorId: string): Promise<void> {
  await tx.query('update session set used_at = $3, successor_id = $4 where firm_id = $1 and id = $2', [
    tx.firmId,
    id,
    tx.now,
    successorId,
  ])
}

/** @returns whether there was anything left to end */
export async function endFamily(tx: WriteTx, familyId: string): Promise<boolean> {
  const ended = await tx.query(
    'update session set revoked_at = $3 where firm_id = $1 and family_id = $2 and revoked_at is null returning 1',
    [tx.firmId, familyId, tx.now],
  )
  return ended.length > 0
}

/** Ends every session of a member of the firm entered, but for one family. */
export async function endSessionsOf(
  tx: WriteTx,
  memberId: string,
  exceptFamilyId: string | null = null,
): Promise<void> {
  await tx.query(
    `update session set revoked_at = $3 where firm_id = $1 and member_id = $2 and revoked_at is null
       and family_id is distinct from $4::uuid`,
    [tx.firmId, memberId, tx.now, exceptFamilyId],
  )
}

export interface NewInvitation {
  id: string
  memberId: string
  clientId: string | null
  clientRole: ClientRole | null
  tokenHash: Buffer
  expiresAt: Date
}

/** @param by who invites; null for the operator of the service */
export async function insertInvitation(
  tx: WriteTx,
  invitation: NewInvitation,
  by: { memberId: string; name: string; clientId: string | null } | null,
): Promise<void> {
  await tx.query(
    `insert into invitation (firm_id, id, member_id, client_id, client_role, token_hash, expires_at, created_by,
       invited_by_name, invited_by_firm, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      tx.firmId,
      invitation.id,
      invitation.memberId,
      invitation.clientId,
      invitation.clientRole,
      invitation.tokenHash,
      invitation.expiresAt,
      by?.memberId ?? null,
      by?.name ?? null,
      by?.clientId == null,
      tx.now,
    ],
  )
}

export interface KnownInvitation {
  id: string
  memberId: string
  email: string
  /** Whether it can still be accepted: not used, not expired, the member still waits. */
  open: boolean
  accepted: boolean
}

/** The invitation of a token. @param lock of two that accept it at once, one comes first */
export async function readInvitation(
  tx: Tx,
  { id, hash }: OpaqueToken,
  lock?: 'update',
): Promise<KnownInvitation | null> {
  const [found] = await tx.query<KnownInvitation>(
    `select i.id, i.member_id as "memberId", m.email,
       (i.accepted_at is null and i.expires_at > now() and m.state = 'INVITED') as open, i.accepted_at is not null as accepted
     from invitation i join member m on m.firm_id = $1 and m.id = i.member_id
     where i.firm_id = $1 and i.id = $2 and i.token_hash = $3 ${lock ? 'for update' : ''}`,
    [tx.firmId, id, hash],
  )
  return found ?? null
}

export async function markInvitationAccepted(tx: WriteTx, id: string): Promise<void> {
  await tx.query('update invitation set accepted_at = $3 where firm_id = $1 and id = $2', [tx.firmId, id, tx.now])
}

/** From now on no invitation made before is good for this member. */
export async function voidInvitations(tx: WriteTx, memberId: string): Promise<void> {
  await tx.query(
    `update invitation set expires_at = $3, voided_at = $3
     where firm_id = $1 and member_id = $2 and accepted_at is null and expires_at > $3`,
    [tx.firmId, memberId, tx.now],
  )
}

/**
 * How many active administrators the firm has beside this member. All of them are locked: of two who act on each other
 * at once, the second finds the first one's act done.
 */
export async function countActiveAdmins(tx: WriteTx, exceptMemberId: string): Promise<number> {
  const admins = await tx.query<{ id: string }>(
    "select id from member where firm_id = $1 and firm_role = 'FIRM_ADMIN' and state = 'ACTIVE' order by id for update",
    [tx.firmId],
  )
  return admins.filter(({ id }) => id !== exceptMemberId).length
}
