import type { Gate, GateView } from '../../kernel/store/gates.js'
import { Loaders } from '../../kernel/store/loaders.js'
import { scopeOf } from '../../kernel/store/scope.js'
import type { WriteTx } from '../../kernel/store/work.js'
import { procedureLifecycle } from '../../rules/lifecycles.js'
import { checkProcedureOutcome } from '../../rules/outcomes.js'
import { type Blocker, Refusal, refusalOf } from '../../rules/refusal.js'
import type { ProcedureOutcome, SignOffLevel } from '../../rules/vocabulary.js'
import { Control } from '../control/control.js'
import { withdrawConclusion } from '../control/withdraw-conclusion.js'
import { deviationsInRequest, openAmong } from '../exception/deviations.js'
import { deviationsOf } from '../exception/exception.queries.js'
import { openUpdateMatters } from '../interim/update-matters.js'
import { Procedure } from '../procedure/procedure.js'
import { SignOff } from '../procedure/sign-off.js'
import { openNotesOn } from '../review-note/open-notes.js'
import { checkReview } from '../sample/performers.js'
import { type Content, contentsOf, isStale, staleProcedures } from './content.js'
import { findingsOf } from './findings.js'
import type { PrepareProcedureInput, ReviewProcedureInput, SendBackProcedureInput } from './signing.inputs.js'

type Done = Promise<{ procedure: Procedure }>

/** The preparer signs: the outcome agrees with what was recorded, and no deviation is lost. */
export async function prepareProcedure(tx: WriteTx, input: PrepareProcedureInput): Done {
  const procedure = await tx.load(Procedure, input.procedureId, input.expectedVersion, 'update')
  await tx.permit(procedure)
  if (procedure.methods.includes('INQUIRY') && !input.personsAsked) {
    throw new Refusal('INVALID_INPUT', 'An inquiry names whom you asked, by their roles.', ['personsAsked'])
  }
  checkProcedureOutcome(input.outcome, await findingsOf(Loaders.over(tx), procedure, ['PROPOSED', 'APPROVED']))
  await tx.update(procedure, {
    state: procedureLifecycle.move(procedure.state, 'PREPARED'),
    outcome: input.outcome,
    outcomeNote: input.outcomeNote,
    personsAsked: input.personsAsked ?? null,
    preparedBy: tx.actor.memberId,
  })
  await sign(tx, procedure, 'PREPARER', await contentOf(tx, procedure))
  return { procedure }
}

/** Another person, of the right level, signs what the preparer signed, once every explanation is decided on. */
export async function reviewProcedure(tx: WriteTx, input: ReviewProcedureInput): Done {
  const procedure = await tx.load(Procedure, input.procedureId, input.expectedVersion, 'update')
  await tx.permit(procedure)
  // What is compared with the preparer's signature and what is signed are one reading: nothing comes between them.
  const content = await contentOf(tx, procedure)
  await checkAsPrepared(Loaders.over(tx), procedure, content)
  await signAsReviewed(tx, procedure, content)
  return { procedure }
}

/** A procedure is what its preparer signed. Refuses with NOT_READY. What is asked of many procedures is read as a set. */
export async function checkAsPrepared(loaders: Loaders, procedure: Procedure, content: Content): Promise<void> {
  const signed = await loaders
    .of<SignOff | null>('signatures of preparers', async (ids, tx) => {
      const inForce = await tx.find(SignOff, { procedureId: ids, level: 'PREPARER', withdrawnAt: null })
      return ids.map((id) => inForce.find(({ procedureId }) => procedureId === id) ?? null)
    })
    .load(procedure.id)
  checkNoBlockers(!signed || isStale(signed, content) ? [staleness(procedure)] : [])
}

/** Signs a procedure as its reviewer, once all that is asked of it was seen: this content. */
export async function signAsReviewed(tx: WriteTx, procedure: Procedure, content: Content): Promise<void> {
  await tx.update(procedure, { state: procedureLifecycle.move(procedure.state, 'REVIEWED') })
  await sign(tx, procedure, 'REVIEWER', content)
}

/** Withdraws the signatures, with the reason, and what was concluded on the strength of them. */
export async function sendBackProcedure(tx: WriteTx, input: SendBackProcedureInput): Done {
  const { controlId } = await tx.load(Procedure, input.procedureId)
  // The control is locked before the procedure, as in concluding on it: two acts that wait for each other would both fail.
  const control = await tx.load(Control, controlId, undefined, 'update')
  const procedure = await tx.load(Procedure, input.procedureId, input.expectedVersion, 'update')
  await tx.permit(procedure)
  const inForce = await tx.find(SignOff, { procedureId: procedure.id, withdrawnAt: null })
  for (const signOff of inForce) await tx.update(signOff, { withdrawnAt: tx.now, withdrawnReason: input.reason })
  await tx.update(procedure, {
    state: procedureLifecycle.move(procedure.state, 'IN_PROGRESS'),
    outcome: null,
    preparedBy: null,
  })
  await withdrawConclusion(tx, control)
  return { procedure }
}

const contentOf = async (tx: WriteTx, { id }: Procedure): Promise<Content> =>
  (await contentsOf(tx, [id])).get(id) as Content

async function sign(tx: WriteTx, procedure: Procedure, level: SignOffLevel, content: Content): Promise<void> {
  const { engagementId, id: procedureId } = procedure
  const { digests, frameDigest, contentMark } = content
  const signed = { contentDigest: digests[level], frameDigest, contentMark }
  await tx.insert(SignOff, {
    engagementId,
    procedureId,
    workpaperId: null,
    level,
    memberId: tx.actor.memberId,
    ...signed,
  })
}

/** Each deviation is accounted for, and each matter that an update procedure must look at is answered. */
export const prepareProcedureGate: Gate<Procedure> = async (procedure, view) =>
  checkNoBlockers([
    ...(await unaccounted(procedure, view, 'PREPARED')),
    ...(await openUpdateMatters(view.loaders, [procedure])),
  ])

/**
 * Who reviews had no hand in the work and is above who prepared it, each deviation is accounted for and each explanation
 * decided on, no review note is open, the outcome still follows, and the procedure is what its preparer signed.
 */
export const reviewProcedureGate: Gate<Procedure> = async (procedure, view) => {
  const { id: procedureId, engagementId, preparedBy } = procedure
  const { tx, loaders, isAct } = view
  await checkReview(tx, loaders, procedure, preparedBy as string)
  checkNoBlockers([
    ...(await unaccounted(procedure, view, 'REVIEWED')),
    ...(await openUpdateMatters(loaders, [procedure])),
    ...(await openNotesOn(loaders, procedure)),
  ])
  const findings = await findingsOf(loaders, procedure, ['APPROVED'])
  const fault = refusalOf(() => checkProcedureOutcome(procedure.outcome as ProcedureOutcome, findings))
  // The act compares what it signs itself.
  const isStale = !isAct && (await staleProcedures(loaders, engagementId, 'changed')).has(procedureId)
  checkNoBlockers([...(isStale ? [staleness(procedure)] : []), ...contradiction(procedure, fault?.message ?? null)])
}

async function unaccounted(
  procedure: Procedure,
  { tx, loaders, isAct }: GateView,
  at: 'PREPARED' | 'REVIEWED',
): Promise<Blocker[]> {
  if (isAct) return openAmong(await deviationsOf(scopeOf(tx, procedure), procedure.id), at)
  const found = await deviationsInRequest(loaders, procedure)
  return openAmong(
    found.filter(({ procedureId }) => procedureId === procedure.id),
    at,
  )
}

function checkNoBlockers(blockers: Blocker[]): void {
  if (blockers.length > 0)
    throw new Refusal('NOT_READY', 'Something must be done before it is signed.', [], { blockers })
}

const staleness = ({ id }: Procedure): Blocker => ({
  code: 'SIGN_OFF_STALE',
  message: 'The procedure is no longer what its preparer signed: send it back.',
  node: id,
})

/** The outcome that was signed may no longer follow, once the reviewer has decided on explanations. */
const contradiction = ({ id }: Procedure, fault: string | null): Blocker[] =>
  fault ? [{ code: 'OUTCOME_CONTRADICTED', message: `${fault} Send the procedure back.`, node: id }] : []
