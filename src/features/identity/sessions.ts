import { v7 as newId } from 'uuid'
import type { Claims } from '../../kernel/access/actor.js'
import type { TokenIssuer } from '../../kernel/execute/services.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { Member } from '../firm/member.js'
import type { SignedIn } from './identity.types.js'
import { makeOpaqueToken, type NewToken } from './opaque-token.js'
import { insertSession } from './store.js'

/** How long a refresh token waits to be used. */
export const refreshTokenDays = 30

/** Whom a session is for. */
export interface SessionHolder {
  userId: string
  memberId: string
  firmId: string
  clientId: string | null
}

/**
 * Opens a session, or carries one on.
 * @param familyId the session to carry on; a new one when absent
 * @param refresh its refresh token; a new one when absent
 * @throws Fault UNAUTHENTICATED when the membership is not active or the session was ended
 */
export async function openSession(
  tx: WriteTx,
  tokens: TokenIssuer,
  holder: SessionHolder,
  familyId?: string,
  refresh?: NewToken,
): Promise<SignedIn> {
  const claims: Claims = { ...holder, sessionId: familyId ?? newId() }
  await tx.enter(holder.firmId)
  await tx.identify(claims)
  if (!familyId) noteMembership(tx, holder, { after: { session: claims.sessionId } })
  return issue(tx, tokens, claims, refresh)
}

/**
 * Puts into the trail of a membership's firm what happened to it that no column of it shows: a session that began (`after`) or
 * ended (`before`), a password that was changed. Never a secret.
 */
export function noteMembership(
  tx: WriteTx,
  { firmId, memberId }: Pick<SessionHolder, 'firmId' | 'memberId'>,
  what: Parameters<WriteTx['note']>[1],
): void {
  tx.note(Object.assign(new Member(), { firmId, id: memberId }), what)
}

/** Gives the tokens of a session whose holder was identified. The firm entered is the holder's. */
export async function issue(
  tx: WriteTx,
  tokens: TokenIssuer,
  claims: Claims,
  refresh: NewToken = makeOpaqueToken(claims.firmId),
): Promise<SignedIn> {
  const expiresAt = new Date(tx.now.getTime() + refreshTokenDays * 86_400_000)
  await insertSession(tx, {
    id: refresh.id,
    familyId: claims.sessionId,
    userId: claims.userId,
    memberId: claims.memberId,
    tokenHash: refresh.hash,
    expiresAt,
  })
  return signedIn(tokens, claims, refresh, expiresAt)
}

/** What the holder of a refresh token that was made gets: the token, and a fresh access token. */
export function signedIn(tokens: TokenIssuer, claims: Claims, refresh: NewToken, expiresAt: Date): SignedIn {
  const access = tokens.sign(claims)
  return {
    memberId: claims.memberId,
    accessToken: access.token,
    accessTokenExpiresAt: access.expiresAt,
    refreshToken: refresh.token,
    refreshTokenExpiresAt: expiresAt,
  }
}
