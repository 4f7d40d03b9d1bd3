import { v7 as newId } from 'uuid'
import type { TokenIssuer } from '../../kernel/execute/services.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { Refusal } from '../../rules/refusal.js'
import type { RefreshSessionInput } from './identity.inputs.js'
import type { SignedIn } from './identity.types.js'
import { type OpaqueToken, readOpaqueToken, successorOf } from './opaque-token.js'
import { noteMembership, openSession, signedIn } from './sessions.js'
import { endFamily, lockSession, markSessionUsed } from './store.js'

export const sessionOver = () => new Refusal('SESSION_ENDED', 'This session is over. Sign in again.')

/** For so long after it was used a refresh token may be presented again: by another tab, or after an answer was lost. */
export const refreshGraceSeconds = 30

/** Whose refresh token was used again. */
export interface Repeated {
  firmId: string
  memberId: string
  sessionId: string
}

/** What presenting a refresh token comes to. */
export interface RefreshAnswer {
  /** Absent when the session was ended by this: a copy of the token is about. */
  session?: SignedIn
  /** The token had been used before. */
  repeated?: Repeated
}

/**
 * Changes a refresh token into new tokens. Refused, always alike: a token that is not one of ours, is too old, or belongs to
 * a session that ended.
 *
 * The token used last may be presented again for a short while, and is changed into the same one then. Once its successor
 * was used as well it is not the one used last any more: who has the successor had the answer, and who still presents the
 * token before has a copy. That, and use after the time of grace, ends the session.
 */
export async function refreshSession(
  tx: WriteTx,
  input: RefreshSessionInput,
  tokens: TokenIssuer,
): Promise<RefreshAnswer> {
  const token = readOpaqueToken(input.refreshToken)
  if (!token) throw sessionOver()
  await tx.enter(token.firmId)
  const session = await lockSession(tx, token)
  if (!session || session.ended || session.expiresAt <= tx.now) throw sessionOver()
  const { userId, memberId, clientId, familyId } = session
  const holder = { userId, memberId, firmId: token.firmId, clientId }
  const successor = successorOf(token, session.successorId ?? newId(), tx.database.secretBox)
  if (!session.usedAt) {
    await markSessionUsed(tx, session.id, successor.id)
    return { session: await openSession(tx, tokens, holder, familyId, successor) }
  }
  const repeated = { firmId: token.firmId, memberId, sessionId: familyId }
  const next = isWithinGrace(session.usedAt, tx.now) ? await lockSession(tx, successor) : null
  if (!next || next.usedAt) {
    await endCopied(tx, repeated)
    return { repeated }
  }
  const claims = { ...holder, sessionId: familyId }
  await tx.identify(claims)
  return { repeated, session: signedIn(tokens, claims, successor, next.expiresAt) }
}

/** To both sides: a transaction that waited began before the use it finds, and a clock that was put back gives no more time. */
const isWithinGrace = (usedAt: Date, now: Date): boolean =>
  Math.abs(now.getTime() - usedAt.getTime()) <= refreshGraceSeconds * 1_000

/**
 * What a repetition of an act that answered a session comes to: the first answer again, because it may have been lost. When
 * the refresh token in it was used since, it was not lost: who repeats the act has a copy of it, and the session is ended.
 * Refused: a session that is over.
 */
export async function repeatSession(tx: WriteTx, { refreshToken }: SignedIn): Promise<Repeated | null> {
  const token = readOpaqueToken(refreshToken) as OpaqueToken
  await tx.enter(token.firmId)
  const session = await lockSession(tx, token)
  if (!session || session.ended) throw sessionOver()
  if (!session.usedAt) return null
  const repeated = { firmId: token.firmId, memberId: session.memberId, sessionId: session.familyId }
  await endCopied(tx, repeated)
  await tx.appendTrail('endReusedSession', null)
  return repeated
}

/** Ends a session of which a copy is about, with its entry in the firm's trail: whether its holder presented the token is not known. */
async function endCopied(tx: WriteTx, { firmId, memberId, sessionId }: Repeated): Promise<void> {
  if (await endFamily(tx, sessionId)) noteMembership(tx, { firmId, memberId }, { before: { session: sessionId } })
}
