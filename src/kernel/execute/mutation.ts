import { canonicalJson } from '../../rules/canonical.js'
import { Denial, Refusal } from '../../rules/refusal.js'
import type { Actor, Claims } from '../access/actor.js'
import { forbidden, notFound, unauthenticated } from '../access/faults.js'
import { allows, type PolicyRow } from '../access/permission.js'
import { ActInput, denialAt, faultsOf, placeOfId, settleTexts } from '../schema/input.js'
import { refusedFor, type UserError } from '../schema/payload.js'
import { signHeads } from '../store/checkpoints.js'
import type { Database } from '../store/database.js'
import { claim, type Kept, type KeyedAct, keep, scopeOfSecret, unseenIn } from '../store/idempotency.js'
import { Row } from '../store/row.js'
import { type WriteTx, write } from '../store/work.js'
import type { ReadSession } from './read-session.js'
import type { Request, RequestFacts } from './request.js'

/** What a mutation does: load, ask a rule, save. Answers its payload. */
export type MutationAction<I, P> = (tx: WriteTx, input: I, request: RequestFacts) => Promise<P>

export interface MutationOptions {
  /** What a caller who is not signed in carries, and no one else knows. Without it they have no idempotency key. */
  secret?: string
}

interface Mutation<I, P> {
  coordinate: string
  entry: PolicyRow
  /** Null where the policy lets in anyone: that is done in the identity realm, whatever token came along. */
  claims: Claims | null
  input: I
  action: MutationAction<I, P>
  /** Null where the input has no idempotency key. */
  attempt: KeyedAct | null
}

/**
 * Runs a mutation: one transaction, with its trail entry; once per idempotency key, where its input has one. A repetition is
 * answered as the first time, to callers who may still see what it answers.
 * @param coordinate of the mutation, by which the policy knows it, e.g. `Mutation.confirmException`
 * @returns the payload. A refusal becomes its `errors`, and so does an id in the input that stands for nothing the caller may
 *   see or change
 * @throws Fault UNAUTHENTICATED; FORBIDDEN for what the role alone does not allow
 */
export async function runMutation<I extends object, P extends object>(
  request: Request,
  reads: ReadSession,
  coordinate: string,
  input: I,
  action: MutationAction<I, P>,
  { secret }: MutationOptions = {},
): Promise<Partial<P> & { errors: UserError[]; errorCount: number }> {
  const { database, services } = request
  const entry = database.policy[coordinate] as PolicyRow
  const claims = entry.anyone ? null : request.claims
  if (!claims && !entry.anyone) throw unauthenticated()
  const faults = faultsOf(input)
  if (faults.length > 0) return refused(request, faults) as never
  settleTexts(input)
  await reads.close()
  if (entry.checkpoint) await services.checkpoints.ready()
  try {
    const attempt = input instanceof ActInput ? keyedAct(database, input, coordinate, claims, secret) : null
    const mutation: Mutation<I, P> = { coordinate, entry, claims, input, action, attempt }
    let actor: Actor | undefined
    const work = async (tx: WriteTx, before: Kept | null | undefined) => {
      const payload = await payloadOf(tx, mutation, request, before)
      // The caller's roles are read again for the answer where the mutation changed what they may see.
      actor = claims && !tx.changedRoles ? tx.actor : undefined
      return payload
    }
    const once = attempt ? (tx: WriteTx) => claim(tx, attempt) : undefined
    const payload = await write(database, claims, coordinate, work, once)
    reads.takeActor(actor)
    return { ...payload, errors: [], errorCount: 0 }
  } catch (error) {
    if (error instanceof Refusal) return refused(request, [error, ...error.also]) as never
    throw error
  }
}

/**
 * Does the work of a mutation in its transaction, or answers what it answered before.
 * @param before what was kept of it under the same idempotency key
 */
async function payloadOf<I extends object, P extends object>(
  tx: WriteTx,
  mutation: Mutation<I, P>,
  request: Request,
  before: Kept | null | undefined,
): Promise<P> {
  const { coordinate, entry, claims, input, attempt } = mutation
  if (!allows(entry, claims ? tx.actor : null)) throw forbidden()
  if (before) {
    await checkStillSeen(tx, before, input)
    return before.payload as P
  }
  const payload = await denying(tx, mutation, request)
  if (entry.on && !tx.asked) throw new Error(`${coordinate} was done without the policy being asked about its row`)
  const about = Object.values(payload).find((value) => value instanceof Row)
  tx.deferToCommit(tx.appendTrail(coordinate.split('.')[1] as string, (about as Row | undefined) ?? null))
  const { checkpoints } = request.services
  if (entry.checkpoint) await signHeads(tx, checkpoints, tx.chainIds)
  if (attempt) {
    // Only a mutation that changes who may see what can make a row for others.
    const unseen = tx.changedRoles && claims ? await unseenIn(tx, payload) : []
    tx.deferToCommit(keep(tx, attempt, { payload, unseen }))
  }
  return payload
}

/** Runs the action. What it is denied because of an id in the input becomes a refusal at that place. */
async function denying<I extends object, P>(
  tx: WriteTx,
  { action, input }: Pick<Mutation<I, P>, 'action' | 'input'>,
  request: RequestFacts,
): Promise<P> {
  try {
    return await action(tx, input, request)
  } catch (error) {
    if (!(error instanceof Denial)) throw error
    const refusal = denialAt(error, input, tx.loadedIds)
    if (refusal) throw refusal
    throw error.code === 'FORBIDDEN' ? forbidden() : new Error('A row leads to one that is not there.')
  }
}

function keyedAct(
  database: Database,
  input: ActInput,
  action: string,
  claims: Claims | null,
  secret: string | undefined,
): KeyedAct {
  const { idempotencyKey: key, ...rest } = input
  if (!claims && secret === undefined) throw new Error(`${action} has nothing by which its callers are told apart`)
  const scope = claims ? ([claims.firmId, claims.memberId] as const) : scopeOfSecret(database, secret as string)
  return { action, key, input: canonicalJson(rest), scope }
}

function refused({ entry }: RequestFacts, refusals: readonly Refusal[]): ReturnType<typeof refusedFor> {
  for (const { code } of refusals) entry.codes.add(code)
  return refusedFor(refusals)
}

/** @throws Refusal NOT_FOUND where the caller no longer sees a row that the kept answer tells of */
async function checkStillSeen(tx: WriteTx, { payload, unseen }: Kept, input: object): Promise<void> {
  const gone = (await unseenIn(tx, payload)).filter((id) => !unseen.includes(id))
  if (gone.length === 0) return
  const { code, message } = notFound()
  throw new Refusal(code, message, placeOfId(input) ?? [])
}
