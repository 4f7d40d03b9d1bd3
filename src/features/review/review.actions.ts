import { actionBlockersMax } from '../../kernel/schema/node.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { firmScope } from '../../kernel/store/scope.js'
import { isUuid, type WriteTx } from '../../kernel/store/work.js'
import { checkReviewable } from '../../rules/fieldwork.js'
import { type Blocker, checkEach, Refusal } from '../../rules/refusal.js'
import { Engagement } from '../engagement/engagement.js'
import { openedAsNow } from '../evidence/opening.queries.js'
import { toBeSigned } from '../opening/papers.js'
import { Procedure } from '../procedure/procedure.js'
import { type Content, contentsOf } from '../signing/content.js'
import { checkAsPrepared, reviewProcedureGate, signAsReviewed } from '../signing/signing.actions.js'
import type { ReviewedProcedureInput, ReviewProceduresInput } from './review.inputs.js'

/** What became of one procedure. */
export interface Outcome {
  procedure: Procedure
  isReviewed: boolean
  /** Why it was not signed; null where it was. */
  reason: Pick<Refusal, 'code' | 'message'> | null
  blockers: readonly Blocker[]
}

/**
 * Signs, of these procedures, each that the caller opened as it is now and that the same call for it alone would sign; of each other one says why
 * not, and leaves it as it is. One transaction, and a number of statements that does not depend on theirs but for the signatures.
 * Refused as a whole: NOT_FOUND at the place of a procedure that the engagement does not have; INVALID_INPUT for one named twice.
 */
export async function reviewProcedures(tx: WriteTx, input: ReviewProceduresInput) {
  const engagement = await tx.load(Engagement, input.engagementId)
  const found = await tx.find(
    Procedure,
    { id: input.procedures.map(({ procedureId }) => procedureId).filter(isUuid), engagementId: engagement.id },
    // In one order, so that two reviewers of the same procedures do not wait for each other.
    { order: { id: 'asc' }, lock: 'update' },
  )
  await tx.permit(engagement, 'share')
  const named = namedOnce(input.procedures, found)
  const ids = named.map(({ procedure }) => procedure.id)
  const contents = await contentsOf(tx, ids)
  const signable = new Map([...contents].map(([id, content]) => [id, toBeSigned(content)]))
  const opened = await openedAsNow(firmScope(tx), signable)
  const loaders = Loaders.over(tx)
  // Asked of all before any is signed: what is asked alike is then read as a set.
  const asked = await Promise.all(
    named.map(async ({ procedure, expectedVersion }): Promise<Outcome> => {
      const content = contents.get(procedure.id) as Content
      const reason = await refusalIn(async () => {
        checkVersion(procedure, expectedVersion)
        checkReviewable(procedure, tx.actor)
        checkOpened(opened.has(procedure.id))
        await checkAsPrepared(loaders, procedure, content)
        await reviewProcedureGate(procedure, { tx, loaders, isAct: false })
      })
      return {
        procedure,
        isReviewed: reason === null,
        // Not the refusal itself: an error among what is answered would end the answer.
        reason: reason && { code: reason.code, message: reason.message },
        blockers: reason?.detail.blockers?.slice(0, actionBlockersMax) ?? [],
      }
    }),
  )
  for (const { procedure, isReviewed } of asked) {
    if (isReviewed) await signAsReviewed(tx, procedure, contents.get(procedure.id) as Content)
  }
  return { engagement, outcomes: asked }
}

function namedOnce(named: readonly ReviewedProcedureInput[], found: readonly Procedure[]) {
  const byId = new Map(found.map((procedure) => [procedure.id, procedure]))
  const at = (place: number) => ['procedures', place, 'procedureId']
  const ids = named.map(({ procedureId }) => procedureId.toLowerCase())
  checkEach(
    ids.flatMap((id, place) => {
      if (!byId.has(id)) return new Refusal('NOT_FOUND', 'The engagement has no such procedure.', at(place))
      return ids.indexOf(id) < place ? new Refusal('INVALID_INPUT', 'It is named twice.', at(place)) : []
    }),
  )
  return ids.map((id, place) => ({
    procedure: byId.get(id) as Procedure,
    expectedVersion: (named[place] as ReviewedProcedureInput).expectedVersion,
  }))
}

/** The refusal that this ends with; null where it does not. Anything else that is thrown ends the act. */
async function refusalIn(check: () => Promise<void>): Promise<Refusal | null> {
  try {
    await check()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
}

function checkVersion({ version }: Procedure, expectedVersion: number): void {
  if (version === expectedVersion) return
  const message = 'The procedure changed since you read it: read it again.'
  throw new Refusal('VERSION_CONFLICT', message, [], { currentVersion: version })
}

function checkOpened(wasOpened: boolean): void {
  if (wasOpened) return
  throw new Refusal('NOT_OPENED', 'You have not opened the procedure as it is now (`recordOpened`).')
}
